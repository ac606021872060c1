"""Writes of lines."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from capacity_plans.editing.conflicts import RowRemoved, removal_of
from capacity_plans.editing.directory import figure_of, line_of
from capacity_plans.editing.services import (
    Seen,
    record_rows,
    remove_row,
    settled,
    write_new,
    write_row,
)
from capacity_plans.editing.values import Codes, codes_of
from capacity_plans.models import Change, Line, Version
from capacity_plans.services import count_change, hold_to_change
from core.audit import record
from core.errors import Conflict, DomainError
from organisations.models import Ward

MOST_LINES = 300


@transaction.atomic
def add_wards(*, version: Version, wards: Sequence[Ward], by: User) -> list[Line]:
    """Add a line for each ward that has none yet, with the directory's figure as its baseline."""
    held = hold_to_change(version, by=by)
    there = set(held.lines.filter(ward__in=wards).values_list("ward", flat=True))
    last = room_for(held, len({ward.pk for ward in wards} - there))
    lines = Line.objects.bulk_create(
        line_of(held, ward, position)
        for position, ward in enumerate(
            (ward for ward in dict.fromkeys(wards) if ward.pk not in there), start=last + 1
        )
    )
    if lines:
        count_change(held)
        new = [(line, Codes()) for line in lines]
        record_rows(held, new, event="plan.line_added", by=by)
    return lines


@transaction.atomic
def add_planned_line(*, version: Version, key: UUID, by: User, **wanted: Any) -> Line:
    """Add a ward that is planned. The same form once more gives the line that it has added."""
    held = hold_to_change(version, by=by)
    if made := held.lines.filter(key=key).first():
        return made
    line = Line(version=held, position=room_for(held, 1) + 1, key=key, **wanted)
    write_new(held, line, event="plan.line_added", by=by)
    return line


def room_for(held: Version, number: int) -> int:
    """The last position of a version that takes so many lines more. DomainError if it cannot."""
    if held.lines.count() + number > MOST_LINES:
        raise DomainError(f"A version holds up to {MOST_LINES} lines.")
    return held.lines.aggregate(last=Max("position", default=0))["last"]


def line_now(held: Version, line: Line) -> Line:
    """A line as it is, of a version that is held. RowRemoved if it is gone."""
    found = held.lines.select_related("ward__unit").filter(pk=line.pk).first()
    if found is None:
        raise RowRemoved(removal_of(Line, line.pk, held))
    return found


@transaction.atomic
def save_line(*, line: Line, seen: Seen, by: User, **wanted: Any) -> Line:
    """Change a line, and note what the directory says now.

    RowChanged if it was changed since, RowRemoved if it is gone; DomainError for a baseline that
    differs from the directory's figure without an explanation.
    """
    held = hold_to_change(line.version, by=by)
    row = line_now(held, line)
    if row.ward:
        wanted["directory_figure"] = figure_of(row.ward)
    changes = settled(row, wanted, seen)
    values = codes_of(row) | changes
    figure = values["directory_figure"]
    if row.ward and values["baseline"] != figure and not values["difference"]:
        raise DomainError(f"The directory says {figure}. Enter why the baseline differs.")
    write_row(held, row, changes, event="plan.line_changed", by=by)
    return row


@transaction.atomic
def take_directory(*, line: Line, seen: Seen, by: User) -> Line:
    """Let a line begin with what the directory says now of its ward, its type and sex too."""
    held = hold_to_change(line.version, by=by)
    row = line_now(held, line)
    if row.ward is None:
        raise DomainError("This ward is planned: the directory does not have it.")
    figure = figure_of(row.ward)
    wanted = {
        "baseline": figure,
        "directory_figure": figure,
        "difference": "",
        "service_type_id": row.ward.service_type_id,
        "sex": row.ward.sex,
        "security_level": row.ward.security_level,
    }
    changes = settled(row, wanted, seen)
    write_row(held, row, changes, event="plan.line_changed", by=by, source="directory")
    return row


@transaction.atomic
def remove_line(*, line: Line, seen: Seen, by: User, changes_seen: int) -> None:
    """Remove a line with its changes, and those that move beds to it.

    RowChanged if it was changed since it was seen, Conflict if its changes are others by now than
    those `counted` as `changes_seen`. Who has removed it already changes nothing.
    """
    held = hold_to_change(line.version, by=by)
    row = held.lines.filter(pk=line.pk).first()
    if row is None:
        refuse_unless_own(removal_of(Line, line.pk, held), by)
        return
    changes = going_with(row)
    if counted(changes) != changes_seen:
        raise Conflict("Its changes are others than those you saw. Look at them again.")
    going = [codes_of(change) | {"id": change.pk} for change in changes]
    remove_row(held, row, seen, event="plan.line_removed", by=by, changes=going)


def refuse_unless_own(removal: Any, by: User) -> None:
    """RowRemoved if somebody else has removed it."""
    if removal is None or removal.actor_id != by.pk:
        raise RowRemoved(removal)


def counted(changes: Iterable[Change]) -> int:
    """How many they are, and how often they were changed."""
    return sum(1 + change.revision for change in changes)


def going_with(line: Line) -> list[Change]:
    """The changes that go with a line: its own, and those that move beds to it. One query."""
    changes = Change.objects.filter(line__version_id=line.version_id)
    own = changes.filter(line=line) | changes.filter(to_line=line)
    return list(own.select_related("line__ward", "to_line__ward").order_by("on", "pk"))


@transaction.atomic
def move_line(*, line: Line, up: bool, seen: int, by: User) -> bool:
    """Move a line one place up or down; False if it stands elsewhere than at `seen` by now.

    Places are counted from 0. The first cannot go up, nor the last down: they stay.
    """
    held = hold_to_change(line.version, by=by)
    lines = list(held.lines.all())
    at = next((place for place, one in enumerate(lines) if one.pk == line.pk), -1)
    to = at - 1 if up else at + 1
    if at != seen or not 0 <= to < len(lines):
        return False
    lines.insert(to, lines.pop(at))
    moved = []
    for position, one in enumerate(lines, start=1):
        if one.position != position:
            one.position = position
            moved.append(one)
    Line.objects.bulk_update(moved, ["position"])
    count_change(held)
    record("plan.line_moved", by=by, target=line, version=held.pk, position=to + 1)
    return True
