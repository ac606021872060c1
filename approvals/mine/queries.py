"""Reads of what a person holds, and of what they asked for (CQRS-13, CQRS-14)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Least, Now

from accounts.choices import Capability, GrantOrigin
from accounts.models import Grant, User
from approvals.choices import ItemStatus
from approvals.models import ACCESS, Decision, Item, Stage

# Of what has ended, a page shows the latest.
MOST_ENDED = 10


@dataclass(frozen=True)
class Held:
    """One access that a person has, and by whom it was given: role and organisation, no name."""

    role: str
    scope: str
    since: datetime
    until: datetime | None
    given: str
    given_at: datetime


def held_by(person: User) -> list[Held]:
    """All that is in force for the person, whatever role is in use, with its origin: 1 query.

    And a few for each that went on after a merger: where it came from stands further back.
    """
    authorities = [
        f"{path}__authority__{relation}"
        for path in ("decision", "offered_access")
        for relation in Grant.SCOPE_RELATIONS
    ]
    grants = (
        Grant.objects.live()
        .filter(person=person)
        .select_related(*Grant.SCOPE_RELATIONS, *authorities)
        .order_by("capability", "pk")
    )
    return [
        Held(
            role=grant.get_capability_display(),
            scope=str(grant.scope or "Everything"),
            since=grant.valid_from,
            until=grant.valid_until,
            given=origin_of(grant),
            given_at=grant.decision.at if hasattr(grant, "decision") else grant.valid_from,
        )
        for grant in grants
    ]


def ended_access_of(person: User) -> QuerySet[Grant]:
    """What the person had, the last to end first; not what went on after a merger: 1 query."""
    ended = Q(revoked_at__isnull=False) | Q(valid_until__lte=Now())
    went_on = Exists(Grant.objects.filter(continues=OuterRef("pk")))
    return (
        Grant.objects.filter(ended, ~went_on, person=person)
        .select_related(*Grant.SCOPE_RELATIONS)
        .order_by(Least("revoked_at", "valid_until").desc(), "pk")[:MOST_ENDED]
    )


def origin_of(grant: Grant) -> str:
    """E.g. 'Approved by: Commissioner approver, Thames Valley CYPMHS'."""
    if hasattr(grant, "decision"):
        return f"Approved by: {right_of(grant.decision.authority)}"
    if hasattr(grant, "offered_access"):
        return f"Invited by: {right_of(grant.offered_access.authority)}"
    if grant.continues:
        return f"{origin_of(grant.continues)}; it went on when organisations merged"
    return GrantOrigin(grant.origin).label


def right_of(authority: Grant) -> str:
    """Role and organisation of who decided, never a name (CPMS-26)."""
    role = authority.get_capability_display()
    return f"{role}, {authority.scope}" if authority.scope else role


def items_of(person: User) -> QuerySet[Item]:
    """What the person asked for, newest first, with its way and its end: 3 queries."""
    return (
        Item.objects.filter(person=person, kind=ACCESS)
        .select_related("request", *Item.SCOPE_RELATIONS)
        .prefetch_related(
            Prefetch("stages", Stage.objects.select_related(*Stage.SCOPE_RELATIONS)),
            Prefetch(
                "decisions",
                Decision.objects.select_related(
                    *(f"authority__{relation}" for relation in Grant.SCOPE_RELATIONS)
                ),
            ),
        )
        .order_by("-submitted_at", "-pk")
    )


@dataclass(frozen=True)
class Waiting:
    """A part that is not decided yet: who decides, and by when."""

    item: Item
    decider: str
    opened_at: datetime | None
    due_at: datetime | None


def waiting_of(person: User) -> list[Waiting]:
    """What the person waits for, oldest first: 3 queries."""
    items = items_of(person).filter(status=ItemStatus.SUBMITTED).order_by("submitted_at", "pk")
    found = []
    for item in items:
        stage = next((one for one in item.stages.all() if one.is_current), None)
        found.append(
            Waiting(
                item,
                decider=stage.decider if stage else "",
                opened_at=stage.opened_at if stage else None,
                due_at=stage.due_at if stage else None,
            )
        )
    return found


@dataclass(frozen=True)
class Past:
    """A part that has ended: how, by whom and why."""

    item: Item
    ended_at: datetime | None
    by: str
    reason: str


def past_of(items: list[Item]) -> list[Past]:
    """How these have ended; nothing is queried for items of `items_of`."""
    found = []
    for item in items:
        decision = next((one for one in item.decisions.all() if one.terminal), None)
        found.append(
            Past(
                item,
                ended_at=decision.at if decision else item.ended_at,
                by=right_of(decision.authority) if decision else ended_by(item),
                reason=decision.reason if decision else "",
            )
        )
    return found


def ended_by(item: Item) -> str:
    return "You" if item.ended_by_id == item.person_id else ""


def words_of_held(person: User) -> str:
    """E.g. 'Availability viewer, Availability editor'. Nothing is queried twice for a person."""
    roles = [one.label for one in Capability if one in person.all_capabilities]
    return ", ".join(roles) or "You do not have any access"


def words_of_waiting(person: User) -> str:
    waiting = Item.objects.filter(person=person, kind=ACCESS, status=ItemStatus.SUBMITTED).count()
    return f"{waiting} waiting for a decision" if waiting else "Nothing is waiting for a decision"
