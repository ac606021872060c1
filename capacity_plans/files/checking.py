"""What the rows of a file say of a version, or what is wrong with which cell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from capacity_plans.choices import TEMPORARY, ChangeKind
from capacity_plans.editing.change_services import MOST_CHANGES
from capacity_plans.editing.directory import figure_of
from capacity_plans.editing.line_services import MOST_LINES
from capacity_plans.files import columns as c
from capacity_plans.files.cells import (
    Parse,
    day,
    day_or_none,
    decimal,
    one_of,
    plain,
    whole,
    words,
)
from capacity_plans.files.reading import Rows
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.models.rows import MOST
from organisations.choices import SecurityLevel, Sex
from organisations.models import ServiceType, Unit, Ward

LABELS = {
    kind: {str(one.label): one.value for one in kind} for kind in (ChangeKind, Sex, SecurityLevel)
}
NO_WARD = (
    "No open ward of this collaborative has this name at this site. Correct the name or the site "
    f"code, or write {c.YES} under {c.PLANNED} for a ward that does not exist yet"
)


@dataclass(frozen=True)
class Places:
    """What a plan's lines may be about: wards and sites of its collaborative, and service types."""

    wards: Sequence[Ward]
    units: Sequence[Unit]
    service_types: Sequence[ServiceType]


@dataclass(frozen=True)
class BadCell:
    """What is wrong there, and what to do. In a CSV file the sheet is the kind of the row."""

    sheet: str
    row: int
    column: str
    words: str


@dataclass
class Content:
    """A version as a file has it: rows that are not saved. With a bad cell it is not complete."""

    version: Mapping[str, Any] | None = None
    revision: int | None = None
    lines: list[Line] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    rows: dict[int, int] = field(default_factory=dict)


class RowReader:
    """The cells of a row, each read as it is asked for; keeps what is wrong with any."""

    def __init__(self, sheet: c.Sheet, number: int, cells: Sequence[str], bad: list[BadCell]):
        self.sheet, self.number, self.bad = sheet, number, bad
        self.cells = dict(zip(sheet.columns, cells, strict=True))
        self.is_good = True

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def read(self, column: str, parse: Parse) -> Any:
        try:
            return parse(self.cells[column])
        except (ValueError, OverflowError) as wrong:
            self.refuse(column, str(wrong))

    def refuse(self, column: str, sentence: str) -> None:
        self.is_good = False
        self.bad.append(BadCell(self.sheet.title, self.number, column, sentence))


def longest(model: Any, name: str) -> int:
    return model._meta.get_field(name).max_length


def content_of(rows: Rows, version: Version, places: Places) -> Content:
    """Read the rows for a version. No query."""
    found = Content()

    def readers(sheet: c.Sheet) -> list[RowReader]:
        return [
            RowReader(sheet, number, cells, found.bad)
            for number, cells in rows.get(sheet.title, [])
        ]

    read_version(found, readers(c.VERSION_SHEET), version)
    numbered = LineReader(version, places).read(found, readers(c.LINES))
    read_changes(found, readers(c.CHANGES), numbered, as_it_becomes(version, found))
    read_assumptions(found, readers(c.ASSUMPTIONS), version, places)
    order = [sheet.title for sheet in c.SHEETS]
    found.bad.sort(key=lambda cell: (order.index(cell.sheet), cell.row))
    return found


def read_version(found: Content, rows: list[RowReader], version: Version) -> None:
    for row in rows[1:]:
        row.refuse(c.FIRST_YEAR, "A file has one version. Delete this row")
    for row in rows[:1]:
        found.version = {
            "first_year": row.read(c.FIRST_YEAR, whole(2000, 2100)),
            "years": row.read(c.YEARS, whole(1, 5)),
            "population": row.read(c.POPULATION, whole(1, 100_000_000, empty=None)),
            "notes": row.read(c.NOTES, words(longest(Version, "notes"))),
        }
        if row[c.VERSION_ID] == str(version.pk) and row[c.REVISION].isdecimal():
            found.revision = int(row[c.REVISION][:9])


def as_it_becomes(version: Version, found: Content) -> Version:
    """The version with the years that the file gives it, if these can be used; not saved."""
    said = found.version or {}
    first_year = said.get("first_year") or version.first_year
    return Version(first_year=first_year, years=said.get("years") or version.years)


