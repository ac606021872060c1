"""Who may read what was recorded of a ward; of which, `histories_readable_by` says."""

from typing import Any

from accounts.choices import Capability
from accounts.queries import holds

READERS = (
    Capability.AVAILABILITY_EDIT,
    Capability.APPROVE_STANDARD,
    Capability.APPROVE_COMMISSIONER,
    Capability.APPROVE_REGIONAL,
)


def may_read_history(user: Any) -> str | None:
    """Whoever may change the beds of some ward, or approves for one."""
    if holds(user, *READERS):
        return None
    return "You do not have access to the history of wards."
