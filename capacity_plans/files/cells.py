"""Single cells: texts that survive any spreadsheet, and what people write for numbers and days."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.patients import has_nhs_number
from core.spreadsheets import FORMULA

# What no sheet may hold as it is, and a letter that would be read as part of such an escape.
IN_SHEETS = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|x(?=[0-9A-Fa-f]{4}_)")
FROM_SHEETS = re.compile(r"_x([0-9A-Fa-f]{4})_")
SURROGATES = re.compile(r"[\0\ud800-\udfff]")

WHOLE = re.compile(r"(\d{1,9})(?:[.,]0+)?", re.ASCII)
DECIMAL = re.compile(r"(-?\d{1,9}(?:[.,]\d{1,9})?)\s*%?", re.ASCII)
# With commas between the thousands; '1,5' is a decimal comma
GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?\s*%?", re.ASCII)
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S")
# Spreadsheets count days from here.
DAY_0 = date(1899, 12, 30)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2110, 12, 31)

Parse = Callable[[str], Any]


def is_armed(text: str) -> bool:
    """Whether a spreadsheet would take it for a formula, or our guard for its own."""
    return text.lstrip(" '").startswith(FORMULA)


def guarded(text: str) -> str:
    """The text behind an apostrophe, if it looks like a formula; `unguarded` takes it off again."""
    return f"'{text}" if is_armed(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and is_armed(text[1:]) else text


def for_sheet(text: str) -> str:
    """The text as the format escapes it (ECMA-376, ST_Xstring): control characters too."""
    return IN_SHEETS.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_sheet(text: str) -> str:
    return FROM_SHEETS.sub(lambda found: chr(int(found[1], 16)), text)


def text_in(value: Any) -> str:
    """What a cell holds, as text that the database can hold, without blanks around it."""
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value) if abs(value) < 10**15 else value
    return unguarded(SURROGATES.sub("", str(value)).strip()).strip()


def ungrouped(text: str) -> str:
    """E.g. '1250' for '1,250'."""
    return text.replace(",", "") if GROUPED.fullmatch(text) else text


def whole(low: int, high: int, *, empty: Any = ...) -> Parse:
    """A whole number; without `empty`, the cell must not be."""
    words = f"Enter a whole number from {low:,} to {high:,}"

    def parse(text: str) -> Any:
        if not text and empty is not ...:
            return empty
        found = WHOLE.fullmatch(ungrouped(text.removesuffix("%").strip()))
        if not found or not low <= int(found[1]) <= high:
            raise ValueError(words)
        return int(found[1])

    return parse


def decimal(low: str, high: str, *, empty: Any = ...) -> Parse:
    """A number to a tenth, with a point or a comma."""
    words = f"Enter a number from {low} to {high}, such as 45.5, with one decimal place at most"

    def parse(text: str) -> Any:
        if not text and empty is not ...:
            return empty
        found = DECIMAL.fullmatch(ungrouped(text.replace("\u2212", "-")))
        number = Decimal(found[1].replace(",", ".")) if found else None
        if number is None or not Decimal(low) <= number <= Decimal(high):
            raise ValueError(words)
        if number != number.quantize(Decimal("0.1")):
            raise ValueError(words)
        return number.quantize(Decimal("0.1"))

    return parse


def day(text: str) -> date:
    """A day as people write it, or the number that a spreadsheet keeps for it."""
    found = None
    if re.fullmatch(r"\d{5}", text, re.ASCII):
        found = DAY_0 + timedelta(days=int(text))
    for form in DAYS:
        try:
            found = found or datetime.strptime(text, form).date()
        except ValueError:
            continue
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError("Enter a day such as 01/04/2026")
    return found


def day_or_none(text: str) -> date | None:
    return day(text) if text else None


def words(longest: int, *, missing: str = "") -> Parse:
    """Free text, about nobody; `missing` says what to enter where there must be some."""

    def parse(text: str) -> str:
        if missing and not text:
            raise ValueError(missing)
        if len(text) > longest:
            raise ValueError(f"Enter {longest:,} characters or fewer")
        if has_nhs_number(text):
            raise ValueError("Remove the NHS number. Nothing about a patient may be entered here")
        return text

    return parse


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


def one_of(options: Mapping[str, Any], *, empty: Any = ...) -> Parse:
    """What an option stands for, however that is spaced and capitalised."""
    known = {plain(label): value for label, value in options.items()}
    names = list(options)
    more = "" if len(names) <= 12 else f" and {len(names) - 12} more"
    sentence = f"Enter one of these: {', '.join(names[:12])}{more}"

    def parse(text: str) -> Any:
        if not text and empty is not ...:
            return empty
        if plain(text) not in known:
            raise ValueError(sentence)
        return known[plain(text)]

    return parse
