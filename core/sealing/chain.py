"""What a seal holds: the digest of an event, and a keyed hash of it and of all before it."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

BEFORE_THE_FIRST = bytes(32)


def micros(column: str) -> str:
    """SQL: a moment as microseconds since 1970 (UTC), as text, in whatever zone the session is."""
    return f"trunc(extract(epoch FROM {column}) * 1000000)::text"


# Every column of an event, in SQL. The text of jsonb is canonical: PostgreSQL orders its keys.
EVENT_COLUMNS = (
    "e.id",
    micros("e.at"),
    "e.event",
    "e.actor_id",
    "e.subject_id",
    "e.target",
    "e.details::text",
    "e.reference",
)


@dataclass(frozen=True)
class Link:
    """What the keyed hash of one seal covers; moments are microseconds since 1970, as text."""

    position: int
    event_id: int
    inserted_at: str
    sealed_at: str
    digest: bytes
    key_id: str

    def mac(self, key: bytes, before: bytes) -> bytes:
        """The hash that continues the chain; `before` is the one of the position before."""
        fields = [
            self.position,
            self.event_id,
            self.inserted_at,
            self.sealed_at,
            self.digest.hex(),
            self.key_id,
            before.hex(),
        ]
        return hmac.digest(key, canonical(fields), "sha256")


def canonical(values: Any) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def digest_of(columns: tuple[Any, ...]) -> bytes:
    """SHA-256 of an event's EVENT_COLUMNS."""
    return hashlib.sha256(canonical(columns)).digest()


def keys() -> dict[str, bytes]:
    """The keys by their ids; the first one seals, the others still verify."""
    return {key_id(key): key.encode() for key in settings.AUDIT_KEYS}


def key_id(key: str) -> str:
    """A name for the key that tells nothing about it."""
    return hashlib.sha256(b"audit key " + key.encode()).hexdigest()[:8]
