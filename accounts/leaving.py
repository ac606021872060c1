"""Leaving: accounts that are disabled and enabled, access that is taken away.

Locks are taken in this order: the person's grants, the person; what follows in other apps comes
after. A request that is under way with one of the rights ends before, or is refused.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import Capability, LeavingReason
from accounts.lifecycle import ACCOUNT, AccountState, state_of
from accounts.models import Disabling, Grant, User
from accounts.sessions.services import end_sessions
from core import audit
from core.errors import Conflict, DomainError

HELPDESK = Q(capability=Capability.ADMINISTER, revoked_at__isnull=True)


class Consequence(Protocol):
    def __call__(self, *, person: User, by: User | None) -> None: ...


_consequences: list[Consequence] = []


def register_consequence(consequence: Consequence) -> None:
    """Add at start-up what happens in the same transaction when somebody's rights end."""
    _consequences.append(consequence)


@transaction.atomic
def disable_person(
    *, person: User, by: User, reason: LeavingReason | str = "", note: str = ""
) -> Disabling:
    """Disable an account: its logins end at once, its data stay (CQRS-16).

    Without a reason it is the person's own doing. Conflict if it is disabled already. Who may is
    asked by the caller, and so is who is told.
    """
    person = lock_person(person)
    if not person.is_active:
        last = Disabling.objects.filter(person=person, enabled_at__isnull=True).first()
        moment = by_whom_and_when(last.by, last.at) if last else "already"
        raise Conflict(f"{person.get_full_name()}'s account was disabled {moment}.")
    step = ACCOUNT.step(state_of(person), AccountState.DISABLED)
    refuse_the_last_of_the_helpdesk(Grant.objects.live().filter(person=person), person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    person.is_active = False
    disabling = Disabling.objects.create(person=person, by=by, reason=reason, note=note)
    audit.record(step.event, by=by, target=person, subject=person, reason=str(reason))
    end_sessions(person, by=by)
    follow(person, by)
    return disabling


@transaction.atomic
def enable_person(*, person: User, by: User) -> None:
    """Enable an account again, with the access that it had (CQRS-17). Conflict if it is enabled."""
    person = lock_person(person)
    if person.is_active:
        last = Disabling.objects.filter(person=person).order_by("enabled_at").last()
        moment = by_whom_and_when(last.enabled_by, last.enabled_at) if last else "already"
        raise Conflict(f"{person.get_full_name()}'s account was enabled {moment}.")
    if person.anonymised_at:
        raise DomainError("This account has been made anonymous. It cannot be enabled again.")
    step = ACCOUNT.step(state_of(person), AccountState.ACTIVE)
    User.objects.filter(pk=person.pk).update(is_active=True)
    in_force = Disabling.objects.filter(person=person, enabled_at__isnull=True)
    in_force.update(enabled_at=timezone.now(), enabled_by=by)
    audit.record(step.event, by=by, target=person, subject=person)


@transaction.atomic
def revoke_grants(
    *, person: User, by: User | None, because: str, grants: Iterable[Grant] | None = None
) -> list[Grant]:
    """Take access away at once: all of it, or these grants (CQRS-18); gives what was taken.

    The person can still log in and ask anew. `by` is None if the service does it by itself.
    """
    person = lock_person(person)
    ending = Grant.objects.filter(person=person, revoked_at__isnull=True)
    if grants is not None:
        ending = ending.filter(pk__in=[grant.pk for grant in grants])
    refuse_the_last_of_the_helpdesk(ending, person)
    ended = end_grants(ending, by=by, because=because)
    person.__dict__.pop("all_capabilities", None)
    if ended:
        follow(person, by)
    return ended


def end_grants(ending: QuerySet[Grant], *, by: User | None, because: str) -> list[Grant]:
    """Take away grants of people who are locked; what follows is the caller's business."""
    ended = list(ending.select_related("person", *Grant.SCOPE_RELATIONS).order_by("pk"))
    ending.update(revoked_at=Now(), revoked_by=by, revoked_because=because)
    for grant in ended:
        audit.record("grant.revoked", by=by, target=grant, subject=grant.person)
    return ended


def by_whom_and_when(by: User | None, at: datetime | None) -> str:
    """E.g. 'by Carol Commissioner at 14:32 on 3 March 2026'."""
    moment = timezone.localtime(at)
    who = by.get_full_name() if by else "the service"
    return f"by {who} at {moment:%H:%M} on {moment.day} {moment:%B %Y}"


def lock_person(person: User) -> User:
    """The person as they are now, with what they hold, nobody else's until the end."""
    return lock_people([person.pk])[0]


def lock_people(keys: Iterable[int]) -> list[User]:
    """These people, with what they hold: see `lock_person`."""
    wanted = set(keys)
    ours = Q(person__in=wanted)
    if Grant.objects.filter(ours, HELPDESK).exists():
        # Whether somebody is left there is asked of all of them.
        ours |= HELPDESK
    held = Grant.objects.select_for_update(of=("self",)).order_by("pk")
    list(held.filter(ours, revoked_at__isnull=True))
    people = User.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    return list(people.filter(pk__in=wanted))


def refuse_the_last_of_the_helpdesk(ending: QuerySet[Grant], person: User) -> None:
    """DomainError if nobody of the helpdesk were left; the person is locked."""
    live = Grant.objects.live().filter(HELPDESK)
    if ending.filter(HELPDESK).exists() and not live.exclude(person=person).exists():
        raise DomainError("This is the last account of the helpdesk. It cannot be ended.")


def follow(person: User, by: User | None) -> None:
    for consequence in _consequences:
        consequence(person=person, by=by)
