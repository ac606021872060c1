"""Writes about other people's accounts: disable, enable, revoke, unlock.

Locks are taken in this order: the grants of who acts and of the person, in one go, so that a
merger that takes both cannot wait for one while it holds the other; then both people.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import leaving
from accounts.choices import LeavingReason
from accounts.lockout import is_locked_out, lift_lockout
from accounts.models import Disabling, Grant, User
from approvals.people import rules
from approvals.rights import Act, level_of
from core.errors import Conflict, DomainError
from notifications.services import notify, queue_mail, site_url


@transaction.atomic
def disable(*, person: User, by: User, reason: LeavingReason | str, note: str = "") -> Disabling:
    """Disable somebody's account at once, and mail them (CQRS-16).

    Conflict if somebody else was faster; DomainError if `by` may not, or gives no reason.
    """
    if reason not in LeavingReason.values or (reason == LeavingReason.OTHER and not note.strip()):
        raise DomainError("Choose why the account is disabled.")
    note = note.strip() if reason == LeavingReason.OTHER else ""
    lock_and_check(Act.DISABLE, by, person)
    disabling = leaving.disable_person(person=person, by=by, reason=reason, note=note)
    tell(person, "account_disabled", by=by, reason=LeavingReason(reason).label)
    return disabling


@transaction.atomic
def enable(*, person: User, by: User) -> None:
    """Enable somebody's account again, and mail them (CQRS-17). Conflict if it is enabled."""
    lock_and_check(Act.ENABLE, by, person)
    leaving.enable_person(person=person, by=by)
    tell(person, "account_enabled", by=by)


@transaction.atomic
def revoke(*, person: User, by: User, because: str, grants: Iterable[Grant]) -> list[Grant]:
    """Take these accesses away at once, and tell the person (CQRS-18); gives what was taken.

    Nothing is taken that `by` may not take. Conflict if none of it is left.
    """
    if not because.strip():
        raise DomainError("Enter why the access is taken away.")
    lock_and_check(Act.REVOKE, by, person)
    wanted = [grant.pk for grant in grants]
    taken = leaving.revoke_grants(
        person=person,
        by=by,
        because=because.strip(),
        grants=rules.revocable(by, person).filter(pk__in=wanted),
    )
    if not taken:
        raise Conflict(how_access_ended(person))
    notify(
        person=person,
        kind="access_revoked",
        address=reverse("access:yours"),
        context={
            "taken": [grant.describe() for grant in taken],
            "because": because.strip(),
            "role": level_of(by.capabilities).label,
        },
    )
    return taken


def how_access_ended(person: User) -> str:
    """Who took away last what the person had, and when."""
    ended = Grant.objects.filter(person=person, revoked_at__isnull=False)
    last = ended.select_related("revoked_by").order_by("revoked_at").last()
    name = person.get_full_name()
    if last is None:
        return f"{name} has no access that you can take away."
    moment = leaving.by_whom_and_when(last.revoked_by, last.revoked_at)
    return f"The access of {name} was revoked {moment}."


@transaction.atomic
def unlock(*, person: User, by: User) -> None:
    """Let somebody log in again who typed wrong passwords, and mail them (CQRS-20)."""
    lock_and_check(Act.UNLOCK, by, person)
    if not is_locked_out(person.email):
        raise Conflict(f"{person.get_full_name()}'s account is not locked any more.")
    lift_lockout(person.email, by=by)
    tell(person, "account_unlocked", by=by)


def lock_and_check(act: Act, by: User, person: User) -> None:
    """Hold what gives the right to act until the end; DomainError if there is none."""
    leaving.lock_people([by.pk, person.pk])
    by.__dict__.pop("all_capabilities", None)
    refusal = rules.may_act(act, by, person)
    if refusal:
        raise DomainError(refusal)


def tell(person: User, kind: str, *, by: User, **context: str) -> None:
    """Mail what happened to the account: who did it by role, never by name."""
    queue_mail(
        kind=kind,
        address=person.email,
        person=person,
        context={
            **context,
            "role": level_of(by.capabilities).label,
            "at": timezone.now(),
            "login_url": site_url(reverse(settings.LOGIN_URL)),
        },
    )
