"""Pictures of plans, drawn by the server: no script, no style, nothing that no table says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import ceil, floor, log10

from availability.overview.chart import LineChart, Series, known
from capacity_plans.figures import Figures
from capacity_plans.words import difference

WIDTH, STEP, TOP, BAR = 400, 44, 18, 16
LEFT, RIGHT, LETTERS = 60, 340, 13


class PlanChart(LineChart):
    """A chart that fills its height: plans are told apart by a few beds.

    What has one value alone is a dot.
    """

    def dots(self, series: Series) -> list[tuple[float, float]]:
        return super().dots(series) if len(known(series)) == 1 else []

    @cached_property
    def top(self) -> float:
        most = max((value for one in self.series for value in known(one)), default=0)
        digits = max(floor(log10(most or 1)), 0)
        # Half of it is a whole number too.
        step = {0: 2.0, 1: 10.0}.get(digits, 10.0**digits / 2)
        return max(2.0, ceil(most / step) * step)


def projection_chart(
    shown: Sequence[date],
    total: Figures,
    baseline: int,
    title: str,
    *,
    live: int | None,
    now: int | None,
) -> PlanChart:
    """What is planned and needed by month, what it begins with, and what is open now.

    `now` is which of the months is this one; None outside the plan.
    """
    months = len(shown)
    series = [Series("Planned", total.beds)]
    if total.requirement is not None:
        series.append(Series("Needed", [float(one) for one in total.requirement]))
    else:
        series.append(Series("Needed", []))
    series.append(Series("Baseline", [baseline] * months))
    if live is not None and now is not None:
        series.append(Series("Open now", [live if at == now else None for at in range(months)]))
    labels = [f"{month:%b %Y}" for month in shown]
    return PlanChart("projection", title, labels, series)


@dataclass(frozen=True)
class GapBar:
    """A bar to the left of nothing for what is missing, to the right for what is over."""

    label: str
    words: str
    y: int
    x: float
    width: float
    is_missing: bool
    number_x: float
    anchor: str

    @property
    def bar_y(self) -> int:
        return self.y + TOP + 4

    @property
    def middle(self) -> int:
        return self.bar_y + BAR // 2


@dataclass(frozen=True)
class GapChart:
    """A bar for each (label, gap): below zero to the left, hatched; above to the right, full."""

    name: str
    title: str
    values: Sequence[tuple[str, Decimal]]

    letters = LETTERS
    height_of_bar = BAR

    @property
    def height(self) -> int:
        return STEP * len(self.values) + 4

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {self.height}"

    @property
    def description(self) -> str:
        """In words, for who does not see it."""
        return " ".join(f"{label}: {in_words(gap)}." for label, gap in self.values)

    @cached_property
    def zero(self) -> float:
        """Where nothing is: as far to the right as the longest bar to the left needs."""
        least = -min([Decimal(0), *(gap for _, gap in self.values)])
        return LEFT + (RIGHT - LEFT) * float(least) / self.reach

    @cached_property
    def reach(self) -> float:
        gaps = [Decimal(0), *(gap for _, gap in self.values)]
        return float(max(gaps) - min(gaps)) or 1.0

    @property
    def bars(self) -> list[GapBar]:
        found = []
        for at, (label, gap) in enumerate(self.values):
            width = (RIGHT - LEFT) * abs(float(gap)) / self.reach
            missing = gap < 0
            found.append(
                GapBar(
                    label=label,
                    words=difference(gap),
                    y=STEP * at,
                    x=self.zero - width if missing else self.zero,
                    width=width,
                    is_missing=missing,
                    number_x=self.zero - width - 6 if missing else self.zero + width + 6,
                    anchor="end" if missing else "start",
                )
            )
        return found


def in_words(gap: Decimal) -> str:
    """E.g. '2.5 missing', '1.0 more than needed'."""
    if not gap:
        return "as many as needed"
    return f"{abs(gap):,.1f} {'missing' if gap < 0 else 'more than needed'}"
