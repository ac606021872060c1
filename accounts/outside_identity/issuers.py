"""The outside identity providers that the operator has configured, checked at the start."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

REQUIRED = ("id", "name", "server_url", "client_id")
SECRETS = ("client_secret", "client_secret_file")
OPTIONAL = ("scopes", "token_auth_method")
SCOPES = ("openid", "email", "profile")
AUTH_METHODS = ("client_secret_basic", "client_secret_post")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Issuer:
    """One provider. `server_url` is its issuer identifier, to the letter."""

    id: str
    name: str
    server_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ("openid", "email")
    token_auth_method: str | None = None

    @property
    def discovery_url(self) -> str:
        return self.server_url.rstrip("/") + "/.well-known/openid-configuration"


def issuers_of(
    variable: str, entries: Iterable[dict[str, Any]], *, secure: bool
) -> tuple[Issuer, ...]:
    """The issuers of the variable's entries. Raises ImproperlyConfigured, naming the variable.

    With `secure` each must be reached by https; without it, this machine may be reached by http.
    """
    issuers: list[Issuer] = []
    for number, entry in enumerate(entries, start=1):
        try:
            issuers.append(issuer_of(entry, secure=secure))
        except ValueError as refusal:
            raise ImproperlyConfigured(f"{variable}, entry {number}: {refusal}") from None
    if len({issuer.id for issuer in issuers}) < len(issuers):
        raise ImproperlyConfigured(f"{variable}: each entry needs an id of its own.")
    return tuple(issuers)


def issuer_of(entry: dict[str, Any], *, secure: bool) -> Issuer:
    """One issuer. Raises ValueError with what is wrong, never with the secret."""
    if unknown := set(entry).difference(REQUIRED, SECRETS, OPTIONAL):
        raise ValueError(f"nothing is called {', '.join(sorted(unknown))}.")
    for key, value in entry.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{key} must be a text.")
    if missing := [key for key in REQUIRED if key not in entry]:
        raise ValueError(f"{', '.join(missing)} is missing.")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", entry["id"]):
        raise ValueError("id must be lower-case letters, digits and hyphens.")
    scopes = tuple(entry.get("scopes", "openid email").split())
    if "openid" not in scopes or not set(scopes).issubset(SCOPES):
        raise ValueError(f"scopes must hold openid, and nothing but {', '.join(SCOPES)}.")
    method = entry.get("token_auth_method")
    if method not in (None, *AUTH_METHODS):
        raise ValueError(f"token_auth_method must be one of {', '.join(AUTH_METHODS)}.")
    check_address(entry["server_url"], secure=secure)
    return Issuer(
        id=entry["id"],
        name=entry["name"],
        server_url=entry["server_url"],
        client_id=entry["client_id"],
        client_secret=secret_of(entry),
        scopes=scopes,
        token_auth_method=method,
    )


def check_address(server_url: str, *, secure: bool) -> None:
    """An issuer identifier is https, without query or fragment (OpenID Connect Core, 2)."""
    url = urlsplit(server_url)
    allowed = url.scheme == "https" or (
        not secure and url.scheme == "http" and url.hostname in LOOPBACK
    )
    if not allowed or not url.hostname:
        raise ValueError("server_url must begin with https://.")
    if url.query or url.fragment or url.username or "/.well-known/" in server_url:
        raise ValueError(
            "server_url is the issuer alone, without /.well-known/, query or user name."
        )


def secret_of(entry: dict[str, Any]) -> str:
    """The client's secret, given or read from the file that is named."""
    if ("client_secret" in entry) == ("client_secret_file" in entry):
        raise ValueError("give either client_secret or client_secret_file.")
    if "client_secret" in entry:
        return str(entry["client_secret"])
    path = entry["client_secret_file"]
    try:
        secret = Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"client_secret_file {path} cannot be read.") from None
    if not secret:
        raise ValueError(f"client_secret_file {path} is empty.")
    return secret
