"""The kinds of what awaits a decision; each app registers its own at start-up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from accounts.models import Grant, User
from approvals.diligence import Question
from approvals.models import Item, Stage
from organisations.models import Organisation


class Approve(Protocol):
    def __call__(self, item: Item, *, by: User, until: datetime | None) -> Grant | None: ...


@dataclass(frozen=True)
class Kind:
    """What the queue, the page and the decision have to know of a kind.

    `describe` says in a line what is asked for, `template` shows it on the page of the decision
    (as `item`), `mail_context` is what the mails about the decision say of it. `route` gives the
    stages of each of several items, unsaved, and `provider` whose closing ends the item. `approve`
    does what was asked for, in the transaction of the decision, and gives the grant if there is
    one; DomainError if it cannot be done any more. `end` is called when the item ends without being
    approved.

    `questions` are asked before a decision. `can_end`: what is approved may be given an end.
    `is_simple` says whether an item may be decided together with others.
    """

    code: str
    label: str
    template: str
    describe: Callable[[Item], str]
    mail_context: Callable[[Item], dict[str, str]]
    route: Callable[[Sequence[Item]], list[list[Stage]]]
    provider: Callable[[Item], Organisation | None]
    approve: Approve
    end: Callable[[Item], None] = lambda item: None
    questions: tuple[Question, ...] = ()
    can_end: bool = False
    is_simple: Callable[[Item], bool] = lambda item: False


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Add a kind at start-up."""
    _kinds[kind.code] = kind


def kind_of(item: Item) -> Kind:
    return _kinds[item.kind]


def kinds() -> list[Kind]:
    """All kinds, by label, for filters."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)
