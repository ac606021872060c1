"""Who may: each rule gives None, or the refusal in words; it reads the capabilities, no more."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.choices import Capability
from accounts.queries import holds, may_approve
from availability.choices import CHOSEN

UNDONE_WITHIN = timedelta(minutes=15)


def may_search(user: Any) -> str | None:
    """Whoever may see the availability of some service group."""
    if holds(user, Capability.AVAILABILITY_VIEW):
        return None
    return "You do not have access to search for beds."


def may_search_in_own_name(user: Any) -> str | None:
    """Whoever may search, with an account of their own: a shared one searches, no more (CT-05)."""
    if refusal := may_search(user):
        return refusal
    return "This account is shared: it can only search for beds." if user.is_shared else None


def may_edit_a_ward(user: Any) -> str | None:
    """Whoever may change the beds of some ward; of which, `wards_editable_by` says."""
    if holds(user, Capability.AVAILABILITY_EDIT):
        return None
    return "You do not have access to update beds."


def may_oversee(user: Any) -> str | None:
    """Whoever approves for some ward; of which, `reminders.queries.overseen_by` says."""
    if may_approve(user):
        return None
    return "Only approvers can open this page."


def may_undo(entry: Any, by: Any) -> str | None:
    """Who made a change on the board, while it is fresh."""
    own = entry.by_id == by.pk and entry.origin in CHOSEN
    if own and entry.starts_at > timezone.now() - UNDONE_WITHIN:
        return None
    return "Only your own last change can be undone, within 15 minutes."
