"""Two versions side by side: what was added, removed or changed, and what that does to figures."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from capacity_plans.figures import Figures, Projection
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.projections import among, projection_of
from capacity_plans.words import (
    day_in_words,
    difference,
    figure,
    name_of_line,
    percent,
    segment_name,
)

NOTHING = "none"
Key = Hashable


@dataclass(frozen=True)
class Loaded:
    """A version with its rows and what follows from them."""

    version: Version
    lines: list[Line]
    changes: dict[int, list[Change]]
    assumptions: list[Assumption]

    @cached_property
    def projection(self) -> Projection:
        changes = [change for rows in self.changes.values() for change in rows]
        return projection_of(self.version, self.lines, changes, self.assumptions)

    @cached_property
    def types(self) -> dict[int, str]:
        """The names of the service types that it has."""
        rows: list[Any] = [*self.lines, *self.assumptions]
        return {row.service_type_id: row.service_type.name for row in rows}

    @cached_property
    def names(self) -> dict[int, str]:
        return {line.pk: name_of_line(line) for line in self.lines}

    def by_key(self) -> dict[Key, Line]:
        """Its lines by what makes them the same line in another version: the ward, or the name."""
        found: dict[Key, Line] = {}
        seen: Counter[str] = Counter()
        for line in self.lines:
            seen[line.planned_name] += 1
            number = seen[line.planned_name]
            found[line.ward_id or (line.planned_name, number)] = line
        return found

    def figures_of(self, month: date) -> list[str]:
        """Planned, needed, the gap and how full, in a month; '–' outside the plan."""
        found = self.projection
        total = found.total
        full = at(found, total, "occupancy", month)
        return [
            figure(at(found, total, "beds", month)),
            figure(at(found, total, "requirement", month)),
            difference(at(found, total, "gap", month)),
            percent(None if full is None else Decimal(full)),
        ]


def load(version: Version) -> Loaded:
    """3 queries."""
    return load_all([version])[0]


def load_all(versions: Iterable[Version]) -> list[Loaded]:
    """3 queries, however many they are, and that of the versions if they are not read yet."""
    by_key = {
        version.pk: Loaded(version, lines=[], changes={}, assumptions=[]) for version in versions
    }
    of: dict[int, Loaded] = {}
    for line in Line.objects.filter(version__in=by_key).select_related(
        "ward__unit", "unit", "service_type"
    ):
        of[line.pk] = by_key[line.version_id]
        of[line.pk].lines.append(line)
    for change in among(Change.objects.filter(line__version__in=by_key), of):
        of[change.line_id].changes.setdefault(change.line_id, []).append(change)
    assumptions = Assumption.objects.filter(version__in=by_key).select_related("service_type")
    for row in assumptions:
        by_key[row.version_id].assumptions.append(row)
    return list(by_key.values())


@dataclass(frozen=True)
class Difference:
    """Something that is not the same in both: its name, and old → new, line by line."""

    name: str
    kind: str
    details: list[tuple[str, str, str]]

    @property
    def colour(self) -> str:
        """Of its tag."""
        return {"Added": "green", "Removed": "orange"}.get(self.kind, "blue")


@dataclass(frozen=True)
class FigureRow:
    """A figure in both at one moment, and how the second differs."""

    name: str
    old: str
    new: str
    difference: str


@dataclass(frozen=True)
class FigureTable:
    """Planned, needed and the gap of all, or of one segment."""

    name: str
    rows: list[FigureRow]


class Comparison:
    """What a second version changes against a first one."""

    def __init__(self, old: Loaded, new: Loaded) -> None:
        self.old, self.new = old, new
        self.types = old.types | new.types

    @cached_property
    def lines(self) -> list[Difference]:
        return list(self.differences_of_lines())

    @cached_property
    def assumptions(self) -> list[Difference]:
        return list(self.differences_of_assumptions())

    @cached_property
    def version(self) -> list[tuple[str, str, str]]:
        """What differs of the versions themselves."""
        old, new = self.old.version, self.new.version
        return changed(
            ("Financial years", old.period, new.period),
            ("Population", figure(old.population), figure(new.population)),
            ("Notes", old.notes, new.notes),
        )

    @property
    def old_name(self) -> str:
        return capitalised(self.old.version.label) if self.old.version.pk else "Before"

    @property
    def new_name(self) -> str:
        return capitalised(self.new.version.label)

    @property
    def parts(self) -> list[tuple[str, list[Difference]]]:
        """Lines and assumptions, as the page has them."""
        return [("Lines", self.lines), ("Assumptions", self.assumptions)]

    @property
    def is_same(self) -> bool:
        return not (self.lines or self.assumptions or self.version)

    @property
    def summary(self) -> str:
        """E.g. '1 line added, 2 changed; 1 assumption changed.'"""
        parts = []
        for word, found in (("line", self.lines), ("assumption", self.assumptions)):
            counts = Counter(one.kind.lower() for one in found)
            words = [f"{number} {kind}" for kind, number in sorted(counts.items())]
            if words:
                parts.append(f"{word.capitalize()}s: {', '.join(words)}")
        return ". ".join(parts) + "." if parts else "Lines and assumptions are the same."

    def differences_of_lines(self) -> Iterator[Difference]:
        old, new = self.old.by_key(), self.new.by_key()
        for key, line in new.items():
            before = old.get(key)
            if before is None:
                yield Difference(
                    name_of_line(line), "Added", self.all_of(self.new, line, is_new=True)
                )
            elif details := self.details(before, line):
                yield Difference(name_of_line(line), "Changed", details)
        for key, line in old.items():
            if key not in new:
                yield Difference(
                    name_of_line(line), "Removed", self.all_of(self.old, line, is_new=False)
                )

    def details(self, before: Line, line: Line) -> list[tuple[str, str, str]]:
        """Old and new of what differs of a line that is in both."""
        found = changed(*self.pairs(before, line))
        then = Counter(self.words_of(self.old, before))
        now = Counter(self.words_of(self.new, line))
        found += [("Change", words, NOTHING) for words in (then - now).elements()]
        found += [("Change", NOTHING, words) for words in (now - then).elements()]
        return found

    def pairs(self, before: Line, line: Line) -> Iterator[tuple[str, str, str]]:
        counts = self.new.version.plan.counts
        yield (
            "Type, sex and security",
            segment_name(before.segment, self.types),
            segment_name(line.segment, self.types),
        )
        yield f"Commissioned {counts} at first", figure(before.baseline), figure(line.baseline)
        yield "Unit", before.unit.name if before.unit else "", line.unit.name if line.unit else ""
        yield "Why it is not the directory’s", before.difference, line.difference
        yield "Notes", before.notes, line.notes

    def all_of(self, of: Loaded, line: Line, *, is_new: bool) -> list[tuple[str, str, str]]:
        """Of a line that is in one alone: its start and its changes."""
        said = [
            ("Type, sex and security", segment_name(line.segment, self.types)),
            (f"Commissioned {of.version.plan.counts} at first", figure(line.baseline)),
            *(("Change", words) for words in self.words_of(of, line)),
        ]
        return [(name, "", words) if is_new else (name, words, "") for name, words in said]

    def words_of(self, of: Loaded, line: Line) -> list[str]:
        return [in_words(change, of.names) for change in of.changes.get(line.pk, [])]

    def differences_of_assumptions(self) -> Iterator[Difference]:
        old = {row.segment: row for row in self.old.assumptions}
        new = {row.segment: row for row in self.new.assumptions}
        for segment in sorted({*old, *new}):
            name = segment_name(segment, self.types)
            before, after = old.get(segment), new.get(segment)
            if before is None:
                yield Difference(name, "Added", differing(None, after))
            elif after is None:
                yield Difference(name, "Removed", differing(before, None))
            elif details := differing(before, after):
                yield Difference(name, "Changed", details)

    @property
    def months(self) -> list[date]:
        """All months that either has."""
        return sorted({*self.old.projection.months, *self.new.projection.months})

    @cached_property
    def totals(self) -> FigureTable:
        """All together, at the end of each financial year."""
        return self.table("All", self.old.projection.total, self.new.projection.total)

    @cached_property
    def segments(self) -> list[FigureTable]:
        """Each segment of which a figure differs, at the end of each financial year."""
        old, new = self.old.projection.segments, self.new.projection.segments
        return [
            self.table(segment_name(segment, self.types), old.get(segment), new.get(segment))
            for segment in sorted({*old, *new})
            if not same_figures(old.get(segment), new.get(segment), self)
        ]

    @cached_property
    def monthly(self) -> FigureTable:
        """What is planned in each month of either."""
        old, new = self.old.projection, self.new.projection
        rows = [
            row(name, at(old, old.total, "beds", month), at(new, new.total, "beds", month))
            for month in self.months
            if (name := f"{month:%B %Y}")
        ]
        return FigureTable("Planned", rows)

    def table(self, name: str, old: Figures | None, new: Figures | None) -> FigureTable:
        ends = [month for month in self.months if month.month == 3]
        rows = []
        for word, column in (("planned", "beds"), ("needed", "requirement"), ("gap", "gap")):
            for month in ends:
                before = at(self.old.projection, old, column, month)
                after = at(self.new.projection, new, column, month)
                if before is not None or after is not None:
                    signed = column == "gap"
                    rows.append(row(f"{month:%B %Y}, {word}", before, after, signed=signed))
        return FigureTable(name, rows)


def same_figures(old: Figures | None, new: Figures | None, of: Comparison) -> bool:
    is_same_span = of.old.projection.months == of.new.projection.months
    return is_same_span and old == new


def at(
    projection: Projection, figures: Figures | None, column: str, month: date
) -> Decimal | int | None:
    """A figure of a month; None outside the plan, or where nothing is said of it."""
    values = getattr(figures, column) if figures else None
    if values is None or month not in projection.months:
        return None
    return values[projection.months.index(month)]


def row(
    name: str, old: Decimal | int | None, new: Decimal | int | None, *, signed: bool = False
) -> FigureRow:
    words = difference if signed else figure
    more = None if old is None or new is None else new - old
    return FigureRow(name, words(old), words(new), difference(more))


def changed(*pairs: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """Of names with an old and a new value, those that differ."""
    return [(name, old or NOTHING, new or NOTHING) for name, old, new in pairs if old != new]


def in_words(change: Change, names: dict[int, str]) -> str:
    """E.g. 'Closing of 4 on 1 April 2027: Refurbishment (BC-17)'."""
    words = f"{change.get_kind_display()} of {change.number} on {day_in_words(change.on)}"
    if change.until:
        words += f" until {day_in_words(change.until)}"
    if change.to_line_id:
        words += f" to {names.get(change.to_line_id, 'another line')}"
    words += f": {change.reason}"
    return f"{words} ({change.reference})" if change.reference else words


# What an assumption says, by its column
SAID = (
    ("Referrals a year", "referrals"),
    ("Admissions a year", "admissions"),
    ("Yearly change, percent", "yearly_change"),
    ("Length of stay, days", "length_of_stay"),
    ("Occupancy, percent", "occupancy"),
    ("Inside the clinical flow, percent", "inside_flow"),
    ("Source", "source"),
)


def differing(old: Assumption | None, new: Assumption | None) -> list[tuple[str, str, str]]:
    return changed(*((name, said(old, column), said(new, column)) for name, column in SAID))


def said(row: Assumption | None, column: str) -> str:
    value = getattr(row, column, None)
    if value is None:
        return ""
    return value if isinstance(value, str) else figure(value)


def comparison_of(old: Version | None, new: Version) -> Comparison:
    """6 queries; 3 against nothing."""
    return Comparison(load(old) if old else nothing_like(new), load(new))


def nothing_like(version: Version) -> Loaded:
    """A version of the same years without any row."""
    same = Version(
        plan=version.plan,
        number=0,
        first_year=version.first_year,
        years=version.years,
    )
    return Loaded(same, lines=[], changes={}, assumptions=[])


def capitalised(words: str) -> str:
    """With a capital letter, and the rest as it is."""
    return words[:1].upper() + words[1:]
