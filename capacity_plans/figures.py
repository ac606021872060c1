"""What follows from a plan: beds by month, what is needed, the gap. No database, no clock.

A month's beds are those of its last day. What is needed is

    admissions a year x length of stay / days of the financial year / occupancy

(design: domain, Plans), of which the share inside the natural clinical flow stays with the
collaborative's own wards. Figures are rounded once, to a tenth, where they are made: a total is
the sum of what is shown. Sessions a day are counted like beds.
"""

from bisect import bisect_left
from calendar import monthrange
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from operator import add
from typing import NamedTuple

TENTH = Decimal("0.1")


class Segment(NamedTuple):
    """What plans tell apart: the service type by id, the sex, the security level."""

    service_type: int
    sex: str
    security_level: int


@dataclass(frozen=True)
class Step:
    """So many more (or, below zero, fewer) from a day on; through `until`, if that is given."""

    on: date
    number: int
    until: date | None = None


@dataclass(frozen=True)
class PlannedLine:
    """What a line starts with, and its steps in any order."""

    key: Hashable
    segment: Segment
    baseline: int
    steps: Sequence[Step] = ()


@dataclass(frozen=True)
class Need:
    """What is assumed of one segment. Occupancy, share and growth in percent, the stay in days."""

    segment: Segment
    admissions: int
    length_of_stay: Decimal
    occupancy: int
    inside_flow: int = 100
    yearly_change: Decimal = Decimal(0)


@dataclass(frozen=True)
class Figures:
    """Month by month: what is planned, and what is needed; None where nothing is assumed.

    Of several segments together, `compared` are the beds of those for which something is assumed:
    with them alone what is needed is compared, so that a gap is the sum of its parts.
    """

    beds: tuple[int, ...]
    requirement: tuple[Decimal, ...] | None = None
    inside_flow: tuple[Decimal, ...] | None = None
    in_use: tuple[Decimal, ...] | None = None
    compared: tuple[int, ...] | None = None

    @property
    def gap(self) -> tuple[Decimal, ...] | None:
        """Planned less needed: below zero, beds are missing."""
        if self.requirement is None:
            return None
        compared = self.compared or self.beds
        return tuple(beds - need for beds, need in zip(compared, self.requirement, strict=True))

    @property
    def occupancy(self) -> tuple[Decimal | None, ...] | None:
        """Percent of the planned beds that the expected patients fill; None without any bed."""
        if self.in_use is None:
            return None
        compared = self.compared or self.beds
        return tuple(
            rounded(use * 100 / beds) if beds else None
            for beds, use in zip(compared, self.in_use, strict=True)
        )


@dataclass(frozen=True)
class Projection:
    """A plan's figures. `below_zero` names, for each line, the first day that cannot be."""

    months: tuple[date, ...]
    lines: Mapping[Hashable, tuple[int, ...]]
    segments: Mapping[Segment, Figures]
    total: Figures
    below_zero: Mapping[Hashable, date]


def rounded(figure: Decimal) -> Decimal:
    """To a tenth."""
    return figure.quantize(TENTH, ROUND_HALF_UP)


