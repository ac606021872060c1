"""Reading an uploaded table, CSV or XLSX, into rows of text: any bytes give rows or a refusal.

Nothing of a file is executed: of a formula its last result is read, or nothing.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from core.errors import DomainError

LARGEST = 1024 * 1024
MOST_ROWS = 2_000
# Unpacked, an ordinary table of that many rows has a tenth of it.
LARGEST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 200
MOST_COLUMNS = 30
# Empty rows count against this, so that a table may have some, but not a million.
MOST_LINES = MOST_ROWS * 2
LONGEST_CELL = 500

Row = tuple[int, list[str]]


class NotAList(DomainError):
    """The file cannot be read; the words say what to do."""


class RowsField(forms.FileField):
    """A table to upload; its value is what `read` makes of its bytes, or refuses as NotAList."""

    def __init__(
        self, read: Callable[[bytes], Any], *, label: str, lines: str, missing: str
    ) -> None:
        super().__init__(
            label=label,
            help_text="A CSV or Excel (XLSX) file of 1 MB or less, with "
            f"{MOST_ROWS:,} {lines} or fewer",
            widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
            allow_empty_file=True,
            error_messages=dict.fromkeys(("required", "invalid"), missing),
        )
        self.read = read

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        try:
            # One byte too many is refused there; the rest is not read.
            return self.read(file.read(LARGEST + 1))
        except NotAList as refusal:
            raise ValidationError(str(refusal)) from refusal


def numbered_rows(content: bytes) -> tuple[list[str], list[Row]]:
    """The header, and the rows below it with their numbers in the file.

    Rows without any text are left out. Raises NotAList.
    """
    if len(content) > LARGEST:
        raise NotAList("The file must be 1 MB or smaller")
    lines = sheet_of(content) if content.startswith(b"PK") else text_of(content)
    numbered = [(number, cells) for number, cells in lines if any(cells)]
    if not numbered:
        raise NotAList("The file is empty. Use the template")
    (_, header), *rows = numbered
    return header, rows


def refuse_none_or_too_many(rows: list[Row]) -> None:
    if not rows:
        raise NotAList("The file has no rows below its header")
    if len(rows) > MOST_ROWS:
        raise NotAList(f"The file must have {MOST_ROWS:,} rows or fewer")


def cell_text(value: Any) -> str:
    """A cell as one line of text that the database can hold."""
    text = "" if value is None else str(value)
    return " ".join(text[:LONGEST_CELL].replace("\0", "").split())


def plain(text: str) -> str:
    """The letters and digits of a text, to compare it with what is known."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def text_of(content: bytes) -> Iterator[Row]:
    """The lines of a CSV file, as spreadsheets save it: UTF-8 or Windows."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise NotAList("The file must be a CSV or an Excel (XLSX) file") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in islice(reader, MOST_LINES):
            yield reader.line_num, [cell_text(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise NotAList("The file must be a CSV or an Excel (XLSX) file") from error


def sheet_of(content: bytes) -> list[Row]:
    """The lines of a workbook's first sheet."""
    refuse_bombs(content)
    try:
        workbook = load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        try:
            sheet = workbook.worksheets[0]
            lines = sheet.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS, values_only=True)
            return [
                (number, [cell_text(cell) for cell in cells])
                for number, cells in enumerate(lines, start=1)
            ]
        finally:
            workbook.close()
    except Exception as error:  # openpyxl fails in any way on what is no workbook
        raise NotAList("The file cannot be opened as an Excel (XLSX) file") from error


def refuse_bombs(content: bytes) -> None:
    """Refuse an archive that unpacks to far more than a list needs, or defines XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
                raise NotAList("The file unpacks to more than a list needs. Use the template")
            for part in parts:
                # What it says of its sizes holds: no more than that is read of it. In UTF-16 there
                # are zeros between the letters.
                if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b""):
                    raise NotAList("The file cannot be opened as an Excel (XLSX) file")
    except NotAList:
        raise
    except Exception as error:  # zipfile fails in any way on what is no archive
        raise NotAList("The file cannot be opened as an Excel (XLSX) file") from error
