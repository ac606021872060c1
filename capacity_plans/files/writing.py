"""A version as a file that is read back without loss: XLSX with a sheet for each kind, or CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from capacity_plans.choices import ChangeKind
from capacity_plans.files.cells import for_sheet, guarded
from capacity_plans.files.columns import (
    CSV_COLUMNS,
    DIFFERENCE,
    EXPLAINED,
    KIND,
    NOTES,
    PLAN,
    PLANNED,
    REASON,
    ROW,
    SECURITY,
    SERVICE_TYPE,
    SEX,
    SHEETS,
    SOURCE,
    TO_WARD,
    WARD,
    YES,
    Cells,
    Sheet,
)
from organisations.choices import SecurityLevel, Sex

WIDTHS = {
    **dict.fromkeys((WARD, TO_WARD, SERVICE_TYPE), 30),
    **dict.fromkeys((DIFFERENCE, NOTES, REASON, SOURCE, PLAN), 40),
    **dict.fromkeys((SECURITY, KIND), 22),
}
OFFERED: dict[str, Sequence[str]] = {
    KIND: [str(one.label) for one in ChangeKind],
    SEX: [str(one.label) for one in Sex],
    SECURITY: [str(one.label) for one in SecurityLevel],
    PLANNED: [YES],
}
# Rows of an empty sheet that offer what may be chosen
ROOM = 200

Tables = Mapping[Sheet, Iterable[Cells]]


def as_csv(tables: Tables) -> bytes:
    """One table; the mark at its beginning tells spreadsheets that it is UTF-8."""
    lines = StringIO()
    writer = csv.writer(lines)
    writer.writerow(CSV_COLUMNS)
    for sheet, rows in tables.items():
        for cells in rows:
            named = {ROW: sheet.row, **cells}
            writer.writerow(csv_cell(named.get(column)) for column in CSV_COLUMNS)
    return lines.getvalue().encode("utf-8-sig")


def csv_cell(value: Any) -> Any:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return guarded(value) if isinstance(value, str) else value


def as_xlsx(tables: Tables) -> bytes:
    """A workbook that explains itself on its last sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        made = book.create_sheet(sheet.title)
        heading(made, sheet.columns)
        last = 1
        for last, cells in enumerate(tables.get(sheet, ()), start=2):
            for number, column in enumerate(sheet.columns, start=1):
                write(made.cell(last, number), cells[column])
        offer(made, sheet, last + ROOM)
    made = book.create_sheet("How to fill it in")
    heading(made, ("Sheet", "Column", "What it takes"))
    for title, lines in EXPLAINED.items():
        for line in lines:
            made.append([title, *line])
    for letter, width in (("B", 36), ("C", 100)):
        made.column_dimensions[letter].width = width
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def write(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        if value:
            cell.value = for_sheet(guarded(value))
            # Whatever it looks like, '#N/A' for one
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text="\n" in value, vertical="top")
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "dd/mm/yyyy"
    else:
        cell.value = value


def heading(made: Any, columns: Iterable[str]) -> None:
    made.append(list(columns))
    for number, cell in enumerate(made[1], start=1):
        cell.font = Font(bold=True)
        width = WIDTHS.get(str(cell.value), max(len(str(cell.value)) + 3, 12))
        made.column_dimensions[get_column_letter(number)].width = width
    made.freeze_panes = "A2"


def offer(made: Any, sheet: Sheet, last: int) -> None:
    """Lists to choose from, where there is a choice."""
    for column in sheet.columns:
        if options := OFFERED.get(column):
            letter = get_column_letter(sheet.columns.index(column) + 1)
            offered = DataValidation(
                type="list", formula1=f'"{",".join(options)}"', allow_blank=True
            )
            offered.add(f"{letter}2:{letter}{last}")
            made.add_data_validation(offered)
