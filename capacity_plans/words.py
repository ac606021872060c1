"""Figures and segments as people read them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from capacity_plans.figures import Segment
from capacity_plans.models import Line
from organisations.choices import SecurityLevel, Sex

NONE = "–"
# Tables repeat their figures: so many are remembered as they are written.
MOST_FIGURES = 5_000


@lru_cache(MOST_FIGURES, typed=True)
def figure(value: Decimal | int | None) -> str:
    """E.g. '1,250' beds, '12.5' needed; '–' for what is not known."""
    if value is None:
        return NONE
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


@lru_cache(MOST_FIGURES, typed=True)
def difference(value: Decimal | int | None) -> str:
    """With its sign, e.g. '+2.0', '−3.5'."""
    if value is None:
        return NONE
    text = f"{abs(value):,}" if isinstance(value, int) else f"{abs(value):,.1f}"
    return text if not value else f"{'−' if value < 0 else '+'}{text}"


@lru_cache(MOST_FIGURES, typed=True)
def percent(value: Decimal | None) -> str:
    return NONE if value is None else f"{value:,.1f}%"


def segment_name(segment: Segment, types: Mapping[int, str]) -> str:
    """E.g. 'Learning disability, male, medium secure'; `types` are the names of service types.

    The security level is said where the type does not name it.
    """
    kind = types[segment.service_type]
    words = [kind, str(Sex(segment.sex).label).lower()]
    level = str(SecurityLevel(segment.security_level).label).lower()
    if segment.security_level and level not in kind.lower():
        words.append(level)
    return ", ".join(words)


def year_name(year: int) -> str:
    """A financial year, e.g. '2026/27'."""
    return f"{year}/{(year + 1) % 100:02}"


def day_in_words(day: date) -> str:
    """E.g. '3 March 2026'."""
    return f"{day.day} {day:%B %Y}"


def name_of_line(line: Line) -> str:
    """E.g. 'Ash ward, The Elms'; 'Birch ward (planned)'."""
    if line.ward:
        return f"{line.ward.name}, {line.ward.unit.name}"
    return f"{line.planned_name} (planned)"
