"""Files that people open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# What a spreadsheet takes for a formula, or skips before one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def disarmed(value: Any) -> Any:
    """The value as a cell that is only ever text, whoever wrote it; numbers stay numbers."""
    text = value.replace("\0", "") if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.lstrip(" ").startswith(FORMULA) else text


def csv_of(rows: Iterable[Sequence[Any]]) -> bytes:
    """A file of some rows, disarmed; the mark at its beginning tells that it is UTF-8."""
    lines = StringIO()
    csv.writer(lines).writerows([disarmed(cell) for cell in row] for row in rows)
    return lines.getvalue().encode("utf-8-sig")


def xlsx_of(title: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """A spreadsheet of one sheet with some rows, disarmed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        cells = [disarmed(cell) for cell in row]
        sheet.append(
            [ILLEGAL_CHARACTERS_RE.sub("", one) if isinstance(one, str) else one for one in cells]
        )
    file = BytesIO()
    book.save(file)
    return file.getvalue()
