"""The conversation with a provider: allauth's, held to the whole of OpenID Connect Core 3.1.3.7.

allauth sends no nonce, trusts the token endpoint instead of the signature, and lets an address
of the browser widen the scope; here all of it is checked.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from notifications.services import site_url

# Signatures that only the provider can make; a shared secret's are not among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
# How far two clocks may be apart, in seconds.
CLOCK_SKEW = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@contextmanager
def understood() -> Iterator[None]:
    """Whatever a provider's answer makes fail is the provider's error: OAuth2Error."""
    try:
        yield
    except (
        jwt.PyJWTError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as failure:
        raise OAuth2Error(f"{type(failure).__name__}: {failure}") from failure


def nonce_of(code_verifier: str) -> str:
    """The nonce of a sign-in, made from the secret that its session keeps."""
    return hashlib.sha256(f"nonce {code_verifier}".encode()).hexdigest()


def identity_key(issuer: str, subject: str) -> str:
    """What a person of a provider is kept under: issuer and subject together.

    A digest, since a subject may be longer than the column (255 letters); and the issuer is in
    it, so that an id that is given to another issuer opens nobody's account.
    """
    return hashlib.sha256(f"{issuer} {subject}".encode()).hexdigest()


class OutsideOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """Asks a provider, and believes only what is proven."""

    nonce: str

    @property
    def openid_config(self) -> dict[str, Any]:
        """The discovery document, of this very issuer (OpenID Connect Discovery, 4.3)."""
        if not hasattr(self, "_openid_config"):
            provider = self.get_provider()
            config = self.fetch(provider.server_url)
            if config.get("issuer") != provider.issuer:
                raise OAuth2Error(f"The discovery document is of issuer {config.get('issuer')!r}")
            scheme = urlsplit(provider.issuer).scheme
            for name in ENDPOINTS:
                address = config.get(name)
                if not isinstance(address, str) or urlsplit(address).scheme != scheme:
                    raise OAuth2Error(f"The discovery document has no {name} by {scheme}")
            self._openid_config = config
        return self._openid_config

    def fetch(self, address: str, **headers: str) -> dict[str, Any]:
        """A JSON object of the provider."""
        with get_adapter().get_requests_session() as session:
            response = session.get(address, headers=headers)
        response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict):
            raise OAuth2Error(f"{address} is not a JSON object")
        return answer

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """On the address of the service, whatever host the request named."""
        return site_url(reverse("outside_callback", args=[self.provider_id]))

    def get_client(self, request: HttpRequest, app: SocialApp) -> OAuth2Client:
        with understood():
            return super().get_client(request, app)

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: SocialApp,
        client: OAuth2Client,
        pkce_code_verifier: str | None = None,
    ) -> dict[str, Any]:
        with understood():
            self.nonce = nonce_of(pkce_code_verifier or "")
            answer = super().get_access_token_data(request, app, client, pkce_code_verifier)
            return dict(answer)

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        with understood():
            return super().parse_token(data)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who signed in, by a signed ID token; the address may come from the userinfo endpoint."""
        with understood():
            claims = self.verified_claims(app, kwargs["response"]["id_token"])
            data = {"id_token": claims}
            if "email" not in claims and "userinfo_endpoint" in self.openid_config:
                userinfo = self.fetch(self.profile_url, Authorization=f"Bearer {token.token}")
                if userinfo.get("sub") != claims["sub"]:
                    raise OAuth2Error("The userinfo endpoint speaks of somebody else")
                data["userinfo"] = userinfo
            return self.get_provider().sociallogin_from_response(request, data)

    def verified_claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The claims of an ID token that this issuer signed for us, now, for this sign-in."""
        keys = jwt.PyJWKSet.from_dict(self.fetch(self.openid_config["jwks_uri"])).keys
        kid = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in keys if kid in (None, key.key_id)]
        if not fitting:
            raise OAuth2Error(f"The provider has no key {kid!r}")
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=fitting[0],
            algorithms=ALGORITHMS,
            audience=app.client_id,
            issuer=self.get_provider().issuer,
            leeway=CLOCK_SKEW,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
        if not constant_time_compare(str(claims.get("nonce")), self.nonce):
            raise OAuth2Error("The ID token was made for another sign-in: nonce")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The ID token was made for another service: azp")
        return claims


class OutsideProvider(OpenIDConnectProvider):
    """A configured issuer."""

    oauth2_adapter_class = OutsideOAuth2Adapter

    @property
    def issuer(self) -> str:
        return str(self.app.settings["issuer"])

    def get_pkce_params(self) -> dict[str, Any]:
        """The challenge, and with it the nonce: both belong to one sign-in."""
        params = super().get_pkce_params()
        return {**params, "nonce": nonce_of(params["code_verifier"])}

    def extract_uid(self, data: dict[str, Any]) -> str:
        return identity_key(data["id_token"]["iss"], data["id_token"]["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """Nothing is kept of a person but who they are there."""
        return {name: data["id_token"][name] for name in ("iss", "sub")}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address; verified if the provider says so with a plain true."""
        source = data.get("userinfo", data["id_token"])
        if not isinstance(source.get("email"), str):
            return []
        return [
            EmailAddress(
                email=source["email"], verified=source.get("email_verified") is True, primary=True
            )
        ]
