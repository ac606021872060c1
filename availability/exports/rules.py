"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.rules import own_account
from availability.rules import may_search


def may_export(user: Any) -> str | None:
    """Whoever may search; of what, the service groups say."""
    return may_search(user)


def may_have_tokens(user: Any) -> str | None:
    """Whoever may export, with an account of their own: of a shared one nobody knows who asks."""
    return own_account(user) or may_export(user)
