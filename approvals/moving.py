"""An item's way from stage to stage, and its end without a decision."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from accounts.choices import APPROVER_CAPABILITIES, SCOPES
from accounts.models import Grant, User
from approvals.choices import ItemStatus, StageEnd
from approvals.kinds import kind_of
from approvals.lifecycle import ITEM
from approvals.models import Item, Stage
from approvals.routing import Router
from approvals.telling import settle, tell_applicant, tell_deciders
from approvals.working_days import after_working_days
from core import audit
from core.errors import Conflict, DomainError


def due_from_now() -> datetime:
    return after_working_days(timezone.now(), settings.DECISION_WORKING_DAYS)


def open_ways(
    ways: Iterable[tuple[Item, list[Stage]]], *, after: Mapping[int, int] | None = None
) -> list[Stage]:
    """Save the stages of each item's way, and let it wait at the first; gives those, open.

    `after` says, by item, the position of its last stage so far. The queries do not grow.
    """
    stages = []
    for item, way in ways:
        first = 1 + (after or {}).get(item.pk, 0)
        for position, stage in enumerate(way, start=first):
            stage.item, stage.position = item, position
            stage.is_current = position == first
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


def leave(stages: Iterable[Stage], why: StageEnd) -> None:
    """The items wait at these stages no more."""
    stages = list(stages)
    Stage.objects.filter(pk__in=[stage.pk for stage in stages]).update(is_current=False, ended=why)
    settle(stages)


@transaction.atomic
def move_item(*, item: Item, way: list[Stage], why: StageEnd, by: User | None) -> bool:
    """Let a waiting item wait elsewhere; whether it moved: not if it waits at that right already.

    `by` is None if the service does it by itself. Who decides there is notified.
    """
    item = lock_item(item)
    return go([(item, way)], stages_of([item]), why=why, by=by) == 1


def go(
    ways: Iterable[tuple[Item, list[Stage]]],
    been: Mapping[int, list[Stage]],
    *,
    why: StageEnd,
    by: User | None,
) -> int:
    """Let locked items, whose stages are `been`, go other ways; gives how many moved."""
    left: list[Stage] = []
    moving: list[tuple[Item, list[Stage]]] = []
    for item, way in ways:
        now = next((stage for stage in been[item.pk] if stage.is_current), None)
        if now is not None and now.scope_columns != way[0].scope_columns:
            # Nor will it wait at those that were to come.
            left += [stage for stage in been[item.pk] if not stage.ended]
            moving.append((item, way))
    leave(left, why)
    opened = open_ways(moving, after={item.pk: been[item.pk][-1].position for item, _ in moving})
    for stage in opened:
        item = stage.item
        audit.record("item.moved", by=by, target=item, subject=item.person, why=why, stage=stage.pk)
    tell_deciders(opened, kind="moved_up" if why == StageEnd.MOVED_UP else "awaits_decision")
    return len(opened)


@transaction.atomic
def route_anew(*, items: Iterable[Item], why: StageEnd, by: User | None) -> int:
    """Send waiting items the way that they would go if they were sent now; gives how many moved.

    What was not decided in time stays above those who had it. Only what is recorded and told costs
    queries for each.
    """
    locked = lock_items(items)
    prefetch_related_objects(locked, "request__regions")
    been = stages_of(locked)
    router = Router()
    ways = []
    for item, way in zip(locked, ways_of(locked), strict=True):
        above = above_who_had_it(item, been[item.pk], router)
        ways.append((item, [above] if above else way))
    return go(ways, been, why=why, by=by)


def above_who_had_it(item: Item, been: Iterable[Stage], router: Router) -> Stage | None:
    """Where an item stays that was not decided in time, unsaved; None if it always was."""
    late = [stage for stage in been if stage.ended == StageEnd.MOVED_UP]
    return router.above(late[-1], item) if late else None


def ways_of(items: Sequence[Item]) -> list[list[Stage]]:
    """The way of each item, as its kind routes it."""
    found: dict[int, list[Stage]] = {}
    for kind in {kind_of(item) for item in items}:
        same = [item for item in items if item.kind == kind.code]
        found |= zip([item.pk for item in same], kind.route(same), strict=True)
    return [found[item.pk] for item in items]


def stages_of(items: Iterable[Item]) -> dict[int, list[Stage]]:
    """By item, all its stages in order."""
    found: dict[int, list[Stage]] = {item.pk: [] for item in items}
    stages = Stage.objects.filter(item__in=found).select_related(*Stage.SCOPE_RELATIONS)
    for stage in stages.order_by("item", "position"):
        found[stage.item_id].append(stage)
    return found


def lock_item(item: Item) -> Item:
    """The item as it is now, nobody else's until the end of the transaction."""
    return lock_items([item])[0]


def lock_items(items: Iterable[Item]) -> list[Item]:
    """These items: see `lock_item`."""
    locked = Item.objects.select_for_update(of=("self",)).order_by("pk")
    locked = locked.select_related("person", "request__organisation", *Item.SCOPE_RELATIONS)
    return list(locked.filter(pk__in=[item.pk for item in items]))


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
    lost = [stage.item for stage in without_decider()]
    return route_anew(items=lost, why=StageEnd.NOBODY, by=by) if lost else 0


@transaction.atomic
def end_item(*, item: Item, to: ItemStatus, by: User | None, because: str = "") -> None:
    """Withdraw an item, or let it expire; Conflict if it has ended already.

    `by` is None if the service does it by itself. `because` is what who asked is told, if it is
    not that nobody decided.
    """
    item = lock_item(item)
    step = ITEM.move(item, to, ended_at=timezone.now(), ended_by=by)
    leave(item.stages.filter(ended=""), StageEnd.CLOSED)
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
            # What ends in this moment otherwise has ended too.
            with suppress(Conflict):
                end_item(item=item, to=ItemStatus.WITHDRAWN, by=by)
    move_what_nobody_decides(by=by)
