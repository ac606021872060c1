"""An item's way from stage to stage, and its end without a decision."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.choices import APPROVER_CAPABILITIES, SCOPES
from accounts.models import Grant, User
from approvals.choices import ItemStatus, StageEnd
from approvals.kinds import kind_of
from approvals.lifecycle import ITEM
from approvals.models import Item, Stage
from approvals.telling import tell_applicant, tell_deciders
from approvals.working_days import after_working_days
from core import audit
from core.errors import DomainError


def due_from_now() -> datetime:
    return after_working_days(timezone.now(), settings.DECISION_WORKING_DAYS)


def open_ways(ways: Iterable[tuple[Item, list[Stage]]], *, after: int = 0) -> list[Stage]:
    """Save the stages of each item's way, and let it wait at the first; gives those, open.

    The queries do not grow with the items.
    """
    stages = []
    for item, way in ways:
        for position, stage in enumerate(way, start=after + 1):
            stage.item, stage.position = item, position
            stage.is_current = position == after + 1
            if stage.is_current:
                stage.opened_at, stage.due_at = timezone.now(), due_from_now()
            stages.append(stage)
    Stage.objects.bulk_create(stages)
    return [stage for stage in stages if stage.is_current]


def open_next(stage: Stage) -> None:
    """Let the item wait at that stage of its way."""
    stage.is_current, stage.opened_at, stage.due_at = True, timezone.now(), due_from_now()
    stage.save(update_fields=["is_current", "opened_at", "due_at"])
    tell_deciders([stage])


def leave(stage: Stage, why: StageEnd) -> None:
    """The item waits at the stage no more, nor will it at those that were to come after it."""
    rest = Stage.objects.filter(item=stage.item_id, position__gte=stage.position)
    rest.update(is_current=False, ended=why)


@transaction.atomic
def move_item(*, item: Item, way: list[Stage], why: StageEnd, by: User | None) -> bool:
    """Let a waiting item wait elsewhere; whether it moved: not if it waits at that right already.

    `by` is None if the service does it by itself. Who decides there is notified.
    """
    opened = go(lock_item(item), way, why=why, by=by)
    tell_deciders(opened, kind="moved_up" if why == StageEnd.MOVED_UP else "awaits_decision")
    return bool(opened)


def go(item: Item, way: list[Stage], *, why: StageEnd, by: User | None) -> list[Stage]:
    """Let a locked item go another way; gives where it waits now, nothing if it has not moved."""
    stage = item.stages.filter(is_current=True).first()
    if stage is None or stage.scope_columns == way[0].scope_columns:
        return []
    leave(stage, why)
    last = item.stages.latest("position").position
    opened = open_ways([(item, way)], after=last)
    audit.record("item.moved", by=by, target=item, subject=item.person, why=why, stage=opened[0].pk)
    return opened


def route_anew(*, item: Item, why: StageEnd, by: User | None) -> bool:
    """Send a waiting item the way that it would go if it were sent now; whether it moved."""
    return route_all_anew(items=[item], why=why, by=by) == 1


@transaction.atomic
def route_all_anew(*, items: Iterable[Item], why: StageEnd, by: User | None) -> int:
    """The same for several at once; gives how many moved. Who decides is told once of all."""
    opened: list[Stage] = []
    for item in items:
        locked = lock_item(item)
        opened += go(locked, kind_of(locked).route(locked), why=why, by=by)
    tell_deciders(opened)
    return len(opened)


def lock_item(item: Item) -> Item:
    """The item as it is now, nobody else's until the end of the transaction."""
    items = Item.objects.select_for_update(of=("self",))
    return items.select_related("person", "request__organisation", *Item.SCOPE_RELATIONS).get(
        pk=item.pk
    )


def without_decider() -> QuerySet[Stage]:
    """The stages where items wait that nobody but who asked could decide (CT-04)."""
    others = Grant.objects.live().exclude(person=OuterRef("item__person"))
    somebody = Q(pk__in=[])
    for capability in APPROVER_CAPABILITIES:
        for scope in SCOPES[capability] or (None,):
            same = others.filter(**({scope: OuterRef(scope)} if scope else {}))
            somebody |= Q(Exists(same.filter(capability=capability)), capability=capability)
    return Stage.objects.filter(~somebody, is_current=True).select_related("item")


def move_what_nobody_decides(*, by: User | None = None) -> int:
    """Route anew what has lost its deciders; gives how many items moved."""
    return sum(
        route_anew(item=stage.item, why=StageEnd.NOBODY, by=by)
        for stage in without_decider().order_by("item_id")
    )


@transaction.atomic
def end_item(*, item: Item, to: ItemStatus, by: User | None, because: str = "") -> None:
    """Withdraw an item, or let it expire; Conflict if it has ended already.

    `by` is None if the service does it by itself. `because` is what who asked is told, if it is
    not that nobody decided.
    """
    item = lock_item(item)
    step = ITEM.move(item, to, ended_at=timezone.now(), ended_by=by)
    for stage in item.stages.filter(is_current=True):
        leave(stage, StageEnd.CLOSED)
    kind_of(item).end(item)
    audit.record(step.event, by=by, target=item, subject=item.person)
    if step.mail:
        tell_applicant(item, kind=step.mail, reason=because)


def withdraw(*, item: Item, by: User) -> None:
    """Who asked takes the item back (CQRS-14). Conflict if it has ended meanwhile."""
    if item.person_id != by.pk:
        raise DomainError("Only who asked can withdraw a request.")
    end_item(item=item, to=ItemStatus.WITHDRAWN, by=by)


def after_rights_ended(*, person: User, by: User | None) -> None:
    """Somebody was disabled, or lost access: what they asked for ends, what they decided moves."""
    if not person.is_active:
        waiting = Item.objects.filter(person=person, status=ItemStatus.SUBMITTED)
        for item in waiting.order_by("pk"):
            end_item(item=item, to=ItemStatus.WITHDRAWN, by=by)
    move_what_nobody_decides(by=by)
