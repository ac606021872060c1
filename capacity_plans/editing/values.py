"""The fields of a row that people change: as codes for the audit trail, and in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from capacity_plans.choices import ChangeKind
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.words import day_in_words, year_name
from organisations.choices import SecurityLevel, Sex
from organisations.models import ServiceType, Unit

SEGMENT = ("service_type_id", "sex", "security_level")
FIELDS: dict[type[Model], tuple[str, ...]] = {
    Version: ("first_year", "years", "population", "notes"),
    Line: (
        *("ward_id", "planned_name", "unit_id", *SEGMENT),
        *("baseline", "directory_figure", "difference", "notes"),
    ),
    Change: ("on", "kind", "number", "until", "to_line_id", "reason", "reference"),
    Assumption: (
        *(*SEGMENT, "referrals", "admissions", "yearly_change"),
        *("length_of_stay", "occupancy", "inside_flow", "source"),
    ),
}
LABELS = {
    "first_year": "First financial year",
    "years": "Number of years",
    "population": "Population",
    "notes": "Notes",
    "planned_name": "Name",
    "unit_id": "Unit",
    "service_type_id": "Service type",
    "sex": "Sex",
    "security_level": "Security level",
    "baseline": "Baseline",
    "directory_figure": "The directory's figure",
    "difference": "Why it is not the directory's figure",
    "on": "Date",
    "kind": "Kind",
    "number": "Number",
    "until": "Last day",
    "to_line_id": "To line",
    "reason": "Reason",
    "reference": "Reference",
    "referrals": "Referrals a year",
    "admissions": "Admissions a year",
    "yearly_change": "Yearly change, percent",
    "length_of_stay": "Length of stay",
    "occupancy": "Occupancy, percent",
    "inside_flow": "Inside the natural clinical flow, percent",
    "source": "Source",
}
CHOICES: dict[str, Any] = {"sex": Sex, "security_level": SecurityLevel, "kind": ChangeKind}
NAMED: dict[str, type[Model]] = {"service_type_id": ServiceType, "unit_id": Unit}

Codes = dict[str, Any]


def code_of(value: Any) -> Any:
    """A value as the audit trail keeps it: the same for equal values."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.1f}"
    return value


def codes_of(row: Model, names: Iterable[str] | None = None) -> Codes:
    """The fields of a row, or those of the names."""
    return {name: code_of(getattr(row, name)) for name in names or FIELDS[type(row)]}


def word_of(name: str, code: Any, lines: Mapping[int, str]) -> str:
    """A code as a page shows it; `lines` are the names of a version's lines by their ids."""
    if code in (None, ""):
        return "nothing"
    if name in CHOICES:
        return str(CHOICES[name](code).label)
    if name in NAMED:
        return str(NAMED[name]._default_manager.filter(pk=code).first() or "removed")
    if name == "to_line_id":
        return lines.get(code, "a line that was removed")
    if name == "first_year":
        return year_name(code)
    if name in ("on", "until"):
        return day_in_words(date.fromisoformat(code))
    return str(code)
