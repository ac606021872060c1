"""Writes of calendar addresses. Lock order: the person, then their addresses."""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import Grant, User
from accounts.models.links import hash_of
from accounts.queries import planners_readable_by
from capacity_plans.calendar.queries import live_addresses
from capacity_plans.models import CalendarAddress
from capacity_plans.rules import READERS
from core import audit
from core.errors import Conflict, DomainError
from organisations.models import Collaborative


@transaction.atomic
def make_address(*, collaborative: Collaborative | None, by: User) -> str:
    """Make an address for the plans of a collaborative, or for all; gives its text, which is not
    kept.

    Conflict if there is one already, DomainError for a collaborative that the person may not read.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if collaborative and not planners_readable_by(by).filter(pk=collaborative.pk).exists():
        raise DomainError("You do not have access to these plans.")
    if live_addresses(by).filter(collaborative=collaborative).exists():
        raise Conflict("You have an address for these plans. Withdraw it before you make another.")
    # One that nobody used for long is not there any more.
    ended = CalendarAddress.objects.filter(person=by, collaborative=collaborative, revoked_at=None)
    ended.update(revoked_at=timezone.now())
    text = secrets.token_urlsafe(32)
    address = CalendarAddress.objects.create(
        person=by, collaborative=collaborative, token_hash=hash_of(text)
    )
    audit.record(
        "calendar_address.made",
        by=by,
        target=address,
        subject=by,
        collaborative=collaborative.pk if collaborative else None,
    )
    return text


@transaction.atomic
def withdraw_address(*, address: CalendarAddress, by: User) -> bool:
    """End an address of one's own at once; whether it had worked until now."""
    ended = CalendarAddress.objects.filter(pk=address.pk, person=by, revoked_at=None)
    if not ended.update(revoked_at=timezone.now()):
        return False
    audit.record("calendar_address.withdrawn", by=by, target=address, subject=by)
    return True


@transaction.atomic
def end_addresses(*, person: User, by: User | None) -> None:
    """End the addresses of somebody who may not read any plan any more.

    They do not work again when access comes back.
    """
    if Grant.objects.live().filter(person=person, capability__in=READERS).exists():
        return
    for address in CalendarAddress.objects.filter(person=person, revoked_at=None):
        address.revoked_at = timezone.now()
        address.save(update_fields=["revoked_at"])
        audit.record("calendar_address.ended", by=by, target=address, subject=person)


def forget_addresses(person: User) -> None:
    """Of who is made anonymous nothing is left."""
    CalendarAddress.objects.filter(person=person).delete()
