"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.choices import Capability
from accounts.passwords.life import is_too_old
from accounts.queries import may_administer


def signed_in(user: Any) -> str | None:
    """Anybody who is signed in."""
    return None if user.is_authenticated else "Log in to see this page."


def own_account(user: Any) -> str | None:
    """Of a shared account nobody knows who asks, so that the helpdesk alone changes it (CT-05)."""
    if refusal := signed_in(user):
        return refusal
    return "This account is shared. Only the helpdesk changes it." if user.is_shared else None


def uses_shared_account(user: Any) -> str | None:
    if refusal := signed_in(user):
        return refusal
    return None if user.is_shared else "Your account is your own."


def may_change_password(user: Any) -> str | None:
    """Of a shared account only a password that is too old, as everybody's has to be."""
    if refusal := own_account(user):
        return None if user.is_authenticated and is_too_old(user) else refusal
    return None


def may_be_given(person: Any, capability: str) -> str | None:
    """Whether the person can be given a capability at all; the database insists on it (CT-05)."""
    if person.is_shared and capability != Capability.AVAILABILITY_VIEW:
        return "A shared account can only search for beds."
    return None


def helpdesk(user: Any) -> str | None:
    return None if may_administer(user) else "Only the helpdesk can open this page."
