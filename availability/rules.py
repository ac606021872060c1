"""Who may: each rule gives None, or the refusal in words; it reads the capabilities, no more."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.choices import Capability
from accounts.queries import holds
from availability.choices import EntryOrigin

UNDONE_WITHIN = timedelta(minutes=15)


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


def can_undo(entry: Any, by: Any) -> bool:
    """Whether a change is the person's own, on the board, and fresh enough to be taken back."""
    own = entry.by_id == by.pk and entry.origin == EntryOrigin.BOARD
    return own and entry.starts_at > timezone.now() - UNDONE_WITHIN
