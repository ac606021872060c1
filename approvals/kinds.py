"""The kinds of what awaits a decision; each app registers its own at start-up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.urls import reverse

from accounts.models import Grant, User
from approvals.choices import ItemStatus
from approvals.diligence import Question
from approvals.models import Item, Stage
from organisations.models import Organisation


class Approve(Protocol):
    def __call__(self, item: Item, *, by: User, until: datetime | None) -> Grant | None: ...


@dataclass(frozen=True)
class Words:
    """How the pages of the queue speak of a kind; as they do of access, where nothing is said.

    `noun` is what somebody decides on, as in 'the request of Anna Asker'. `states` says what is
    called otherwise than by ItemStatus.
    """

    heading: str = "Request of"
    noun: str = "request"
    asked: str = "What is asked for"
    asker: str = "Who is asking"
    reject: str = "Reject"
    rejecting: str = "rejecting"
    rejected: str = "rejected"
    states: Mapping[str, str] = field(default_factory=dict, hash=False)


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
    `is_simple` says whether an item may be decided together with others. `more` is a template with
    what else there is to see before the decision, which knows what `context` gives for who looks.
    `page` is where who asked is led. `mails` says what is sent instead of the mails about access,
    and `relations` what describing an item needs of other tables, for select_related. `words` are
    those of the queue's own pages.
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
    more: str = ""
    context: Callable[[Item, User], Mapping[str, Any]] = lambda item, user: {}
    page: Callable[[Item], str] = lambda item: reverse("onboarding:your_requests")
    mails: Mapping[str, str] = field(default_factory=dict, hash=False)
    relations: tuple[str, ...] = ()
    words: Words = Words()

    def mail(self, kind: str) -> str:
        """The kind of the mail that is sent where `kind` would be sent about access."""
        return self.mails.get(kind, kind)


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Add a kind at start-up."""
    _kinds[kind.code] = kind


def kind_of(item: Item) -> Kind:
    return _kinds[item.kind]


def words_of(item: Item) -> Words:
    return kind_of(item).words


def state_of(item: Item, status: str) -> str:
    """What a state is called of such an item, e.g. 'Declined'."""
    return words_of(item).states.get(status, str(ItemStatus(status).label))


def kinds() -> list[Kind]:
    """All kinds, by label, for filters."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def relations_of_items() -> list[str]:
    """What describing items of any kind needs, for select_related."""
    return [*Item.SCOPE_RELATIONS, *(one for kind in kinds() for one in kind.relations)]


def mails_for(kind: str) -> list[str]:
    """All that is sent, of any kind of item, where `kind` would be sent about access."""
    return [kind, *(other for one in kinds() if (other := one.mail(kind)) != kind)]
