"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.choices import Capability
from accounts.queries import holds

READERS = (
    Capability.PLANS_VIEW,
    Capability.PLANS_EDIT,
    Capability.APPROVE_COMMISSIONER,
    Capability.APPROVE_REGIONAL,
)


def may_read_plans(user: Any) -> str | None:
    """Whoever may read some plan; of which, `accounts.queries.planners_readable_by` says."""
    return None if holds(user, *READERS) else "You do not have access to plans."


def may_edit_plans(user: Any) -> str | None:
    """Whoever may change some plan; of which, `accounts.queries.planners_editable_by` says."""
    return None if holds(user, Capability.PLANS_EDIT) else "You do not have access to change plans."
