"""The one place that reads the environment. A missing or malformed value stops the start."""

import json
import os
import re
from base64 import urlsafe_b64decode
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from cryptography.fernet import Fernet, MultiFernet
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host


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
    """The variable as a comma-separated list of Fernet keys, newest first, none that was typed."""
    keys = names(name)
    try:
        MultiFernet([Fernet(key) for key in keys])
        is_typed = any(urlsafe_b64decode(key).isascii() or len(set(key)) < 20 for key in keys)
    except ValueError:
        is_typed = True
    if is_typed:
        raise ImproperlyConfigured(
            f"{name} must hold keys, separated by commas, each of 32 random bytes as URL-safe "
            "base64. To make one: openssl rand -base64 32 | tr '+/' '-_'"
        )
    return keys


def objects(name: str) -> list[dict[str, Any]]:
    """The variable as a JSON list of objects; none if it is not set."""
    try:
        value = json.loads(text(name, "[]"))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a JSON list.") from None
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ImproperlyConfigured(f"{name} must be a JSON list of objects.")
    return value


def secret(name: str) -> str:
    """The variable as a secret that nobody guesses."""
    return strong(name, text(name))


def long_secrets(name: str) -> list[str]:
    """The variable as a comma-separated list of secrets, newest first, none of them weak."""
    return [strong(name, value) for value in names(name)]


def strong(name: str, value: str) -> str:
    """The secret, unless it is short, has few different characters, or repeats itself."""
    if len(value) < 50:
        raise ImproperlyConfigured(
            f"{name}: a key must have at least 50 characters. To make one: openssl rand -hex 32"
        )
    if len(set(value)) < 10 or value in (value + value)[1:-1]:
        raise ImproperlyConfigured(
            f"{name} is not random enough. To make a key: openssl rand -hex 32"
        )
    return value


def hosts(name: str) -> list[str]:
    """The variable as the host names that the service answers to, none of them standing for all."""
    hosts = names(name)
    if not hosts or any("*" in host or host == "." for host in hosts):
        raise ImproperlyConfigured(f"{name} must list the host names of the service, without *.")
    return hosts


def https(name: str, hosts: list[str]) -> str:
    """The variable as an address of one of the hosts, without a path."""
    value = text(name)
    url, _ = parts(name, value)
    rest = url.path.strip("/") or url.query or url.fragment or url.username
    if url.scheme != "https" or rest:
        raise ImproperlyConfigured(f"{name} must look like https://beds.example.org.")
    if not validate_host(url.hostname or "", hosts):
        raise ImproperlyConfigured(f"{name} must name one of ALLOWED_HOSTS.")
    return value.rstrip("/")


def mailbox(name: str) -> str:
    """The variable as an e-mail address, not the demonstration's."""
    value = text(name)
    try:
        validate_email(value)
    except ValidationError:
        raise ImproperlyConfigured(f"{name} must be an email address, not {value!r}.") from None
    if value.lower().endswith("@demo.example"):
        raise ImproperlyConfigured(f"{name} is still the demonstration's.")
    return value


def telephone(name: str) -> str:
    """The variable as a telephone number, not one of those for drama, as the demonstration's is."""
    value = text(name)
    digits = re.sub(r"\D", "", value)
    if len(digits) < 3:
        raise ImproperlyConfigured(f"{name} must be a telephone number, not {value!r}.")
    if digits == "01632960000":
        raise ImproperlyConfigured(f"{name} is still the demonstration's.")
    return value


def file(name: str) -> Path:
    """The variable as the path of a file, whatever folder the process starts in."""
    value = Path(text(name))
    if not value.is_absolute():
        raise ImproperlyConfigured(f"{name} must be a path that begins with /.")
    return value


def parts(name: str, value: str) -> tuple[SplitResult, int | None]:
    """The parts of an address, and its port."""
    try:
        url = urlsplit(value)
        return url, url.port
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be an address whose port is a number up to 65535."
        ) from None


def is_elsewhere(host: str) -> bool:
    """Whether what is sent to the host leaves the machine and its private network.

    A socket, this machine, and a name without a dot, as the services of one deployment call each
    other, do not.
    """
    if not host or host.startswith("/"):
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return "." in host.strip(".")


def database(name: str) -> dict[str, Any]:
    """A Django database from a URL such as postgresql://user:password@host:5432/name?sslmode=require.

    With a socket the folder stands in the query: postgresql://user@/name?host=/run/postgresql.
    """
    url, port = parts(name, text(name))
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
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
        # A connection costs more than most pages: each thread keeps its own, and tries it first.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def guarded_database(name: str, given: dict[str, Any]) -> None:
    """Refuse a database that anybody on the way can read, or enter without a password."""
    host = str(given["HOST"])
    if host and not host.startswith("/") and not given["PASSWORD"]:
        raise ImproperlyConfigured(f"{name} must have a password.")
    encrypted = given["OPTIONS"].get("sslmode") in {"require", "verify-ca", "verify-full"}
    if is_elsewhere(host) and not encrypted:
        raise ImproperlyConfigured(
            f"{name} must end in ?sslmode=verify-full (or require): {host} is on another network."
        )


def guarded_broker(name: str) -> str:
    """The variable as Redis's address, which needs encryption and a password on another network."""
    value = text(name)
    url, _ = parts(name, value)
    if url.scheme not in {"redis", "rediss", "redis+socket"}:
        raise ImproperlyConfigured(f"{name} must begin with redis:// or rediss://.")
    if is_elsewhere(url.hostname or "") and not (url.scheme == "rediss" and url.password):
        raise ImproperlyConfigured(
            f"{name} must look like rediss://:password@host: it is on another network."
        )
    return value


def email(name: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from smtp://user:password@host:587 (STARTTLS) or smtps:// (TLS)."""
    url, port = parts(name, text(name))
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtp://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
