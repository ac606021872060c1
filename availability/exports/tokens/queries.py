"""Reads of tokens."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.models.links import hash_of
from availability.models import ExportToken


def live_tokens(person: User) -> QuerySet[ExportToken]:
    """The person's tokens that are neither revoked nor over, the newest first."""
    tokens = ExportToken.objects.filter(
        person=person, revoked_at=None, expires_at__gt=timezone.now()
    )
    return tokens.order_by("-created_at", "-pk")


def token_with(text: str) -> ExportToken | None:
    """The token of that text if it works still, with its person. 1 query.

    It is found by the hash of 32 random bytes: how long that takes tells nothing about the text.
    """
    tokens = ExportToken.objects.select_related("person").filter(
        token_hash=hash_of(text),
        revoked_at=None,
        expires_at__gt=timezone.now(),
        person__is_active=True,
    )
    return tokens.first()


def number_in_words(person: User) -> str:
    """How many tokens the person has, for their profile."""
    number = live_tokens(person).count()
    return f"{number or 'None'} in use"
