"""Deciding alike on several simple items at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from approvals.choices import Outcome
from approvals.kinds import kind_of
from approvals.models import Decision, Item
from approvals.services import decide
from core.errors import Conflict, DomainError

MOST = 50


@dataclass(frozen=True)
class Result:
    """What became of one of them, in words; `decision` is None if it was refused."""

    item: Item
    words: str
    decision: Decision | None = None


def decide_together(*, items: Iterable[Item], by: User, **decision: Any) -> list[Result]:
    """Decide each by itself, as services.decide does: what is refused holds up nothing else."""
    return [decide_one(item, by=by, **decision) for item in items]


def decide_one(item: Item, *, by: User, **decision: Any) -> Result:
    try:
        if not kind_of(item).is_simple(item):
            raise DomainError("This request has to be decided by itself. Open it.")
        made = decide(item=item, by=by, **decision)
    except Conflict as conflict:
        # Sent twice, it is decided once.
        own = Decision.objects.filter(item=item, by=by, terminal=True).first()
        if own and own.outcome == decision["outcome"]:
            return Result(item, f"{in_words(own)} by you before.", own)
        return Result(item, f"Decided meanwhile. {conflict}")
    except DomainError as refusal:
        return Result(item, str(refusal))
    return Result(item, f"{in_words(made)}. The person is told.", made)


def in_words(decision: Decision) -> str:
    return "Approved" if decision.outcome == Outcome.APPROVED else "Rejected"
