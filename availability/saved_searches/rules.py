"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.rules import own_account
from availability.rules import may_search


def may_save_searches(user: Any) -> str | None:
    """Whoever may search, with an account of their own: of a shared one nobody knows whom to tell.

    (CT-05)
    """
    return own_account(user) or may_search(user)
