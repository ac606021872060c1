"""The file of beds as they are, to be filled in: CSV, or a spreadsheet that explains itself."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from availability.bulk.columns import (
    BASED_ON,
    BED_ID,
    CLOSED_REASON,
    COLUMNS,
    DAY,
    DELAY_REASON,
    HELD_FOR,
    MOMENT,
    REFERENCE,
    STATE,
    WARD_ID,
    row_of,
    text_of,
)
from availability.choices import BedState, ClosedReason, DelayReason
from availability.models import BedEntry
from core.spreadsheets import cell_of, csv_parts

WIDTHS = {"Unit": 28, "Ward": 28, MOMENT: 18, DAY: 13, HELD_FOR: 24, REFERENCE: 16, STATE: 16}
# What may stand in each column that is for editing.
EXPLAINED: list[tuple[str, str]] = [
    (STATE, ", ".join(str(one.label) for one in BedState)),
    (
        CLOSED_REASON,
        f"If closed, one of: {', '.join(str(one.label) for one in ClosedReason)}",
    ),
    (
        MOMENT,
        "A day and a time such as 21/11/2026 14:30. Available: from when, empty if now. Reserved: "
        "until when. Being prepared: when it is ready",
    ),
    (
        DAY,
        "A day such as 21/11/2026, if known. Occupied: expected discharge. On leave: expected "
        "return. Closed: expected reopening",
    ),
    (HELD_FOR, "If reserved, for which team or service. Never a patient"),
    (REFERENCE, "If reserved, yours or theirs, if there is one. No patient data"),
    (
        DELAY_REASON,
        "If occupied by a patient who is ready for discharge but delayed, the code of the reason: "
        "the list is below",
    ),
    (f"{WARD_ID}, Unit, Ward, {BED_ID}, Bed, {BASED_ON}", "Leave these as they are"),
]


def as_csv(entries: Iterable[BedEntry]) -> Iterator[str]:
    return csv_parts(COLUMNS, ([text_of(cell) for cell in row_of(entry)] for entry in entries))


def as_xlsx(entries: Iterable[BedEntry]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Beds"
    heading(sheet, COLUMNS)
    last = 1
    for last, entry in enumerate(entries, start=2):
        sheet.append([cell_of(cell) for cell in row_of(entry)])
        for cell in sheet[last]:
            if isinstance(cell.value, datetime):
                cell.number_format = "dd/mm/yyyy hh:mm"
            elif isinstance(cell.value, date):
                cell.number_format = "dd/mm/yyyy"
    for column, choices in ((STATE, BedState), (CLOSED_REASON, ClosedReason)):
        letter = get_column_letter(COLUMNS.index(column) + 1)
        labels = ",".join(str(one.label) for one in choices)
        offered = DataValidation(type="list", formula1=f'"{labels}"', allow_blank=True)
        offered.add(f"{letter}2:{letter}{max(last, 2)}")
        sheet.add_data_validation(offered)
    help_sheet = book.create_sheet("How to fill it in")
    heading(help_sheet, ("Column", "What it takes"))
    for line in EXPLAINED:
        help_sheet.append(line)
    help_sheet.append(())
    help_sheet.append(("Delay reason", "Meaning"))
    for reason in DelayReason:
        help_sheet.append((reason.value, str(reason.label)))
    help_sheet.column_dimensions["B"].width = 110
    return book


def heading(sheet: Any, columns: Iterable[str]) -> None:
    sheet.append(list(columns))
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        width = WIDTHS.get(str(cell.value), max(len(str(cell.value)) + 3, 10))
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
