"""Files that people open in a spreadsheet: CSV in parts, XLSX of limited size."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LINES_AT_ONCE = 500
# A spreadsheet is made as a whole before it is sent.
MOST_IN_SPREADSHEET = 20_000
# What a spreadsheet takes for a formula, or skips before one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Row = Iterable[Any]


def disarmed(value: Any) -> Any:
    """The value as a cell that is only ever text, whoever wrote it; numbers stay numbers."""
    text = value.replace("\0", "") if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.lstrip(" ").startswith(FORMULA) else text


def csv_lines(rows: Iterable[Row]) -> str:
    """The lines of some rows, disarmed."""
    lines = StringIO()
    csv.writer(lines).writerows([disarmed(cell) for cell in row] for row in rows)
    return lines.getvalue()


def csv_parts(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    """A file in parts: memory does not grow with them. The mark tells spreadsheets: it is UTF-8."""
    yield "\ufeff" + csv_lines([columns])
    remaining = iter(rows)
    while some := list(islice(remaining, LINES_AT_ONCE)):
        yield csv_lines(some)


def csv_response(name: str, parts: Iterable[str]) -> StreamingHttpResponse:
    """A CSV file to be saved under that name."""
    return StreamingHttpResponse(
        parts,
        content_type=MEDIA_TYPES[CSV],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def cell_of(value: Any) -> Any:
    """The value, disarmed, as a sheet can hold it."""
    value = disarmed(value)
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def book_of(title: str, columns: Row, rows: Iterable[Row]) -> Workbook:
    """A workbook of one sheet with some rows, disarmed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in chain([columns], rows):
        sheet.append([cell_of(value) for value in row])
    return book


def xlsx_response(name: str, book: Workbook) -> FileResponse:
    """A workbook to be saved under that name."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPES[XLSX])


def table_response(
    name: str, title: str, columns: Row, rows: Iterable[Row]
) -> FileResponse | StreamingHttpResponse:
    """A table to be saved under that name, as the kind of file that it ends in."""
    if name.endswith(XLSX):
        return xlsx_response(name, book_of(title, columns, rows))
    return csv_response(name, csv_parts(columns, rows))
