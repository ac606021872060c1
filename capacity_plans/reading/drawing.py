"""What follows from a version's rows, as its page shows it; drawn once where nothing can change."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from capacity_plans.figures import Figures, Projection, per_100_000
from capacity_plans.kept import Kept
from capacity_plans.models import Assumption, Version
from capacity_plans.projections import projection_of
from capacity_plans.reading import tables
from capacity_plans.reading.pictures import GapChart
from capacity_plans.reading.queries import Names, Rows, names_of, rows_of
from capacity_plans.words import day_in_words, difference, figure, percent, segment_name, year_name
from core.compiled import compiled

FIGURES = "capacity_plans/reading/figures"


@dataclass(frozen=True)
class Drawn:
    """What a page has of a version beside what is asked each time: key figures, and the tables."""

    key_figures: list[tuple[str, str]]
    left_out: int
    warnings: list[str]
    baseline: int
    total: Figures
    html: SafeString


DRAWN: Kept[Drawn] = Kept(100)


def drawn(version: Version, spans: list[tables.Span], now: int | None) -> Drawn | None:
    """What the page shows of some years; None without a line. 1 query if it is kept, or 4.

    It is drawn anew where a place or a service type is called otherwise than before.
    """
    names = names_of(version)
    if not names.of_lines:
        return None
    key = (tuple(span.year for span in spans), now, names)
    kept = DRAWN.get(version, *key)
    return kept or DRAWN.keep(Drawing(version, names, spans, now).drawn, version, *key)


@dataclass(frozen=True)
class Drawing:
    """Of a version in some of its years; `now` is which month is this one. 3 queries."""

    version: Version
    names: Names
    spans: list[tables.Span]
    now: int | None

    @cached_property
    def rows(self) -> Rows:
        return rows_of(self.version, self.names.lines)

    @cached_property
    def projection(self) -> Projection:
        rows = self.rows
        return projection_of(self.version, rows.lines, rows.changes, rows.assumptions)

    @property
    def drawn(self) -> Drawn:
        return Drawn(
            self.key_figures,
            self.left_out,
            self.warnings,
            self.baseline,
            self.projection.total,
            compiled(FIGURES, {"page": self, "version": self.version}),
        )

    @property
    def years(self) -> list[tuple[str, str, bool]]:
        """Each choice of years, as the address and as people call it, and whether it is shown."""
        version, shown = self.version, [span.year for span in self.spans]
        years = range(version.first_year, version.first_year + version.years)
        each = [(str(year), year_name(year), shown == [year]) for year in years]
        if len(each) == 1:
            return each
        return [*each, (tables.ALL, "All years", len(shown) > 1)]

    @property
    def key_figures(self) -> list[tuple[str, str]]:
        """Of this month, or of the plan's first."""
        total, at = self.projection.total, self.now or 0
        found = [(f"Planned {self.version.plan.counts}", figure(total.beds[at]))]
        if total.requirement and total.gap and total.occupancy:
            found += [
                ("Needed", figure(total.requirement[at])),
                ("Gap", difference(total.gap[at])),
                ("Occupancy", percent(total.occupancy[at])),
            ]
        if self.version.population:
            rate = per_100_000(total.beds[at], self.version.population)
            found.append(("For 100,000 people", figure(rate)))
        return found

    @property
    def left_out(self) -> int:
        """How many of the planned beds of that month no gap counts: nothing is assumed for them."""
        total, at = self.projection.total, self.now or 0
        return total.beds[at] - total.compared[at] if total.compared and total.gap else 0

    @property
    def warnings(self) -> list[str]:
        """Lines that cannot be as they are written."""
        found = self.projection.below_zero
        return [
            f"{self.names.lines[line.pk].name}: below zero on {day_in_words(found[line.pk])}"
            for line in self.rows.lines
            if line.pk in found
        ]

    @property
    def types(self) -> dict[int, str]:
        return self.names.types

    @cached_property
    def baseline(self) -> int:
        return sum(line.baseline for line in self.rows.lines)

    @property
    def by_month(self) -> list[tables.Row]:
        """What the picture shows, month by month."""
        total, nothing = self.projection.total, [None] * len(self.projection.months)
        columns = zip(
            self.projection.months,
            total.beds,
            total.requirement or nothing,
            total.gap or nothing,
            strict=True,
        )
        baseline = figure(self.baseline)
        return [
            tables.Row(f"{month:%B %Y}", [baseline, figure(beds), figure(needed), difference(gap)])
            for month, beds, needed, gap in columns
        ]

    @cached_property
    def gap_chart(self) -> GapChart | None:
        """None where nothing is assumed."""
        at = self.now or 0
        values = [
            (segment_name(segment, self.types), figures.gap[at])
            for segment, figures in tables.by_name(self.projection, self.types)
            if figures.gap is not None
        ]
        month = self.projection.months[at]
        title = f"Gap by type, sex and security in {month:%B %Y}"
        return GapChart("gap", title, values) if values else None

    @property
    def by_line(self) -> list[tuple[tables.Span, list[tables.Row], tables.Row]]:
        """The lines in each year, and all of them together."""
        rows, found = self.rows, self.projection
        return [
            (
                span,
                tables.line_rows(self.names, rows, found, span),
                tables.total_of_lines(rows, found, span),
            )
            for span in self.spans
        ]

    @property
    def by_type(self) -> list[tuple[tables.Span, list[tables.Part]]]:
        """Types, sexes and security levels in each year."""
        return [
            (span, tables.segment_parts(self.version, self.projection, span, self.types))
            for span in self.spans
        ]

    @cached_property
    def changes(self) -> list[tables.DatedChange]:
        return tables.dated_changes(self.names, self.rows)

    @cached_property
    def assumptions(self) -> list[tuple[str, Assumption]]:
        return [(segment_name(row.segment, self.types), row) for row in self.rows.assumptions]

    @cached_property
    def differences(self) -> list[tables.Row]:
        """Lines that begin otherwise than the directory says, or that say something more."""
        return [
            tables.Row(
                self.names.lines[line.pk].name,
                [difference(line.baseline - (line.directory_figure or 0)) if line.ward_id else ""],
                detail=line.difference,
                warning=line.notes,
            )
            for line in self.rows.lines
            if line.difference or line.notes
        ]