class LineReader:
    """Reads lines: each is a ward of the directory, by its site and name, or a planned one."""

    def __init__(self, version: Version, places: Places):
        self.version = version
        self.wards = {ward.pk: ward for ward in places.wards}
        self.by_name: dict[tuple[str, str], list[Ward]] = {}
        for ward in places.wards:
            self.by_name.setdefault((plain(ward.unit.ods_code), plain(ward.name)), []).append(ward)
        self.units = {plain(unit.ods_code): unit for unit in places.units}
        self.types = {kind.name: kind for kind in places.service_types}

    def read(self, found: Content, rows: list[RowReader]) -> dict[int, tuple[int, Line | None]]:
        """By its number, the row of each line and the line, or None if it cannot be used."""
        numbered: dict[int, tuple[int, Line | None]] = {}
        wards: dict[int, int] = {}
        for row in rows[MOST_LINES : MOST_LINES + 1]:
            row.refuse(c.LINE, f"A version holds up to {MOST_LINES} lines. Delete those from here")
        for row in rows:
            number = row.read(c.LINE, whole(1, 9999))
            line = self.line_in(row)
            if number in numbered:
                row.refuse(c.LINE, f"Row {numbered[number][0]} has this number too. Use another")
            if line.ward and wards.setdefault(line.ward.pk, row.number) != row.number:
                row.refuse(c.WARD, f"Row {wards[line.ward.pk]} is the same ward. Keep one of them")
            line.position = len(found.lines) + 1
            found.lines.append(line)
            found.rows[id(line)] = row.number
            if number is not None:
                numbered.setdefault(number, (row.number, line if row.is_good else None))
        return numbered

    def line_in(self, row: RowReader) -> Line:
        is_planned = row.read(c.PLANNED, one_of({c.YES: True, "No": False}, empty=False))
        line = Line(version=self.version, planned_name="")
        if is_planned:
            line.planned_name = row.read(c.WARD, self.planned_name) or ""
            if row[c.SITE]:
                line.unit = row.read(c.SITE, self.unit)
        elif is_planned is not None:
            line.ward = self.ward_in(row)
        like = line.ward
        kind = row.read(c.SERVICE_TYPE, one_of(self.types, empty=like and like.service_type))
        sex = row.read(c.SEX, one_of(LABELS[Sex], empty=like and like.sex))
        level = row.read(
            c.SECURITY, one_of(LABELS[SecurityLevel], empty=like and like.security_level)
        )
        if is_planned:
            for column, value in ((c.SERVICE_TYPE, kind), (c.SEX, sex), (c.SECURITY, level)):
                if value is None and not row[column]:
                    row.refuse(column, "Enter it for a ward that is planned")
        if kind:
            line.service_type = kind
        line.sex, line.security_level = sex or "", level or 0
        line.difference = row.read(c.DIFFERENCE, words(longest(Line, "difference"))) or ""
        line.notes = row.read(c.NOTES, words(longest(Line, "notes"))) or ""
        baseline = row.read(c.BASELINE, whole(0, MOST))
        if baseline is None:
            return line
        line.baseline = baseline
        if like:
            line.directory_figure = figure_of(like)
            if baseline != line.directory_figure and not line.difference:
                row.refuse(
                    c.DIFFERENCE,
                    f"Enter why it is not the directory's figure of {line.directory_figure}",
                )
        return line

    def planned_name(self, text: str) -> str:
        missing = "Enter what the planned ward is called"
        return words(longest(Line, "planned_name"), missing=missing)(text)

    def unit(self, text: str) -> Unit:
        if plain(text) not in self.units:
            raise ValueError(
                "No open site of this collaborative has this ODS code. Correct it, or empty it"
            )
        return self.units[plain(text)]

    def ward_in(self, row: RowReader) -> Ward | None:
        """The ward by its id, or by its site and name; what else is given must agree."""
        site, name = plain(row[c.SITE]), plain(row[c.WARD])
        if row[c.WARD_ID]:
            number = row.read(c.WARD_ID, whole(1, 10**9))
            ward = self.wards.get(number or 0)
            if ward is None:
                if number:
                    row.refuse(c.WARD_ID, "No ward of this collaborative has this ID. Empty it")
                return None
            for column, given, text in (
                (c.SITE, site, ward.unit.ods_code),
                (c.WARD, name, ward.name),
            ):
                if given and given != plain(text):
                    row.refuse(column, f"The ward of this ID has {text} here. Put it back")
            return ward
        if not name:
            row.refuse(c.WARD, "Enter the ward's name")
            return None
        found = self.by_name.get((site, name), [])
        if len(found) == 1:
            return found[0]
        more = f"Enter its {c.WARD_ID}: the site has several wards of this name"
        row.refuse(c.WARD, more if found else NO_WARD)
        return None


