"""An uploaded file of a plan as rows of text: any bytes give rows or a refusal in words."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from capacity_plans.files.cells import from_sheet, text_in
from capacity_plans.files.columns import CSV_COLUMNS, ROW, SHEETS, VERSION_SHEET, Sheet
from core.uploads import LARGEST, MOST_LINES, MOST_ROWS, NotAList, refuse_bombs

MOST_COLUMNS = 60
# Longer than any text of a plan: what is cut off is refused as too long.
LONGEST_CELL = 4_000
# By the title of the sheet: [[row number, [cell, ...]], ...], cells in the order of its columns
Rows = dict[str, list[tuple[int, list[str]]]]
NOT_A_FILE = "The file must be a CSV or an Excel (XLSX) file"


def rows_of(content: bytes) -> Rows:
    """The rows of each sheet that the file has. Raises NotAList."""
    if len(content) > LARGEST:
        raise NotAList("The file must be 1 MB or smaller")
    rows = sheets_of(content) if content.startswith(b"PK") else parts_of(content)
    number = sum(len(found) for found in rows.values())
    if not number:
        raise NotAList("The file has no rows below its header")
    if number > MOST_ROWS:
        raise NotAList(f"The file must have {MOST_ROWS:,} rows or fewer")
    return rows


def letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def arranged(
    sheet: Sheet, header: Sequence[str], rows: Iterable[tuple[int, list[str]]], where: str
) -> list[tuple[int, list[str]]]:
    """The cells of each row in the order of the sheet's columns; rows without text are left out."""
    names = [letters(cell) for cell in header]
    order = [
        names.index(letters(column)) if letters(column) in names else None
        for column in sheet.columns
    ]
    if twice := [column for column in sheet.columns if names.count(letters(column)) > 1]:
        raise NotAList(f"{where} must name each column once. Twice: {', '.join(twice)}")
    missing = [
        column
        for column, at in zip(sheet.columns, order, strict=True)
        if at is None and column in sheet.needed
    ]
    if missing:
        raise NotAList(f"{where} must name the columns. Missing: {', '.join(missing)}")
    found = [
        (number, [cells[at] if at is not None and at < len(cells) else "" for at in order])
        for number, cells in rows
    ]
    return [(number, cells) for number, cells in found if any(cells)]


def cell_of(value: Any) -> str:
    text = text_in(value[:LONGEST_CELL] if isinstance(value, str) else value)
    return text[:LONGEST_CELL]


def parts_of(content: bytes) -> Rows:
    """Of a CSV file, as spreadsheets save it: UTF-8 or Windows."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise NotAList(NOT_A_FILE) from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in islice(reader, MOST_LINES):
            lines.append((reader.line_num, [cell_of(cell) for cell in cells[:MOST_COLUMNS]]))
    except csv.Error as error:
        raise NotAList(NOT_A_FILE) from error
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise NotAList("The file is empty. Use the template")
    (_, header), *rest = lines
    names = [letters(cell) for cell in header]
    if letters(ROW) not in names:
        raise NotAList(f"The first row must name the columns: {', '.join(CSV_COLUMNS[:6])} …")
    at = names.index(letters(ROW))
    by_kind: dict[str, list[tuple[int, list[str]]]] = {sheet.row: [] for sheet in SHEETS}
    for number, cells in rest:
        kind = letters(cells[at]) if at < len(cells) else ""
        if kind not in by_kind:
            kinds = ", ".join(by_kind)
            raise NotAList(f"Row {number}, column {ROW}: enter one of these: {kinds}")
        by_kind[kind].append((number, cells))
    return {
        sheet.title: arranged(sheet, header, by_kind[sheet.row], "The first row")
        for sheet in SHEETS
        if by_kind[sheet.row] or sheet is not VERSION_SHEET
    }


def sheets_of(content: bytes) -> Rows:
    """Of a workbook. All sheets but that of the version must be there: an empty one empties."""
    refuse_bombs(content)
    found = {}
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            wanted = {sheet.title.casefold(): sheet for sheet in SHEETS}
            for made in book.worksheets:
                # A copy that a spreadsheet has made is called 'Lines (2)'.
                if sheet := wanted.get(made.title.casefold()):
                    lines = made.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS)
                    found[sheet] = [[sheet_cell(cell) for cell in line] for line in lines]
        finally:
            book.close()
    except Exception as error:  # openpyxl fails in any way on what is no workbook
        raise NotAList("The file cannot be opened as an Excel (XLSX) file") from error
    if missing := [s.title for s in SHEETS if s not in found and s is not VERSION_SHEET]:
        raise NotAList(f"The file must have these sheets. Missing: {', '.join(missing)}")
    rows = {}
    for sheet in SHEETS:
        if table := found.get(sheet):
            header, *rest = table
            where = f"The first row of the sheet {sheet.title}"
            rows[sheet.title] = arranged(sheet, header, enumerate(rest, start=2), where)
        elif sheet in found:
            raise NotAList(f"The sheet {sheet.title} is empty. Use the template")
    return rows


def sheet_cell(cell: Any) -> str:
    """What a person sees in it: of '85%' the sheet holds 0.85."""
    value = cell.value
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        value = round(value * 100.0, 9)
    return cell_of(from_sheet(value[:LONGEST_CELL]) if isinstance(value, str) else value)
