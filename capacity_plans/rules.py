"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from accounts.choices import Capability
from accounts.queries import holds
from availability.words import clock
from capacity_plans.choices import VersionStatus
from capacity_plans.models import Version

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


def may_be_changed(version: Version) -> str | None:
    """A draft and a scenario; of another, who has done what to it and when, and what to do now.

    Two queries for what is neither.
    """
    if version.is_changeable or version.item is None:
        return None
    label, item = version.label.capitalize(), version.item
    if version.status == VersionStatus.SUBMITTED:
        who = f"{item.person.get_full_name()} {clock(item.submitted_at)}"
        return f"{label} was submitted by {who}. Take it back to change it."
    decision = item.decisions.filter(terminal=True).select_related("by").first()
    who = f" by {decision.by.get_full_name()} {clock(decision.at)}" if decision else ""
    if version.status == VersionStatus.SUPERSEDED:
        return f"{label} was approved{who}, and superseded since. Make a new draft of the plan."
    done = version.get_status_display().lower()
    return f"{label} was {done}{who}. Make a new draft from it to change the plan."
