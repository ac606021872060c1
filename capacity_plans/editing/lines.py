"""Lines as their editors see them: in the table of all, and on the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from capacity_plans.choices import TAKING, ChangeKind
from capacity_plans.editing.directory import drift_of
from capacity_plans.editing.months import same_day_in
from capacity_plans.editing.queries import Draft
from capacity_plans.editing.tables import Year, ends_of, names_of_ends, signed_whole, years_of
from capacity_plans.models import Change, Line, Version
from capacity_plans.words import day_in_words


@dataclass(frozen=True)
class ChangeShown:
    """A change in words; the days to which its buttons move it, None where the plan ends."""

    change: Change
    day: str
    words: str
    earlier: date | None
    later: date | None

    @property
    def row_id(self) -> str:
        """Of its form, once that is open."""
        return f"change-{self.change.pk}"


@dataclass(frozen=True)
class LineShown:
    """A line. `at_ends` are its figures when the financial years end, `error` a day below zero."""

    line: Line
    name: str
    place: str
    segment: str
    at_ends: Sequence[tuple[int, str]]
    years: Sequence[Year]
    changes: Sequence[ChangeShown]
    arrivals: Sequence[str]
    error: str
    drift: str


def line_shown(draft: Draft, line: Line) -> LineShown:
    months = draft.projection.lines[line.pk]
    day = draft.projection.below_zero.get(line.pk)
    counts = draft.version.plan.counts
    unit = line.ward.unit if line.ward else line.unit
    return LineShown(
        line=line,
        name=line.ward.name if line.ward else line.planned_name,
        place=f"{unit.name}, {unit.organisation.name}" if unit else "Not placed yet",
        segment=draft.segment_in_words(line.segment),
        at_ends=list(zip(ends_of(months), names_of_ends(draft.version), strict=True)),
        years=years_of(draft.version.first_year, months),
        changes=[change_shown(draft, change) for change in draft.changes.get(line.pk, ())],
        arrivals=draft.arrivals.get(line.pk, ()),
        error=f"Fewer than 0 {counts} on {day_in_words(day)}" if day else "",
        drift=drift_of(line),
    )


def change_shown(draft: Draft, change: Change) -> ChangeShown:
    version = draft.version
    return ChangeShown(
        change,
        day_in_words(change.on),
        change_in_words(change, draft.names),
        month_away(version, change.on, -1),
        month_away(version, change.on, 1),
    )


def change_in_words(change: Change, names: dict[int, str]) -> str:
    """E.g. 'Temporary closing, −4, until 30 June 2027'; 'Transfer of 3 to Ash ward, The Elms'."""
    if change.kind == ChangeKind.TRANSFER:
        to = names.get(change.to_line_id or 0, "another line")
        return f"Transfer of {change.number} to {to}"
    sign = -1 if change.kind in TAKING else 1
    words = f"{change.get_kind_display()}, {signed_whole(sign * change.number)}"
    return f"{words}, until {day_in_words(change.until)}" if change.until else words


def month_away(version: Version, day: date, months: int) -> date | None:
    """The day a month earlier or later, if the plan has it."""
    to = same_day_in(day, months)
    return to if version.starts_on <= to <= version.ends_on else None
