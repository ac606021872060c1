"""Writes of tokens. Lock order: the person, then their tokens."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import Grant, User
from accounts.models.links import hash_of
from availability.exports.tokens.queries import live_tokens
from availability.models import ExportToken
from core import audit
from core.errors import Conflict, DomainError

# Finds a token again that somebody has put into a public place.
PREFIX = "cpms_"
MOST_TOKENS = 10


@transaction.atomic
def make_token(*, name: str, days: int, by: User) -> str:
    """Make a token for oneself that works for so many days; gives its text, which is not kept.

    Conflict if one of that name works already, DomainError if there are too many.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    working = live_tokens(by)
    # A name is free again once its token has run out.
    ended = ExportToken.objects.filter(person=by, name=name, revoked_at=None)
    ended.filter(expires_at__lte=timezone.now()).update(revoked_at=timezone.now())
    if working.filter(name=name).exists():
        raise Conflict("You have a token of this name. Choose another name.")
    if working.count() >= MOST_TOKENS:
        raise DomainError(f"You have {MOST_TOKENS} tokens. Revoke one that you do not need.")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ExportToken.objects.create(
        person=by,
        name=name,
        token_hash=hash_of(text),
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record("export_token.made", by=by, target=token, subject=by, days=days)
    return text


@transaction.atomic
def revoke_token(*, token: ExportToken, by: User) -> bool:
    """End a token of one's own at once; whether it had worked until now."""
    ended = ExportToken.objects.filter(pk=token.pk, person=by, revoked_at=None)
    if not ended.update(revoked_at=timezone.now()):
        return False
    audit.record("export_token.revoked", by=by, target=token, subject=by)
    return True


@transaction.atomic
def end_tokens(*, person: User, by: User | None) -> None:
    """End the tokens of somebody who may not see any availability any more.

    They do not work again when access comes back.
    """
    seeing = Grant.objects.live().filter(person=person, capability=Capability.AVAILABILITY_VIEW)
    if seeing.exists():
        return
    for token in ExportToken.objects.filter(person=person, revoked_at=None):
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record("export_token.ended", by=by, target=token, subject=person)


def forget_tokens(person: User) -> None:
    """Of who is made anonymous nothing is left."""
    ExportToken.objects.filter(person=person).delete()
