"""What a person has to do before anything else, in this order: each gate is closed or not.

The middleware sends whoever stands before a closed gate to its page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from accounts.models import User


@dataclass(frozen=True)
class Gate:
    """`pages` are the names of the addresses that stay open; the first asks what is to be done."""

    pages: tuple[str, ...]
    is_closed: Callable[[User], bool]
    lost: str

    @property
    def page(self) -> str:
        return self.pages[0]


def has_to_accept_terms(person: User) -> bool:
    """The terms have changed since the person accepted them (CT-10)."""
    return person.terms_version != settings.TERMS_VERSION


# Open before every closed gate: what a gate asks may need the proof of who one is.
ALWAYS_OPEN = frozenset({"account_reauthenticate"})

GATES = (
    Gate(
        pages=("terms_of_use",),
        is_closed=has_to_accept_terms,
        lost="The terms of use have changed, so your last change was not saved. "
        "Accept them and make it again.",
    ),
)


def closed_gate(person: User) -> Gate | None:
    """The first gate that the person has to pass now."""
    return next((gate for gate in GATES if gate.is_closed(person)), None)
