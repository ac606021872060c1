"""What disabling an approver does to the requests that wait for their decision."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from approvals.models import ACCESS, Item, Stage
from approvals.moving import above_who_had_it
from approvals.queries import stages_open_to
from approvals.routing import Router


@dataclass(frozen=True)
class Move:
    """How many requests would go to whom."""

    number: int
    to: str


def moves_without(person: User) -> list[Move]:
    """Where that goes which nobody but the person could decide.

    3 queries and those that route, which grow as in `approvals.levels.queries.moves_if`.
    """
    waits = stages_open_to(person).filter(is_current=True)
    items = (
        Item.objects.filter(pk__in=waits.values("item"), kind=ACCESS)
        .select_related("person", "request__organisation", *Item.SCOPE_RELATIONS)
        .prefetch_related(
            "request__regions",
            Prefetch(
                "stages",
                Stage.objects.select_related(*Stage.SCOPE_RELATIONS).order_by("position"),
            ),
        )
    )
    router = Router(without=person)
    moves: Counter[str] = Counter()
    for item in items:
        been = list(item.stages.all())
        now = next(stage for stage in been if stage.is_current)
        if not router.somebody_else_holds(now, item.person):
            then = above_who_had_it(item, been, router) or router.route(item)[0]
            moves[then.decider] += 1
    return [Move(number, to) for to, number in sorted(moves.items())]
