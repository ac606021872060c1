"""The sheets and columns of a plan's file, and what each row of a version says in them.

A CSV file has the columns of all sheets, and one before them that says to which a row belongs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from capacity_plans.choices import ChangeKind
from capacity_plans.models import Assumption, Change, Line, Version
from organisations.choices import SecurityLevel, Sex

ROW = "Row"
LINE, WARD_ID, SITE, WARD, PLANNED = "Line", "Ward ID", "Site code", "Ward", "Planned"
SERVICE_TYPE, SEX, SECURITY = "Service type", "Sex", "Security level"
DIRECTORY_FIGURE, BASELINE, DIFFERENCE, NOTES = (
    "Directory figure",
    "Baseline",
    "Difference",
    "Notes",
)
DATE, KIND, NUMBER, UNTIL, TO_LINE, TO_WARD = (
    "Date",
    "Kind",
    "Number",
    "Until",
    "To line",
    "To ward",
)
REASON, REFERENCE = "Reason", "Reference"
REFERRALS, ADMISSIONS, YEARLY_CHANGE = "Referrals", "Admissions", "Yearly change"
LENGTH_OF_STAY, OCCUPANCY, INSIDE_FLOW = "Length of stay", "Occupancy", "Inside flow"
SOURCE = "Source"
PLAN, VERSION, VERSION_ID, REVISION = "Plan", "Version", "Version ID", "Revision"
FIRST_YEAR, YEARS, POPULATION = "First year", "Years", "Population"
YES = "Yes"

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table of the file. `row` is what a CSV file calls its rows.

    What is `told` only helps to read the file; it may be missing, and is not read back.
    """

    title: str
    row: str
    columns: tuple[str, ...]
    told: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column not in self.told)


VERSION_SHEET = Sheet(
    "Version",
    "version",
    (FIRST_YEAR, YEARS, POPULATION, NOTES, PLAN, VERSION, VERSION_ID, REVISION),
    told=(PLAN, VERSION, VERSION_ID, REVISION),
)
LINES = Sheet(
    "Lines",
    "line",
    (
        *(LINE, WARD_ID, SITE, WARD, PLANNED, SERVICE_TYPE, SEX, SECURITY),
        *(DIRECTORY_FIGURE, BASELINE, DIFFERENCE, NOTES),
    ),
    told=(WARD_ID, DIRECTORY_FIGURE),
)
CHANGES = Sheet(
    "Changes",
    "change",
    (LINE, WARD, DATE, KIND, NUMBER, UNTIL, TO_LINE, TO_WARD, REASON, REFERENCE),
    told=(WARD, TO_WARD),
)
ASSUMPTIONS = Sheet(
    "Assumptions",
    "assumption",
    (
        *(SERVICE_TYPE, SEX, SECURITY, REFERRALS, ADMISSIONS, YEARLY_CHANGE),
        *(LENGTH_OF_STAY, OCCUPANCY, INSIDE_FLOW, SOURCE),
    ),
)
SHEETS = (VERSION_SHEET, LINES, CHANGES, ASSUMPTIONS)
CSV_COLUMNS = (ROW, *dict.fromkeys(column for sheet in SHEETS for column in sheet.columns))

