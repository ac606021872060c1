"""Charts that the server draws: no script, no style, nothing that the table beside does not say.

    chart = LineChart("occupancy", "Occupancy", ["1 Nov", "2 Nov"], [Series("Occupancy", [91, 92])])

    {% compiled "availability/overview/partials/line_chart" chart=chart %}

on a page that has `css/overview.css` in its head block. Lines differ by their dashes and by the
name at their end; bars have their name and number beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import floor, log10

WIDTH, HEIGHT = 400, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 290, 12, 190
LETTERS = 13
BAR, BAR_STEP, BAR_LEFT, BAR_RIGHT = 18, 30, 140, 350


@dataclass(frozen=True)
class Series:
    """What a line shows: a value for each label, or None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Line:
    """A series as it is drawn: the data of an SVG path, and where its name stands."""

    name: str
    path: str
    dots: list[tuple[float, float]]
    label_y: float
    number: int


@dataclass(frozen=True)
class LineChart:
    """Lines over the same labels, from nothing up; `name` is its own on its page."""

    name: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""

    view_box = f"0 0 {WIDTH} {HEIGHT}"
    letters = LETTERS
    left, right, bottom = LEFT, RIGHT, BOTTOM

    @cached_property
    def top(self) -> float:
        """The value at the upper edge: a round one, and as little above all as there is."""
        if self.unit == "%":
            return 100
        return round_up(max((value for one in self.series for value in known(one)), default=0))

    @property
    def description(self) -> str:
        """In words, for who does not see it."""
        sentences = []
        for one in self.series:
            values = known(one)
            if values:
                sentences.append(
                    f"{one.name}: {number(values[0])}{self.unit} at first, "
                    f"{number(values[-1])}{self.unit} at last, "
                    f"between {number(min(values))} and {number(max(values))}{self.unit}."
                )
        return " ".join(sentences)

    @property
    def marks_below(self) -> list[tuple[float, str, str]]:
        """The first and last label and the one in the middle: x, text, and how it is anchored."""
        last = len(self.labels) - 1
        anchors = {0: "start", last // 2: "middle", last: "end"} if last > 1 else {0: "start"}
        return [(self.x(at), self.labels[at], how) for at, how in sorted(anchors.items())]

    @property
    def marks_beside(self) -> list[tuple[float, str]]:
        """Lines across: y and the value there."""
        return [
            (self.y(value), f"{number(value)}{self.unit}") for value in (0, self.top / 2, self.top)
        ]

    @cached_property
    def lines(self) -> list[Line]:
        ends = [(self.y(known(one)[-1]), at) for at, one in enumerate(self.series) if known(one)]
        heights, free = {}, 0.0
        for y, at in sorted(ends):
            heights[at] = max(y, free)
            free = heights[at] + LETTERS + 2
        return [
            Line(one.name, self.path(one), self.dots(one), heights[at], at)
            for at, one in enumerate(self.series)
            if at in heights
        ]

    def path(self, series: Series) -> str:
        """Broken where a value is missing."""
        parts = []
        points = groupby(enumerate(series.values), key=lambda point: point[1] is None)
        for is_missing, run in points:
            if not is_missing:
                steps = [f"{self.x(at):.1f} {self.y(value or 0):.1f}" for at, value in run]
                parts.append("M" + "L".join(steps))
        return "".join(parts)

    def dots(self, series: Series) -> list[tuple[float, float]]:
        """Where the values are, if they are few enough to be told apart."""
        if len(series.values) > 40:
            return []
        return [
            (self.x(at), self.y(value))
            for at, value in enumerate(series.values)
            if value is not None
        ]

    def x(self, at: int) -> float:
        return LEFT + (RIGHT - LEFT) * at / max(len(self.labels) - 1, 1)

    def y(self, value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * value / (self.top or 1)


@dataclass(frozen=True)
class Bar:
    """A bar as it is drawn."""

    label: str
    value: int
    y: int
    width: float
    kind: str

    @property
    def end(self) -> float:
        """Where its number stands."""
        return BAR_LEFT + self.width + 8


@dataclass(frozen=True)
class BarChart:
    """A bar for each (kind, label, value); the kind gives its look."""

    name: str
    title: str
    values: Sequence[tuple[str, str, int]]

    letters = LETTERS
    left = BAR_LEFT
    height_of_bar = BAR

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {BAR_STEP * len(self.values)}"

    @property
    def description(self) -> str:
        return ", ".join(f"{label}: {value}" for _, label, value in self.values)

    @property
    def bars(self) -> list[Bar]:
        most = max((value for _, _, value in self.values), default=0) or 1
        return [
            Bar(
                label,
                value,
                BAR_STEP * at + (BAR_STEP - BAR) // 2,
                (BAR_RIGHT - BAR_LEFT) * value / most,
                kind,
            )
            for at, (kind, label, value) in enumerate(self.values)
        ]


def known(series: Series) -> list[float]:
    return [value for value in series.values if value is not None]


def number(value: float) -> str:
    """E.g. '12', '1,250', '7.5'."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def round_up(value: float) -> float:
    """The next of 2, 4, 10, 20, 40, 100, ... that is not less."""
    if value <= 2:
        return 2
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 4, 10) if step * power >= value)
