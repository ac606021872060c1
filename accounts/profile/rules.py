"""Who may change what about an account: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.rules import signed_in


def own_account(user: Any) -> str | None:
    """Of a shared account nobody knows who asks, so that the helpdesk alone changes it (CT-05)."""
    if refusal := signed_in(user):
        return refusal
    return "This account is shared. Only the helpdesk changes it." if user.is_shared else None


def shared_account(user: Any) -> str | None:
    if refusal := signed_in(user):
        return refusal
    return None if user.is_shared else "Your account is your own."
