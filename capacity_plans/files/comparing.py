"""What a file adds to a version, changes and removes, row by row."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from capacity_plans.choices import ChangeKind
from capacity_plans.files import columns as c
from capacity_plans.files.checking import Content
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.words import segment_name

Row = TypeVar("Row", Line, Change, Assumption)
VERSION_FIELDS = ("first_year", "years", "population", "notes")
# The columns that say what a row is; the others only help to find it, or are counted anew.
NOT_COMPARED = {c.LINE, c.WARD_ID, c.DIRECTORY_FIGURE, c.TO_LINE}


@dataclass(frozen=True)
class Difference:
    """A row of the file, or one that the file lacks, and its cells that differ: was, becomes."""

    what: str
    row: int | None = None
    cells: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Pairs:
    """Rows of a version, each beside what it becomes; None: there was none, or there is to be."""

    lines: list[tuple[Line | None, Line | None]] = field(default_factory=list)
    changes: list[tuple[Change | None, Change | None]] = field(default_factory=list)
    assumptions: list[tuple[Assumption | None, Assumption | None]] = field(default_factory=list)


@dataclass
class Differences:
    added: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    removed: list[Difference] = field(default_factory=list)
    unchanged: int = 0

    @property
    def number(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)


def line_key(line: Line) -> Hashable:
    return line.ward_id, line.unit_id, line.planned_name


def segment_key(row: Assumption) -> Hashable:
    return row.service_type_id, row.sex, row.security_level


def compared(row: Line | Change | Assumption) -> dict[str, str]:
    """What a row says, as people read it; the same for rows of which the same will be kept."""
    if isinstance(row, Line):
        cells = c.line_cells(row, 0)
    elif isinstance(row, Change):
        to = (0, row.to_line) if row.to_line else None
        cells = c.change_cells(row, 0, row.line, to)
    else:
        cells = c.assumption_cells(row)
    return {name: shown(value) for name, value in cells.items() if name not in NOT_COMPARED}


def shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)


def is_same(old: Row, new: Row) -> bool:
    if isinstance(old, Change) and isinstance(new, Change):
        ends = [row.to_line and line_key(row.to_line) for row in (old, new)]
        if ends[0] != ends[1]:
            return False
    return compared(old) == compared(new)


def paired(
    old: Sequence[Row], new: Sequence[Row], *keys: Callable[[Row], Hashable]
) -> list[tuple[Row | None, Row | None]]:
    """Each row beside the one that it most likely was: by the first key that finds one."""
    found: dict[int, Row] = {}
    left = list(old)
    for key in keys:
        waiting: dict[Hashable, list[Row]] = {}
        for row in left:
            waiting.setdefault(key(row), []).append(row)
        for row in new:
            if id(row) not in found and waiting.get(key(row)):
                found[id(row)] = waiting[key(row)].pop(0)
        left = [row for rows in waiting.values() for row in rows]
    return [(found.get(id(row)), row) for row in new] + [(row, None) for row in left]


def pairs_of(
    content: Content,
    lines: Sequence[Line],
    changes: Sequence[Change],
    assumptions: Sequence[Assumption],
) -> Pairs:
    """The rows that are there beside those of the file. Changes of two lines are never paired."""

    def whose(change: Change) -> Hashable:
        return line_key(change.line)

    def whole(change: Change) -> Hashable:
        to = change.to_line and line_key(change.to_line)
        return whose(change), to, *compared(change).values()

    return Pairs(
        # Among lines that are called alike, those that say the same belong together.
        paired(
            lines, content.lines, lambda one: (line_key(one), *compared(one).values()), line_key
        ),
        paired(
            changes,
            content.changes,
            whole,
            lambda one: (whose(one), one.kind, one.on),
            lambda one: (whose(one), one.on),
            lambda one: (whose(one), one.kind),
        ),
        paired(assumptions, content.assumptions, segment_key),
    )


def title(row: Line | Change | Assumption) -> str:
    if isinstance(row, Line):
        return str(row)
    if isinstance(row, Change):
        kind = str(ChangeKind(row.kind).label).lower()
        return f"{c.name_of(row.line)}: {kind} of {row.number} on {shown(row.on)}"
    types = {row.service_type_id: row.service_type.name}
    return f"Assumptions for {segment_name(row.segment, types)}"


def differences(version: Version, content: Content, pairs: Pairs) -> Differences:
    """What saving the file would do."""
    found = Differences()
    if content.version:
        was = c.version_cells(version)
        names = (c.FIRST_YEAR, c.YEARS, c.POPULATION, c.NOTES)
        cells = [
            (column, shown(was[column]), shown(content.version[name]))
            for column, name in zip(names, VERSION_FIELDS, strict=True)
            if was[column] != content.version[name]
        ]
        if cells:
            found.changed.append(Difference("The version itself", cells=cells))
    for old, new in (*pairs.lines, *pairs.changes, *pairs.assumptions):
        if old is None and new is not None:
            cells = [(name, "", text) for name, text in compared(new).items() if text]
            found.added.append(Difference(title(new), content.rows.get(id(new)), cells))
        elif new is None and old is not None:
            found.removed.append(Difference(title(old)))
        elif old is not None and new is not None:
            if is_same(old, new):  # type: ignore[type-var]
                found.unchanged += 1
                continue
            now, then = compared(old), compared(new)
            cells = [(name, now[name], then[name]) for name in now if now[name] != then[name]]
            found.changed.append(Difference(title(old), content.rows.get(id(new)), cells))
    return found
