"""Tables as files: CSV that is sent as it is read, and spreadsheets of limited size."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.errors import DomainError
from core.spreadsheets import disarmed

Row = Iterable[Any]
LINES_AT_ONCE = 500
# A spreadsheet is made as a whole before it is sent.
MOST_IN_SPREADSHEET = 20_000
# Tells spreadsheets that the file is UTF-8
MARK = "\ufeff"


def csv_of(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    """The file in parts; memory does not grow with their number."""
    yield MARK + lines_of([columns])
    remaining = iter(rows)
    while some := list(islice(remaining, LINES_AT_ONCE)):
        yield lines_of(some)


def lines_of(rows: Iterable[Row]) -> str:
    lines = StringIO()
    csv.writer(lines).writerows([disarmed(cell) for cell in row] for row in rows)
    return lines.getvalue()


def xlsx_of(title: str, columns: Row, rows: Iterable[Row]) -> IO[bytes]:
    """The spreadsheet, in a file that vanishes once it is closed.

    DomainError if the rows are too many.
    """
    # Before the first is written: half a workbook would leave files behind.
    some = list(islice(rows, MOST_IN_SPREADSHEET + 1))
    if len(some) > MOST_IN_SPREADSHEET:
        raise DomainError(
            f"A spreadsheet holds {MOST_IN_SPREADSHEET:,} rows at most, and these are more. "
            "Choose CSV, or a shorter period."
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in some:
        sheet.append([cell_of(value) for value in row])
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def cell_of(value: Any) -> Any:
    value = disarmed(value)
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
