"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.choices import Capability
from accounts.queries import may_administer


def signed_in(user: Any) -> str | None:
    """Anybody who is signed in."""
    return None if user.is_authenticated else "Log in to see this page."


def may_be_given(person: Any, capability: str) -> str | None:
    """Whether the person can be given a capability at all; the database insists on it (CT-05)."""
    if person.is_shared and capability != Capability.AVAILABILITY_VIEW:
        return "A shared account can only search for beds."
    return None


def helpdesk(user: Any) -> str | None:
    return None if may_administer(user) else "Only the helpdesk can open this page."
