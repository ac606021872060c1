"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.queries import may_administer


def signed_in(user: Any) -> str | None:
    """Anybody who is signed in."""
    return None if user.is_authenticated else "Log in to see this page."


def helpdesk(user: Any) -> str | None:
    return None if may_administer(user) else "Only the helpdesk can open this page."
