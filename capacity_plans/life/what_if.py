"""What a version would need at other occupancies, and how often somebody would find no bed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from capacity_plans.figures import (
    Need,
    Segment,
    chance_of_no_bed,
    financial_year,
    in_use,
    last_day,
    project,
)
from capacity_plans.life.comparing import Loaded, at
from capacity_plans.projections import need_of
from capacity_plans.words import difference, figure, segment_name

OCCUPANCIES = (85, 90, 95, 98)
# Beyond these, whether of beds or of patients, no chance is worked out: it would take long.
MOST = 5_000
# How often at most somebody should find no bed, of the beds that are named for it
AT_MOST = 0.05


@dataclass(frozen=True)
class Glance:
    """What is needed of a segment, or of all, at each occupancy, and the gap."""

    name: str
    planned: str
    cells: Sequence[tuple[int, str, str]]


@dataclass(frozen=True)
class Chance:
    """How often a patient of a segment would find no bed."""

    name: str
    beds: int
    patients: str
    percent: str
    words: str
    enough: str


def beds_for(offered: Decimal, at_most: float = AT_MOST) -> int | None:
    """The fewest beds with which at most that share finds none; None beyond MOST patients."""
    if offered > MOST:
        return None
    inverse, beds = 1.0, 0
    while offered > 0 and 1.0 / inverse > at_most:
        beds += 1
        inverse = 1.0 + beds / float(offered) * inverse
    return beds


def chance_in_words(chance: float) -> str:
    """E.g. 'about 4 in 10 patients', 'about 1 in 12 patients'."""
    if chance >= 0.95:
        return "everybody" if chance >= 0.9995 else "nearly everybody"
    if chance < 0.0005:
        return "hardly anybody"
    if chance >= 0.15:
        return f"about {round(chance * 10)} in 10 patients"
    number = round(1 / chance)
    # More than two digits would say more than is known.
    digits = len(str(number)) - 2
    return f"about 1 in {round(number, -digits) if digits > 0 else number:,} patients"


def percent_of(chance: float) -> str:
    """E.g. '14.3%', and '<0.1%' for what is less."""
    return f"{chance * 100:.1f}%" if chance >= 0.0005 else "<0.1%"


def chance_at(name: str, beds: int, offered: Decimal) -> Chance | None:
    """None where there is too much to work it out."""
    if beds > MOST or offered > MOST:
        return None
    chance = chance_of_no_bed(beds, offered)
    enough = beds_for(offered)
    return Chance(
        name,
        beds,
        f"{offered:,.1f}",
        percent_of(chance),
        chance_in_words(chance),
        figure(enough),
    )


@dataclass(frozen=True)
class WhatIf:
    """A version on the last day of one of its financial years."""

    loaded: Loaded
    month: date

    @cached_property
    def needs(self) -> list[Need]:
        return [need_of(row) for row in self.loaded.assumptions]

    @cached_property
    def segments(self) -> list[Segment]:
        """Those of which something is assumed."""
        return sorted({need.segment for need in self.needs})

    @property
    def day(self) -> date:
        return last_day(self.month)

    def planned(self, segment: Segment | None) -> int:
        """On that day; without a segment, of all of which something is assumed."""
        found = self.loaded.projection
        if segment is None:
            return sum(self.planned(one) for one in self.segments)
        beds = at(found, found.segments.get(segment), "beds", self.month)
        return int(beds or 0)

    @cached_property
    def required(self) -> dict[int, dict[Segment, Decimal]]:
        """By occupancy, what each segment needs on that day."""
        version, position = self.loaded.version, self.loaded.projection.months.index(self.month)
        found: dict[int, dict[Segment, Decimal]] = {}
        for occupancy in OCCUPANCIES:
            needs = [replace(need, occupancy=occupancy) for need in self.needs]
            figures = project([], needs, first=version.starts_on, months=version.years * 12)
            found[occupancy] = {
                segment: one.requirement[position] if one.requirement else Decimal(0)
                for segment, one in figures.segments.items()
            }
        return found

    @property
    def glances(self) -> list[Glance]:
        """Each segment, and the sum of them."""
        if not self.segments:
            return []
        rows = [self.glance(self.name_of(one), [one]) for one in self.segments]
        return [*rows, self.glance("All together", self.segments)]

    def glance(self, name: str, segments: list[Segment]) -> Glance:
        planned = sum(self.planned(one) for one in segments)
        cells = []
        for occupancy in OCCUPANCIES:
            needed = sum((self.required[occupancy][one] for one in segments), Decimal(0))
            cells.append((occupancy, figure(needed), difference(planned - needed)))
        return Glance(name, figure(planned), cells)

    @property
    def chances(self) -> list[Chance]:
        """Of each segment; those are left out that have too much to work it out."""
        found = [
            chance_at(self.name_of(need.segment), self.planned(need.segment), self.offered(need))
            for need in self.needs
        ]
        return [one for one in found if one]

    def offered(self, need: Need) -> Decimal:
        """How many beds the patients would fill who come, if each found one."""
        return in_use(need, self.month, self.loaded.version.first_year)

    def name_of(self, segment: Segment) -> str:
        return segment_name(segment, self.loaded.types)


def year_ends(loaded: Loaded) -> list[date]:
    """The last month of each financial year of a version."""
    return [month for month in loaded.projection.months if month.month == 3]


def end_to_show(ends: Sequence[date], asked: str, today: date) -> date:
    """The one that is asked for by its financial year, else the next that comes, else the last."""
    for month in ends:
        if str(financial_year(month)) == asked:
            return month
    return next((month for month in ends if last_day(month) >= today), ends[-1])
