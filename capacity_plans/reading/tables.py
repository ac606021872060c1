"""A version's figures as tables of months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString, mark_safe

from capacity_plans.figures import (
    Figures,
    Projection,
    Segment,
    financial_year,
    per_100_000,
)
from capacity_plans.models import Change, Version
from capacity_plans.reading.queries import Names, Rows
from capacity_plans.words import (
    day_in_words,
    difference,
    figure,
    percent,
    segment_name,
    year_name,
)

ALL = "all"


@dataclass(frozen=True)
class Row:
    """A row of figures: its name, what stands below that, and a cell for each column."""

    name: str
    cells: Sequence[str]
    detail: str = ""
    warning: str = ""

    @property
    def columns(self) -> SafeString:
        return columns_of(self.cells)


def columns_of(cells: Sequence[str]) -> SafeString:
    """Cells of a table drawn at once: one by one they take most of a page's time.

    They are figures as `words` writes them, in which there is nothing to escape.
    """
    return mark_safe(f"<td>{'</td><td>'.join(cells)}</td>")  # noqa: S308


@dataclass(frozen=True)
class Part:
    """Rows of a table under a heading of their own."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Span:
    """The months that a table shows: a financial year of the plan."""

    year: int
    months: Sequence[date]
    at: slice

    @property
    def heads(self) -> SafeString:
        """The heads of their columns, drawn at once."""
        heads = (
            f'<th scope="col">{month:%b} <span>{month:%Y}</span></th>' for month in self.months
        )
        return mark_safe("".join(heads))  # noqa: S308

    @property
    def name(self) -> str:
        return year_name(self.year)


def spans_of(projection_months: Sequence[date], asked: str, today: date) -> list[Span]:
    """All years, or the asked one; if the plan has no such, that of today, or else its first."""
    starts = range(0, len(projection_months), 12)
    spans = [
        Span(
            financial_year(projection_months[start]),
            projection_months[start : start + 12],
            slice(start, start + 12),
        )
        for start in starts
    ]
    if asked == ALL:
        return spans
    by_year = {span.year: span for span in spans}
    of_today = by_year.get(financial_year(today), spans[0])
    return [next((span for span in spans if str(span.year) == asked), of_today)]


def position_of(months: Sequence[date], today: date) -> int | None:
    """Which of the months is this one; None before and after the plan."""
    this_month = today.replace(day=1)
    return months.index(this_month) if this_month in months else None


def line_rows(names: Names, rows: Rows, found: Projection, span: Span) -> list[Row]:
    """Each line by month, what it begins with first."""
    return [
        Row(
            names.lines[line.pk].name,
            [figure(line.baseline), *map(figure, found.lines[line.pk][span.at])],
            detail=names.lines[line.pk].whereabouts,
            warning=below_zero(found.below_zero.get(line.pk)),
        )
        for line in rows.lines
    ]


def below_zero(first: date | None) -> str:
    return f"Below zero on {day_in_words(first)}" if first else ""


def total_of_lines(rows: Rows, found: Projection, span: Span) -> Row:
    baseline = sum(line.baseline for line in rows.lines)
    return Row("All lines", [figure(baseline), *map(figure, found.total.beds[span.at])])


def measures(
    figures: Figures, span: Span, *, counts: str, population: int | None = None
) -> list[Row]:
    """What is known of a segment or of all: planned, needed, the gap, how full."""
    rows = [Row("Planned", [figure(one) for one in figures.beds[span.at]])]
    for name, values, how in (
        ("Needed", figures.requirement, figure),
        ("Of these inside the clinical flow", figures.inside_flow, figure),
        ("Gap", figures.gap, difference),
        ("Occupancy", figures.occupancy, percent),
    ):
        if values is not None:
            rows.append(Row(name, [how(one) for one in values[span.at]]))
    if population:
        rates = [per_100_000(one, population) for one in figures.beds[span.at]]
        rows.append(
            Row(f"{counts.capitalize()} per 100,000 people", [figure(one) for one in rates])
        )
    return rows


def segment_parts(
    version: Version, found: Projection, span: Span, types: Mapping[int, str]
) -> list[Part]:
    """The measures of each segment, and of all together."""
    counts = version.plan.counts
    parts = [
        Part(segment_name(segment, types), measures(figures, span, counts=counts))
        for segment, figures in by_name(found, types)
    ]
    total = measures(found.total, span, counts=counts, population=version.population)
    return [*parts, Part("All", total)]


def by_name(found: Projection, types: Mapping[int, str]) -> list[tuple[Segment, Figures]]:
    """The segments in the order in which people read them."""
    return sorted(
        found.segments.items(),
        key=lambda pair: (types[pair[0].service_type], pair[0].security_level, pair[0].sex),
    )


@dataclass(frozen=True)
class DatedChange:
    """A change as the list shows it."""

    change: Change
    line: str
    to_line: str

    @property
    def on(self) -> str:
        return day_in_words(self.change.on)

    @property
    def what(self) -> str:
        """E.g. 'Temporary closing: 4 until 30 June 2027'."""
        change = self.change
        words = f"{change.get_kind_display()}: {change.number:,}"
        if self.to_line:
            return f"Transfer of {change.number:,} to {self.to_line}"
        return f"{words} until {day_in_words(change.until)}" if change.until else words


def dated_changes(names: Names, rows: Rows) -> list[DatedChange]:
    """In the order of their days."""
    lines = {line: one.name for line, one in names.lines.items()}
    return [
        DatedChange(change, lines[change.line_id], lines.get(change.to_line_id or 0, ""))
        for change in rows.changes
    ]
