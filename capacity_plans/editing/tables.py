"""Figures as tables: each cell is what a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from capacity_plans.editing.queries import Draft
from capacity_plans.figures import Figures, per_100_000
from capacity_plans.models import Version

MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
NONE = "–"
MINUS = "−"

Figure = TypeVar("Figure")


@dataclass(frozen=True)
class Year:
    """A financial year, e.g. '2026/27', and something for each of its months."""

    name: str
    months: Sequence[int]

    @property
    def pairs(self) -> list[tuple[str, bool]]:
        """Each month as it is shown, and whether it is below zero."""
        return [(shown(beds), beds < 0) for beds in self.months]


@dataclass(frozen=True)
class Row:
    """One figure at the end of each financial year; `is_short` where beds are missing."""

    name: str
    cells: Sequence[str]
    short: Sequence[bool] = ()

    @property
    def pairs(self) -> list[tuple[str, bool]]:
        short = self.short or [False] * len(self.cells)
        return list(zip(self.cells, short, strict=True))


@dataclass(frozen=True)
class Part:
    """The figures of a segment, or of all."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Tables:
    """`ends` are the days of the columns."""

    ends: Sequence[str]
    total: Part
    parts: Sequence[Part]
    by_month: Sequence[Year]
    months: Sequence[str] = MONTHS


def years_of(first_year: int, months: Sequence[int]) -> list[Year]:
    """Months by financial years, from the first one on."""
    return [
        Year(f"{year}/{(year + 1) % 100:02}", months[at * 12 : at * 12 + 12])
        for at, year in enumerate(range(first_year, first_year + len(months) // 12))
    ]


def ends_of(figures: Sequence[Figure]) -> Sequence[Figure]:
    """Of months, those in which a financial year ends."""
    return figures[11::12]


def shown(figure: object) -> str:
    if figure is None:
        return NONE
    if isinstance(figure, Decimal):
        return f"{figure:,.1f}".replace("-", MINUS)
    return f"{figure:,}".replace("-", MINUS)


def signed(figure: Decimal) -> str:
    """With a minus that is one."""
    return f"{figure:+,.1f}".replace("-", MINUS)


def signed_whole(figure: int) -> str:
    return f"{figure:+,}".replace("-", MINUS)


def part_of(name: str, figures: Figures, counts: str, population: int | None) -> Part:
    rows = [Row(f"Planned {counts}", [shown(one) for one in ends_of(figures.beds)])]
    if figures.requirement is not None:
        gap = figures.gap or ()
        ends = ends_of(gap)
        rows += [
            Row("Needed", [shown(one) for one in ends_of(figures.requirement)]),
            Row("Gap", [signed(one) for one in ends], [one < 0 for one in ends]),
            Row(
                "Occupancy",
                [
                    NONE if one is None or one < 0 else f"{shown(one)}%"
                    for one in ends_of(figures.occupancy or ())
                ],
            ),
        ]
    if population:
        beds = figures.beds[11::12]
        rows.append(
            Row("Per 100,000 people", [shown(per_100_000(one, population)) for one in beds])
        )
    return Part(name, rows)


def names_of_ends(version: Version) -> list[str]:
    """The days on which the plan's financial years end, e.g. '31 Mar 2027'."""
    return [f"31 Mar {version.first_year + number}" for number in range(1, version.years + 1)]


def tables_of(draft: Draft) -> Tables:
    version, projection = draft.version, draft.projection
    counts = version.plan.counts
    return Tables(
        names_of_ends(version),
        part_of("The whole plan", projection.total, counts, version.population),
        [
            part_of(draft.segment_in_words(segment), figures, counts, None)
            for segment, figures in projection.segments.items()
        ],
        years_of(version.first_year, projection.total.beds),
    )
