"""What covers what: organisation ⊃ unit ⊃ ward, a service group's plans ⊃ a collaborative's."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from django.db import models

from accounts.choices import SCOPE_FIELDS, Capability
from accounts.models import Grant, User
from approvals.choices import ItemStatus
from approvals.models import ACCESS, AccessRequest, Item
from organisations.models import Collaborative, Unit, Ward


class Access(Protocol):
    """A grant, an item, or what is wanted."""

    @property
    def capability(self) -> str: ...
    @property
    def scope(self) -> models.Model | None: ...


HELD, PENDING = "You have this already", "You have asked for this already"

Some = TypeVar("Some", bound=Access)


@dataclass(frozen=True)
class Wanted:
    """An access that somebody may ask for: a capability over a scope."""

    capability: str
    scope: models.Model

    @property
    def scope_field(self) -> str:
        """The column of the scope, e.g. 'service_group'."""
        return next(
            field
            for field in SCOPE_FIELDS
            if Grant._meta.get_field(field).related_model is type(self.scope)
        )

    @property
    def reach(self) -> list[models.Model]:
        """The scopes that cover it, its own first. Nothing is queried if they are loaded."""
        scope = self.scope
        if isinstance(scope, Ward):
            return [scope, scope.unit, scope.unit.organisation]
        if isinstance(scope, Unit):
            return [scope, scope.organisation]
        if isinstance(scope, Collaborative) and self.capability == Capability.PLANS_VIEW:
            return [scope, scope.service_group]
        return [scope]

    def describe(self) -> str:
        """E.g. 'Availability viewer: CYPMHS (CAMHS)'."""
        return f"{Capability(self.capability).label}: {self.scope}"

    def covered_by(self, access: Iterable[Some]) -> Some | None:
        """The first of the accesses that gives what is wanted."""
        return next(
            (
                one
                for one in access
                if one.capability == self.capability and one.scope in self.reach
            ),
            None,
        )


class Standing:
    """What a person holds and waits for, read once when first asked: 2 queries."""

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def held(self) -> list[Grant]:
        grants = Grant.objects.live().filter(person=self.person)
        return list(grants.select_related(*Grant.SCOPE_RELATIONS).order_by("capability", "pk"))

    @cached_property
    def pending(self) -> list[Item]:
        items = Item.objects.filter(person=self.person, kind=ACCESS, status=ItemStatus.SUBMITTED)
        return list(items.select_related(*Item.SCOPE_RELATIONS).order_by("capability", "pk"))

    @cached_property
    def is_known(self) -> bool:
        """Whether the person holds something, or has sent a request before: 2 queries at most."""
        return bool(self.held) or AccessRequest.objects.filter(person=self.person).exists()

    def covers(self, wanted: Wanted) -> Grant | Item | None:
        """The grant that gives what is wanted, else the item that asks for it already."""
        return wanted.covered_by(self.held) or wanted.covered_by(self.pending)

    def lines(self, *capabilities: str) -> list[str]:
        """What is held and awaited of some capabilities, in words."""
        return [
            f"{words}: {access.describe()}"
            for words, accesses in ((HELD, self.held), (PENDING, self.pending))
            for access in accesses
            if access.capability in capabilities
        ]

    def says_of(self, wanted: Wanted) -> str:
        """'You have this already' or 'You have asked for this already', or nothing."""
        if wanted.covered_by(self.held):
            return HELD
        return PENDING if wanted.covered_by(self.pending) else ""
