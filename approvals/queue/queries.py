"""Reads of the queue: what waits for the person, and what was decided there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.models import Grant, User
from approvals.kinds import kind_of, relations_of_items
from approvals.models import Decision, Item, Stage
from approvals.queries import queue_for, stages_open_to
from approvals.queue.ages import Age, age_of


@dataclass(frozen=True)
class Row:
    """What waits: with what the table says of it, and whether it may be decided with others."""

    stage: Stage
    item: Item
    what: str
    age: Age
    is_simple: bool


def row_of(stage: Stage, now: datetime) -> Row:
    """Nothing is queried for stages of `with_items`."""
    item = stage.item
    kind = kind_of(item)
    return Row(
        stage=stage,
        item=item,
        what=kind.describe(item),
        age=age_of(stage.due_at or now, now),
        is_simple=kind.is_simple(item),
    )


def waiting(user: User, fits: Q, *, late: bool) -> QuerySet[Stage]:
    """What waits for the person and fits, oldest first; `with_items` loads a page of it."""
    stages = queue_for(user)
    if fits:
        stages = stages.filter(item__in=Item.objects.filter(fits))
    if late:
        stages = stages.filter(due_at__lt=Now())
    return stages


def with_items(page: Iterable[Stage]) -> QuerySet[Stage]:
    """A page of stages with all that the table shows: 3 queries, two of that page alone.

    With the page as a subquery, all that waits would be joined with all that the table shows.
    """
    keys = [stage.pk for stage in page]
    return shown(Stage.objects.filter(pk__in=keys)).order_by("item__submitted_at", "item__pk")


def decided_with(user: User, fits: Q | None = None) -> QuerySet[Decision]:
    """What the person or who decides with them decided, newest first; see `with_deciders`.

    `fits` says of which items; of all without it.
    """
    mine = Q(stage__in=stages_open_to(user)) | Q(by=user)
    if fits:
        mine = Q(mine, item__in=Item.objects.filter(fits))
    return Decision.objects.filter(mine).exclude(person=user).order_by("-at", "-pk")


def with_deciders(page: Iterable[Decision]) -> QuerySet[Decision]:
    """A page of decisions with all that the table shows: see `with_items`."""
    keys = [decision.pk for decision in page]
    authority = (f"authority__{relation}" for relation in Grant.SCOPE_RELATIONS)
    decisions = shown(Decision.objects.filter(pk__in=keys)).select_related("by", *authority)
    return decisions.order_by("-at", "-pk")


def shown(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related(
        "item__person",
        "item__request__organisation",
        *(f"item__{relation}" for relation in relations_of_items()),
    ).prefetch_related("item__request__regions")


def items_among(user: User) -> QuerySet[Item]:
    """The items of what waits for the person."""
    return Item.objects.filter(pk__in=queue_for(user).order_by().values("item"))


def items_decided_with(user: User) -> QuerySet[Item]:
    return Item.objects.filter(pk__in=decided_with(user).order_by().values("item"))