KINDS = ", ".join(str(kind.label) for kind in ChangeKind)
SEXES = ", ".join(str(one.label) for one in Sex)
LEVELS = ", ".join(str(one.label) for one in SecurityLevel)
EXPLAINED: dict[str, list[tuple[str, str]]] = {
    "Version": [
        (FIRST_YEAR, "The year in whose April the plan begins, such as 2026 for 2026/27"),
        (YEARS, "How many financial years it covers, from 1 to 5"),
        (POPULATION, "Whom the collaborative plans for, if it is known"),
        (NOTES, "2,000 characters or fewer"),
        (f"{PLAN}, {VERSION}, {VERSION_ID}, {REVISION}", "Leave these as they are"),
    ],
    "Lines": [
        (LINE, "A number for each line, which the changes refer to"),
        (f"{SITE}, {WARD}", "Of a ward in the directory: its site's ODS code and its name"),
        (WARD_ID, "May stay empty; if given, it must be that ward's"),
        (PLANNED, "Yes for a ward that does not exist yet; its site code may stay empty"),
        (SERVICE_TYPE, "As the directory calls it. Empty: that of the ward"),
        (SEX, f"{SEXES}. Empty: that of the ward"),
        (SECURITY, f"{LEVELS}. Empty: that of the ward"),
        (DIRECTORY_FIGURE, "For you to read: the directory's figure is taken from the directory"),
        (BASELINE, "Commissioned beds, or sessions a day, on the plan's first day"),
        (DIFFERENCE, "Why that is not the directory's figure, if it is not"),
        (NOTES, "500 characters or fewer"),
    ],
    "Changes": [
        (LINE, "The number of the line that changes"),
        (f"{WARD}, {TO_WARD}", "For you to read: the numbers of the lines count"),
        (DATE, "The first day, such as 01/04/2026, in the years of the plan"),
        (KIND, KINDS),
        (NUMBER, "How many beds, or sessions a day; never below 1"),
        (UNTIL, "The last day of a temporary opening or closing; otherwise empty"),
        (TO_LINE, "Of a transfer: the number of the line that gets them; otherwise empty"),
        (REASON, "250 characters or fewer"),
        (REFERENCE, "Of a business case or contract, if there is one"),
    ],
    "Assumptions": [
        (f"{SERVICE_TYPE}, {SEX}, {SECURITY}", "For whom; each of them once"),
        (REFERRALS, "A year, if known"),
        (ADMISSIONS, "A year"),
        (YEARLY_CHANGE, "Percent by which admissions grow each year, from -50 to 50; empty: 0"),
        (LENGTH_OF_STAY, "Mean days, such as 45.5"),
        (OCCUPANCY, "Percent that is planned for, from 50 to 100; empty: 85"),
        (INSIDE_FLOW, "Percent inside the natural clinical flow, from 0 to 100; empty: 100"),
        (SOURCE, "Where the figures are from"),
    ],
}


def version_cells(version: Version) -> Cells:
    return {
        FIRST_YEAR: version.first_year,
        YEARS: version.years,
        POPULATION: version.population,
        NOTES: version.notes,
        PLAN: str(version.plan),
        VERSION: version.label,
        VERSION_ID: version.pk,
        REVISION: version.revision,
    }


def name_of(line: Line) -> str:
    return line.ward.name if line.ward else line.planned_name


def segment_cells(row: Line | Assumption) -> Cells:
    return {
        SERVICE_TYPE: row.service_type.name,
        SEX: str(Sex(row.sex).label),
        SECURITY: str(SecurityLevel(row.security_level).label),
    }


def line_cells(line: Line, number: int) -> Cells:
    """Needs the ward, its unit, the unit and the service type."""
    unit = line.ward.unit if line.ward else line.unit
    return {
        LINE: number,
        WARD_ID: line.ward_id,
        SITE: unit.ods_code if unit else "",
        WARD: name_of(line),
        PLANNED: "" if line.ward else YES,
        **segment_cells(line),
        DIRECTORY_FIGURE: line.directory_figure,
        BASELINE: line.baseline,
        DIFFERENCE: line.difference,
        NOTES: line.notes,
    }


def change_cells(change: Change, number: int, line: Line, to: tuple[int, Line] | None) -> Cells:
    """Of a line of that number in the file; a transfer goes `to` another."""
    return {
        LINE: number,
        WARD: name_of(line),
        DATE: change.on,
        KIND: str(ChangeKind(change.kind).label),
        NUMBER: change.number,
        UNTIL: change.until,
        TO_LINE: to[0] if to else None,
        TO_WARD: name_of(to[1]) if to else "",
        REASON: change.reason,
        REFERENCE: change.reference,
    }


def assumption_cells(row: Assumption) -> Cells:
    return {
        **segment_cells(row),
        REFERRALS: row.referrals,
        ADMISSIONS: row.admissions,
        YEARLY_CHANGE: row.yearly_change,
        LENGTH_OF_STAY: row.length_of_stay,
        OCCUPANCY: row.occupancy,
        INSIDE_FLOW: row.inside_flow,
        SOURCE: row.source,
    }


def tables_of(
    version: Version,
    lines: Iterable[Line],
    changes: Iterable[Change],
    assumptions: Iterable[Assumption],
) -> dict[Sheet, list[Cells]]:
    """The rows of each sheet. No query."""
    numbered = {line.pk: (number, line) for number, line in enumerate(lines, start=1)}
    return {
        VERSION_SHEET: [version_cells(version)],
        LINES: [line_cells(line, number) for number, line in numbered.values()],
        CHANGES: [
            change_cells(
                change,
                *numbered[change.line_id],
                numbered[change.to_line_id] if change.to_line_id else None,
            )
            for change in changes
        ],
        ASSUMPTIONS: [assumption_cells(row) for row in assumptions],
    }
