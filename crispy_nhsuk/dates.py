"""A date, asked for as day, month and year."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.dates import MONTHS


class TypedDate(NamedTuple):
    """What stands in the three inputs."""

    day: str
    month: str
    year: str


class DateInput(forms.MultiWidget):
    """Three inputs, `<name>_day`, `<name>_month` and `<name>_year`, for a DateField."""

    PARTS = TypedDate._fields
    WIDTHS = {"day": 2, "month": 2, "year": 4}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        numeric = {"inputmode": "numeric"}
        super().__init__({part: forms.TextInput(numeric) for part in self.PARTS}, attrs)

    def decompress(self, value: Any) -> Sequence[Any]:
        if isinstance(value, str):
            try:
                value = datetime.date.fromisoformat(value)
            except ValueError:
                value = None
        return [value.day, value.month, value.year] if value else [None, None, None]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """What was typed, or the date that data keep as one value; None if that is nothing."""
        typed = [data.get(f"{name}_{part}") for part in self.PARTS]
        if typed == [None, None, None]:
            return data.get(name)
        found = TypedDate(*(str(text or "").strip() for text in typed))
        return found if any(found) else None


class DateField(forms.DateField):
    """A date with messages that say what is missing; `what` names it, as in "reopening date"."""

    widget = DateInput

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        self.named = what[:1].upper() + what[1:]
        kwargs["error_messages"] = {
            "required": f"Enter the {what}",
            "invalid": f"{self.named} must be a real date",
            **kwargs.get("error_messages", {}),
        }
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        if not isinstance(value, TypedDate):
            return super().to_python(value)
        missing = [part for part, text in value._asdict().items() if not text]
        if missing:
            message = f"{self.named} must include a {' and '.join(missing)}"
            raise _error_at(missing, message, "incomplete")
        numbers = {part: _number(text) for part, text in value._asdict().items()}
        numbers["month"] = numbers["month"] or _named_month(value.month)
        if numbers["year"] is not None and len(value.year) != 4:
            raise _error_at(["year"], "Year must include 4 numbers", "incomplete")
        largest = {"day": 31, "month": 12, "year": datetime.MAXYEAR}
        wrong = [
            part for part, number in numbers.items() if not 1 <= (number or 0) <= largest[part]
        ]
        try:
            return datetime.date(numbers["year"] or 0, numbers["month"] or 0, numbers["day"] or 0)
        except ValueError:
            raise _error_at(wrong, self.error_messages["invalid"], "invalid") from None


def wrong_parts(field: BoundField) -> Sequence[str]:
    """The parts of a date that its errors are about; all of them if none is singled out."""
    named = {
        part for error in field.errors.as_data() for part in (error.params or {}).get("parts", ())
    }
    if field.errors and not named:
        return DateInput.PARTS
    return [part for part in DateInput.PARTS if part in named]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def _named_month(text: str) -> int | None:
    """Of "November", "nov" and what lies between."""
    named = [number for number, name in MONTHS.items() if name.lower().startswith(text.lower())]
    return named[0] if len(text) >= 3 and named else None


def _error_at(parts: Sequence[str], message: Any, code: str) -> ValidationError:
    return ValidationError(message, code=code, params={"parts": parts})
