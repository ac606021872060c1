"""allauth's sign-in through others, on this product's issuers and pages."""

import functools
import logging
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.http import HttpRequest

from accounts.outside_identity import flows
from accounts.outside_identity.provider import OutsideProvider

logger = logging.getLogger(__name__)

# Seconds to connect and to wait for an answer: a sign-in page does not wait longer than that.
TIMEOUT = (2, 3)


class OutsideAdapter(DefaultSocialAccountAdapter):
    """Issuers come from the settings alone; nobody is registered or linked by a provider's word."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The configured issuers; rows of the database are not asked."""
        return [
            SocialApp(
                provider=OutsideProvider.id,
                provider_id=issuer.id,
                name=issuer.name,
                client_id=issuer.client_id,
                secret=issuer.client_secret,
                settings={
                    "issuer": issuer.server_url,
                    "server_url": issuer.discovery_url,
                    "scope": list(issuer.scopes),
                    "oauth_pkce_enabled": True,
                    "token_auth_method": issuer.token_auth_method,
                },
            )
            for issuer in settings.OIDC_ISSUERS
            if provider in (None, OutsideProvider.id, issuer.id)
        ]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> OutsideProvider:
        return OutsideProvider(request, app=self.get_app(request, provider, client_id))

    def get_requests_session(self) -> requests.Session:
        """Waits a few seconds, and goes nowhere but where it was sent."""
        session = requests.Session()
        session.max_redirects = 0
        session.request = functools.partial(session.request, timeout=TIMEOUT)  # type: ignore[method-assign]
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: OutsideProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """A page that says what became of it, at an address without the provider's secrets."""
        issuer = provider.app.provider_id
        if error == AuthError.CANCELLED:
            response = flows.tell(request, issuer, flows.Outcome.CANCELLED)
        elif not exception and not (extra_context or {}).get("state"):
            response = flows.tell(request, issuer, flows.Outcome.STALE)
        else:
            said = request.GET.get("error", "")[:80]
            response = flows.fail(request, issuer, exception or f"it answered {said!r}")
        raise ImmediateHttpResponse(response)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who is linked goes on through the stages of sign-in; everyone else is led elsewhere."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(flows.connect(request, sociallogin))
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(flows.meet_stranger(request, sociallogin))
        # As long as the browser is open: "Remember" is asked on the form alone.
        request.session.set_expiry(0)
