"""Writes of dated changes."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from capacity_plans.choices import TEMPORARY, ChangeKind
from capacity_plans.editing.conflicts import RowRemoved, removal_of
from capacity_plans.editing.line_services import line_now, refuse_unless_own
from capacity_plans.editing.months import same_day_in
from capacity_plans.editing.services import Seen, remove_row, settled, write_new, write_row
from capacity_plans.models import Change, Line, Version
from capacity_plans.services import hold_to_change
from core.errors import DomainError

MOST_CHANGES = 60


def refuse_day(held: Version, day: date) -> None:
    if not held.starts_on <= day <= held.ends_on:
        raise DomainError(f"The date must be in {held.period}.")


def refuse_change(held: Version, change: Change) -> None:
    """DomainError, in words, for what a change cannot be."""
    refuse_day(held, change.on)
    temporary = change.kind in TEMPORARY
    if temporary != (change.until is not None):
        raise DomainError("A temporary change has a last day, and no other has one.")
    if change.until and change.until < change.on:
        raise DomainError("The last day must not be before the date.")
    if (change.kind == ChangeKind.TRANSFER) != (change.to_line_id is not None):
        raise DomainError("A transfer goes to another line, and nothing else does.")
    if change.to_line_id == change.line_id:
        raise DomainError("A transfer goes to another line.")
    if change.to_line_id and not held.lines.filter(pk=change.to_line_id).exists():
        raise DomainError("The line to transfer to was removed.")


@transaction.atomic
def add_change(*, line: Line, key: UUID, by: User, **wanted: Any) -> Change:
    """Add a dated change to a line. The same form once more gives what it has added.

    RowRemoved if the line is gone; DomainError for what a change cannot be.
    """
    held = hold_to_change(line.version, by=by)
    row = line_now(held, line)
    if made := row.changes.filter(key=key).first():
        return made
    if row.changes.count() >= MOST_CHANGES:
        raise DomainError(f"A line has up to {MOST_CHANGES} changes.")
    change = Change(line=row, key=key, **wanted)
    refuse_change(held, change)
    write_new(held, change, event="plan.change_added", by=by)
    return change


def change_now(held: Version, change: Change) -> Change:
    """A change as it is, of a version that is held. RowRemoved if it is gone."""
    found = Change.objects.filter(pk=change.pk, line__version=held).first()
    if found is None:
        raise RowRemoved(removal_of(Change, change.pk, held))
    return found


@transaction.atomic
def save_change(*, change: Change, seen: Seen, by: User, **wanted: Any) -> Change:
    """Change a change. RowChanged if it was changed since, RowRemoved if it is gone."""
    held = hold_to_change(change.line.version, by=by)
    row = change_now(held, change)
    changes = settled(row, wanted, seen)
    as_wanted = Change(**{name: getattr(row, name) for name in NAMES} | changes)
    refuse_change(held, as_wanted)
    write_row(held, row, changes, event="plan.change_changed", by=by)
    return row


NAMES = ("line_id", "on", "kind", "number", "until", "to_line_id", "reason", "reference")


@transaction.atomic
def move_change(*, change: Change, to: date, seen: Seen, by: User) -> Change:
    """Move a change to another day; the last day of what is temporary moves by as many months.

    Where it stands on that day already, nothing changes. Otherwise as `save_change`.
    """
    held = hold_to_change(change.line.version, by=by)
    row = change_now(held, change)
    if row.on == to:
        return row
    refuse_day(held, to)
    wanted: dict[str, Any] = {"on": to}
    if row.until:
        months = (to.year - row.on.year) * 12 + to.month - row.on.month
        wanted["until"] = same_day_in(row.until, months)
    return save_change(change=row, seen=seen, by=by, **wanted)


@transaction.atomic
def remove_change(*, change: Change, seen: Seen, by: User) -> None:
    """Remove a change as it was seen. Who has removed it already changes nothing."""
    held = hold_to_change(change.line.version, by=by)
    row = Change.objects.filter(pk=change.pk, line__version=held).first()
    if row is None:
        refuse_unless_own(removal_of(Change, change.pk, held), by)
        return
    remove_row(held, row, seen, event="plan.change_removed", by=by, line=row.line_id)
