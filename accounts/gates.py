"""What a person has to do before anything else, in this order: each gate is closed or not.

The middleware sends whoever stands before a closed gate to its page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from accounts.passwords.life import is_too_old
from accounts.second_factor.queries import has_second_factor, needs_second_factor


@dataclass(frozen=True)
class Gate:
    """`pages` are the names of the addresses that stay open; the first asks what is to be done.

    `why` and `then` are for who was about to send something: what has come up, and what to do.
    """

    pages: tuple[str, ...]
    is_closed: Callable[[User], bool]
    why: str
    then: str

    @property
    def page(self) -> str:
        return self.pages[0]


def has_to_read_disclaimer(person: User) -> bool:
    """Who uses a shared account reads at each login what that means (CT-05)."""
    return person.is_shared and not person.has_read_disclaimer


def has_to_accept_terms(person: User) -> bool:
    """The terms have changed since the person accepted them (CT-10)."""
    return person.terms_version != settings.TERMS_VERSION


def has_to_set_up_second_factor(person: User) -> bool:
    """What the person may do asks for a second factor, and there is none yet (ERN-03)."""
    return needs_second_factor(person) and not has_second_factor(person)


# Open before every closed gate: what a gate asks may need the proof of who one is.
ALWAYS_OPEN = frozenset({"account_reauthenticate"})

GATES = (
    Gate(
        pages=("shared_account",),
        is_closed=has_to_read_disclaimer,
        why="This is a shared account.",
        then="read what that means",
    ),
    Gate(
        pages=("terms_of_use",),
        is_closed=has_to_accept_terms,
        why="The terms of use have changed.",
        then="accept them",
    ),
    Gate(
        pages=("change_password",),
        is_closed=is_too_old,
        why="Your password has come to its end.",
        then="choose a new one",
    ),
    Gate(
        pages=(
            "second_factor_set_up",
            "second_factor_authenticator",
            "second_factor_email",
        ),
        is_closed=has_to_set_up_second_factor,
        why="You need two-step login now.",
        then="set it up",
    ),
)


def closed_gate(person: User) -> Gate | None:
    """The first gate that the person has to pass now."""
    return next((gate for gate in GATES if gate.is_closed(person)), None)
