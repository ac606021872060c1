"""The one place that reads the environment. A missing or malformed value stops the start."""

import json
import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.fernet import Fernet, MultiFernet
from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's value; ImproperlyConfigured if it is missing or empty and has no default."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return default


def number(name: str, default: int | None = None) -> int:
    """The variable as a whole number."""
    value = text(name, None if default is None else str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def names(name: str, default: str | None = None) -> list[str]:
    """The variable as a comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def fernet_keys(name: str) -> list[str]:
    """The variable as a comma-separated list of Fernet keys, newest first."""
    keys = names(name)
    try:
        if MultiFernet([Fernet(key) for key in keys]):
            return keys
    except ValueError:
        pass
    raise ImproperlyConfigured(
        f"{name} must hold keys, separated by commas, each of 32 random bytes as URL-safe base64. "
        "To make one: openssl rand -base64 32 | tr '+/' '-_'"
    )


def objects(name: str) -> list[dict[str, Any]]:
    """The variable as a JSON list of objects; none if it is not set."""
    try:
        value = json.loads(text(name, "[]"))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a JSON list.") from None
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ImproperlyConfigured(f"{name} must be a JSON list of objects.")
    return value


def long_secrets(name: str) -> list[str]:
    """The variable as a comma-separated list of secrets, newest first, none of them short."""
    secrets = names(name)
    if not secrets or min(map(len, secrets)) < 50:
        raise ImproperlyConfigured(f"Each key in {name} must have at least 50 characters.")
    return secrets


def database(name: str) -> dict[str, Any]:
    """A Django database from a URL such as postgresql://user:password@host:5432/name?sslmode=require.

    With a socket the folder stands in the query: postgresql://user@/name?host=/run/postgresql.
    """
    url = urlsplit(text(name))
    if url.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://.")
    if not url.username or len(url.path) < 2:
        raise ImproperlyConfigured(f"{name} must name a user and a database.")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", url.hostname or ""),
        "PORT": str(url.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def email(name: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from smtp://user:password@host:587 (STARTTLS) or smtps:// (TLS)."""
    url = urlsplit(text(name))
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtp://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
