"""Who may: each rule gives None, or the refusal in words; it reads the capabilities, no more."""

from typing import Any

from accounts.choices import Capability
from accounts.queries import holds


def may_search(user: Any) -> str | None:
    """Whoever may see the availability of some service group."""
    if holds(user, Capability.AVAILABILITY_VIEW):
        return None
    return "You do not have access to search for beds."


def may_edit_a_ward(user: Any) -> str | None:
    """Whoever may change the beds of some ward; of which, `wards_editable_by` says."""
    if holds(user, Capability.AVAILABILITY_EDIT):
        return None
    return "You do not have access to update beds."
