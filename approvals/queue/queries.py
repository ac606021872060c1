"""Reads of the queue: what waits for the person, and what was decided there."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.models import Grant, User
from approvals.kinds import kind_of
from approvals.models import Decision, Item, Stage
from approvals.queries import queue_for, stages_open_to
from approvals.queue.ages import Age, age_of

OF_ITEM = ("item__person", "item__request__organisation")
SCOPES = tuple(f"item__{relation}" for relation in Item.SCOPE_RELATIONS)


@dataclass(frozen=True)
class Row:
    """What waits: with what the table says of it, and whether it may be decided with others."""

    stage: Stage
    item: Item
    what: str
    age: Age
    is_simple: bool


def row_of(stage: Stage, now: datetime) -> Row:
    """Nothing is queried for stages of `queue_for`."""
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
    """What waits for the person and fits, oldest first: 2 queries."""
    stages = queue_for(user).filter(item__in=Item.objects.filter(fits)) if fits else queue_for(user)
    return stages.filter(due_at__lt=Now()) if late else stages


def decided_with(user: User) -> QuerySet[Decision]:
    """What the person or who decides with them decided, newest first: 2 queries."""
    mine = Q(stage__in=stages_open_to(user)) | Q(by=user)
    return (
        Decision.objects.filter(mine)
        .exclude(person=user)
        .select_related(*OF_ITEM, *SCOPES, "by")
        .select_related(*(f"authority__{relation}" for relation in Grant.SCOPE_RELATIONS))
        .prefetch_related("item__request__regions")
        .order_by("-at", "-pk")
    )


def items_among(user: User) -> QuerySet[Item]:
    """The items of what waits for the person."""
    return Item.objects.filter(pk__in=queue_for(user).order_by().values("item"))


def items_decided_with(user: User) -> QuerySet[Item]:
    return Item.objects.filter(pk__in=decided_with(user).order_by().values("item"))