def read_changes(
    found: Content,
    rows: list[RowReader],
    numbered: Mapping[int, tuple[int, Line | None]],
    version: Version,
) -> None:
    def line_number(text: str) -> int:
        number = whole(1, 9999)(text)
        if number not in numbered:
            raise ValueError(f"No line has the number {number}. Use one of the lines")
        return int(number)

    reason = words(longest(Change, "reason"), missing="Enter the reason")
    of_line: Counter[int] = Counter()
    for row in rows:
        number = row.read(c.LINE, line_number)
        of_line[number] += 1
        if number and of_line[number] > MOST_CHANGES:
            row.refuse(c.LINE, f"A line has up to {MOST_CHANGES} changes. Delete this row")
        kind = row.read(c.KIND, one_of(LABELS[ChangeKind]))
        on = row.read(c.DATE, day)
        until = row.read(c.UNTIL, day_or_none)
        change = Change(
            on=on,
            kind=kind or "",
            number=row.read(c.NUMBER, whole(1, MOST)),
            until=until,
            reason=row.read(c.REASON, reason) or "",
            reference=row.read(c.REFERENCE, words(longest(Change, "reference"))) or "",
        )
        if on and not version.starts_on <= on <= version.ends_on:
            row.refuse(c.DATE, f"Enter a day in the years of the plan, {version.period}")
        if kind:
            refuse_wrong_end(row, kind, on, until)
        line = numbered[number][1] if number else None
        if kind == ChangeKind.TRANSFER:
            to = row.read(c.TO_LINE, line_number)
            if to is not None and to == number:
                row.refuse(c.TO_LINE, "Enter the number of another line")
            change.to_line = numbered[to][1] if to else None
        elif kind and row[c.TO_LINE]:
            row.refuse(c.TO_LINE, "Empty this cell: only a transfer goes to another line")
        if line is not None:
            change.line = line
            found.changes.append(change)
            found.rows[id(change)] = row.number


def refuse_wrong_end(row: RowReader, kind: str, on: date | None, until: date | None) -> None:
    if kind in TEMPORARY:
        if not row[c.UNTIL]:
            row.refuse(c.UNTIL, "Enter the last day of what is temporary")
        elif on and until and until < on:
            row.refuse(c.UNTIL, "Enter a day that is not before the first")
    elif row[c.UNTIL]:
        row.refuse(c.UNTIL, "Empty this cell: only what is temporary has a last day")


def read_assumptions(
    found: Content, rows: list[RowReader], version: Version, places: Places
) -> None:
    types = one_of({kind.name: kind for kind in places.service_types})
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        kind = row.read(c.SERVICE_TYPE, types)
        sex = row.read(c.SEX, one_of(LABELS[Sex]))
        level = row.read(c.SECURITY, one_of(LABELS[SecurityLevel]))
        read = Assumption(
            version=version,
            sex=sex or "",
            security_level=level or 0,
            referrals=row.read(c.REFERRALS, whole(0, 1_000_000, empty=None)),
            admissions=row.read(c.ADMISSIONS, whole(0, 100_000)),
            yearly_change=row.read(c.YEARLY_CHANGE, decimal("-50", "50", empty=0)),
            length_of_stay=row.read(c.LENGTH_OF_STAY, decimal("0.1", "5000")),
            occupancy=row.read(c.OCCUPANCY, whole(50, 100, empty=85)),
            inside_flow=row.read(c.INSIDE_FLOW, whole(0, 100, empty=100)),
            source=row.read(c.SOURCE, words(longest(Assumption, "source"))) or "",
        )
        if kind and sex and level is not None:
            read.service_type = kind
            first = seen.setdefault((kind.pk, sex, level), row.number)
            if first != row.number:
                row.refuse(
                    c.SERVICE_TYPE,
                    f"Row {first} has the same type, sex and security. Keep one of them",
                )
        found.assumptions.append(read)
        found.rows[id(read)] = row.number
