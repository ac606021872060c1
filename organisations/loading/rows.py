"""The rows of one reference file, read so that every mistake can be named by file and row."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TypeVar

from core.errors import DomainError

T = TypeVar("T")


class BadFile(DomainError):
    """A reference file cannot be used; the message names the file and, where it can, the row."""


@dataclass(frozen=True)
class Row:
    """One row of a file; `number` counts as a spreadsheet does, the header being row 1."""

    file: str
    number: int
    values: dict[str, str]

    def wrong(self, what: str) -> BadFile:
        return BadFile(f"{self.file}, row {self.number}: {what}")

    def text(self, column: str) -> str:
        text = self.values[column].strip()
        if "\x00" in text:
            raise self.wrong(f"{column} contains a character that cannot be stored.")
        return text

    def required(self, column: str) -> str:
        text = self.text(column)
        if not text:
            raise self.wrong(f"{column} is empty.")
        return text

    def number_in(self, column: str, lowest: float, highest: float) -> float:
        text = self.required(column)
        try:
            value = float(text)
        except ValueError:
            raise self.wrong(f"{column} must be a number, not {text!r}.") from None
        if not isfinite(value) or not lowest <= value <= highest:
            raise self.wrong(f"{column} must lie between {lowest} and {highest}, not be {text!r}.")
        return value

    def whole(self, column: str) -> int:
        text = self.required(column)
        try:
            return int(text)
        except ValueError:
            raise self.wrong(f"{column} must be a whole number, not {text!r}.") from None

    def day(self, column: str) -> date | None:
        """A day written as 20210531; None if empty."""
        text = self.text(column)
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y%m%d").date()
        except ValueError:
            raise self.wrong(f"{column} must be a day like 20210531, not {text!r}.") from None

    def yes(self, column: str) -> bool:
        text = self.required(column)
        if text not in {"Y", "N"}:
            raise self.wrong(f"{column} must be Y or N, not {text!r}.")
        return text == "Y"

    def one_of(self, column: str, known: Mapping[str, T]) -> T:
        """What the column's text stands for, upper and lower case being the same."""
        text = self.required(column)
        try:
            return known[text.casefold()]
        except KeyError:
            raise self.wrong(f"{column} {text!r} is not known.") from None


def read(folder: Path, file: str, columns: Iterable[str]) -> list[Row]:
    """Every row of a comma-separated UTF-8 file that has (at least) these columns."""
    try:
        with (folder / file).open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise BadFile(f"{file}, row 1: the column {missing[0]} is missing.")
            rows = [Row(file, number, values) for number, values in enumerate(reader, start=2)]
    except FileNotFoundError:
        raise BadFile(f"{file} is missing from {folder}.") from None
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadFile(f"{file} is not UTF-8 text.") from None
    except csv.Error as error:
        raise BadFile(f"{file}, row {reader.line_num}: {error}.") from None
    for row in rows:
        if None in row.values or None in row.values.values():
            raise row.wrong("it does not have as many values as the header has columns.")
    return rows