def months_from(first: date, count: int) -> tuple[date, ...]:
    """The first day of each month."""
    starts = [first.year * 12 + first.month - 1 + number for number in range(count)]
    return tuple(date(start // 12, start % 12 + 1, 1) for start in starts)


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def on_day(line: PlannedLine, day: date) -> int:
    """What a line has on a day."""
    return line.baseline + sum(
        step.number
        for step in line.steps
        if step.on <= day and (step.until is None or day <= step.until)
    )


def turns_of(line: PlannedLine) -> list[tuple[date, int]]:
    """The days on which a line's number may become another, in order, with what it has from then.

    These are the days of its steps, and those after the end of what is temporary.
    """
    days = {step.on for step in line.steps}
    days |= {date.fromordinal(step.until.toordinal() + 1) for step in line.steps if step.until}
    return [(day, on_day(line, day)) for day in sorted(days)]


def on_days(
    line: PlannedLine, turns: Iterable[tuple[date, int]], days: Sequence[date]
) -> list[int]:
    """What a line has on each of some days, which are in order."""
    found = [line.baseline] * len(days)
    for day, number in turns:
        at = bisect_left(days, day)
        found[at:] = [number] * (len(days) - at)
    return found


def financial_year(month: date) -> int:
    """In whose April it began."""
    return month.year if month.month >= 4 else month.year - 1


def days_of_year(year: int) -> int:
    """Of the financial year that begins in that year's April."""
    return (date(year + 1, 4, 1) - date(year, 4, 1)).days


def in_use(need: Need, month: date, first_year: int) -> Decimal:
    """The patients that are expected on a day of the month; not rounded."""
    year = financial_year(month)
    growth = (1 + need.yearly_change / 100) ** (year - first_year)
    return need.admissions * growth * need.length_of_stay / days_of_year(year)


def needed(needs: Iterable[Need], months: Sequence[date]) -> tuple[tuple[Decimal, ...], ...]:
    """A segment's requirement, what of it is inside the flow, and its beds in use."""
    first_year = financial_year(months[0])
    patients = [(need, [in_use(need, month, first_year) for month in months]) for need in needs]

    def added(factor: "dict[int, Decimal]") -> tuple[Decimal, ...]:
        return tuple(
            sum(
                (rounded(use[at] * factor[index]) for index, (_, use) in enumerate(patients)),
                Decimal(0),
            )
            for at in range(len(months))
        )

    required = {i: Decimal(100) / need.occupancy for i, (need, _) in enumerate(patients)}
    inside = {i: required[i] * need.inside_flow / 100 for i, (need, _) in enumerate(patients)}
    return added(required), added(inside), added(dict.fromkeys(required, Decimal(1)))


def figures_of(beds: tuple[int, ...], needs: Sequence[Need], months: Sequence[date]) -> Figures:
    """Those of a segment."""
    if not needs:
        return Figures(beds)
    requirement, inside_flow, in_use = needed(needs, months)
    return Figures(beds, requirement, inside_flow, in_use)


def summed(parts: Iterable[Figures], months: int) -> Figures:
    """The figures of several together; what is needed counts those that say so."""
    parts = list(parts)

    def column(name: str) -> tuple[Decimal, ...] | None:
        rows = [row for part in parts if (row := getattr(part, name)) is not None]
        return tuple(sum(at, Decimal(0)) for at in zip(*rows, strict=True)) if rows else None

    def counted(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
        return tuple(sum(at) for at in zip((0,) * months, *rows, strict=True))

    needing = [part for part in parts if part.requirement is not None]
    return Figures(
        counted(part.beds for part in parts),
        column("requirement"),
        column("inside_flow"),
        column("in_use"),
        counted(part.compared or part.beds for part in needing),
    )


def project(
    lines: Iterable[PlannedLine], needs: Iterable[Need], *, first: date, months: int
) -> Projection:
    """The figures of a plan for so many months from the first day of a financial year on."""
    span = months_from(first, months)
    ends = [last_day(month) for month in span]
    of_lines: dict[Hashable, tuple[int, ...]] = {}
    beds: dict[Segment, list[int]] = defaultdict(lambda: [0] * months)
    below_zero: dict[Hashable, date] = {}
    for line in lines:
        turns = turns_of(line)
        of_lines[line.key] = row = tuple(on_days(line, turns, ends))
        beds[line.segment] = list(map(add, beds[line.segment], row))
        if days := [day for day, number in turns if number < 0]:
            below_zero[line.key] = days[0]
    by_segment: dict[Segment, list[Need]] = defaultdict(list)
    for need in needs:
        by_segment[need.segment].append(need)
    segments = {
        segment: figures_of(tuple(beds[segment]), by_segment[segment], span)
        for segment in sorted({*beds, *by_segment})
    }
    return Projection(span, of_lines, segments, summed(segments.values(), months), below_zero)


def per_100_000(figure: int | Decimal, population: int) -> Decimal:
    """So many for each 100,000 people, to a tenth."""
    return rounded(Decimal(figure) * 100_000 / population)


def chance_of_no_bed(beds: int, offered: Decimal) -> float:
    """Erlang's B formula: how often, from 0 to 1, who needs a bed finds none.

    `offered` is admissions a day x length of stay, in beds; arrivals are taken as random and who
    finds no bed as going elsewhere. By the recursion B(0) = 1, 1/B(n) = 1 + n / (A B(n-1)).
    """
    if offered <= 0:
        return 0.0
    inverse = 1.0
    for number in range(1, beds + 1):
        inverse = 1.0 + number / float(offered) * inverse
    return 1.0 / inverse
