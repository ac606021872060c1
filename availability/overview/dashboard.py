"""The figures of a level as tables, now and over time: what the page shows and the files hold."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.queries import groups_viewable_by
from availability.models import WardDay
from availability.models.wards import COUNTED
from availability.overview.chart import BarChart, LineChart, Series
from availability.overview.figures import (
    NETWORK,
    STATE_NAMES,
    Figures,
    Reasons,
    figures_by,
    occupancy_of,
    reasons_in,
)
from availability.overview.levels import Level, slug_of
from organisations.models import Collaborative, Organisation, Region, ServiceType, Unit, Ward

CODE = re.compile(r"[a-z0-9-]{1,50}")
WEEK = timedelta(days=7)
# How many days are shown, and what their figures are gathered by
SPANS = {30: "day", 90: "week", 365: "month"}
PERIODS = tuple(SPANS)
# The files have every row.
MOST_SHOWN = 100
NOWHERE = "Without a region"
MODELS: dict[str, Any] = {
    "region": Region,
    "provider": Organisation,
    "unit": Unit,
    "ward": Ward,
    "collaborative": Collaborative,
}
BY_STATE = ("Wards", "Beds", *STATE_NAMES.values(), "Free now", "Occupancy (%)")
FRESH = ("Up to date", "Confirm soon", "Out of date")
OVER_TIME = ("Beds", "Available", "Occupied or on leave", "Closed", "Delayed", "Occupancy (%)")
TABLES = ("places", "collaboratives", "types", "states", "closed", "delayed", "freshness", "days")

Cell = str | int | float | None


@dataclass(frozen=True)
class Line:
    """A line of a table, which may lead somewhere."""

    cells: Sequence[Cell]
    address: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """Figures with a name: as in the address of the file, and as on the page."""

    name: str
    title: str
    columns: Sequence[str]
    lines: list[Line]

    @property
    def shown(self) -> list[Line]:
        """What the page has: the first lines, and the total."""
        return [*self.lines[:MOST_SHOWN], *(one for one in self.lines[MOST_SHOWN:] if one.is_total)]

    @property
    def left_out(self) -> int:
        return len(self.lines) - len(self.shown)

    @property
    def rows(self) -> list[Sequence[Cell]]:
        """What the file has below the columns."""
        return [line.cells for line in self.lines]


def type_of(user: Any, code: str) -> ServiceType | None:
    """The service type of that code, of those in which the person may search. One query."""
    if not CODE.fullmatch(code):
        return None
    types = ServiceType.objects.filter(group__in=groups_viewable_by(user))
    return types.filter(code=code).first()


@dataclass(frozen=True)
class Dashboard:
    """A level, of one service type or all, over some days. Each property asks when it is used."""

    level: Level
    service_type: ServiceType | None = None
    days: int = PERIODS[0]

    @cached_property
    def wards(self) -> Any:
        wards = self.level.wards
        return wards.filter(service_type=self.service_type) if self.service_type else wards

    @cached_property
    def by_place(self) -> dict[Any, Figures]:
        """The figures of what lies below, or of the ward itself; 2 queries."""
        return figures_by(self.wards, self.level.below or "pk")

    @cached_property
    def total(self) -> Figures:
        return sum(self.by_place.values(), Figures())

    @cached_property
    def reasons(self) -> Reasons:
        return reasons_in(self.wards)

    def address(self, slug: str) -> str:
        """The same figures of another level."""
        return reverse("availability:dashboard", args=[slug]) + self.asked

    def query(self, *, service_type: str = "", days: int | None = None) -> str:
        days = days or self.days
        parts = [f"service_type={service_type}"] if service_type else []
        parts += [f"days={days}"] if days != PERIODS[0] else []
        return f"?{'&'.join(parts)}" if parts else ""

    @property
    def asked(self) -> str:
        """What the address of these figures ends with."""
        return self.query(service_type=self.service_type.code if self.service_type else "")

    @property
    def periods(self) -> list[tuple[int, str]]:
        """Each length, and the address of these figures over it."""
        code = self.service_type.code if self.service_type else ""
        return [(days, self.query(service_type=code, days=days) or "?") for days in PERIODS]

    def named(self, kind: str, found: dict[Any, Figures]) -> list[tuple[str, str, Figures]]:
        """The figures with the name and address of what they are of, by name; one query."""
        things = MODELS[kind].objects.in_bulk([key for key in found if key is not None])
        named = [(things[key].name, self.address(slug_of(kind, key)), found[key]) for key in things]
        alone = [(NOWHERE, "", figures) for key, figures in found.items() if key not in things]
        return sorted(named, key=lambda row: row[0].lower()) + alone

    @cached_property
    def places_by_name(self) -> list[tuple[str, str, Figures]]:
        return self.named(self.level.kind_below, self.by_place) if self.level.below else []

    @property
    def places(self) -> Table:
        title = {"region": "Regions", "provider": "Providers", "unit": "Units", "ward": "Wards"}
        kind = self.level.kind_below
        return self.table("places", title.get(kind, "Ward"), self.places_by_name)

    @property
    def collaboratives(self) -> Table:
        """Of the nation or a region; a ward may be in none of them."""
        rows: list[tuple[str, str, Figures]] = []
        if self.level.kind in ("nation", "region"):
            found = figures_by(self.wards, NETWORK)
            found.pop(None, None)
            rows = self.named("collaborative", found)
        return self.table("collaboratives", "Provider collaboratives", rows, with_total=False)

    @property
    def types(self) -> Table:
        found = figures_by(self.wards, "service_type")
        types = ServiceType.objects.select_related("group").filter(pk__in=found)
        rows = [
            (f"{one.name}, {one.group.name}", self.query(service_type=one.code), found[one.pk])
            for one in types.order_by("group__position", "position")
        ]
        return self.table("types", "Service types", rows)

    def table(
        self,
        name: str,
        title: str,
        rows: Iterable[tuple[str, str, Figures]],
        *,
        with_total: bool = True,
    ) -> Table:
        lines = [Line([name, *by_state(figures)], address) for name, address, figures in rows]
        if with_total:
            lines.append(Line(["All", *by_state(self.total)], is_total=True))
        return Table(name, title, [title, *BY_STATE], lines)

    @property
    def states(self) -> Table:
        lines = [Line([name, number]) for _, name, number in self.total.states]
        lines.append(Line(["All", self.total.beds], is_total=True))
        return Table("states", "Beds by state", ["State", "Beds"], lines)

    @property
    def closed(self) -> Table:
        return counted("closed", "Closed beds", "Reason", self.reasons.closed)

    @property
    def delayed(self) -> Table:
        return counted("delayed", "Delayed discharges", "Awaited", self.reasons.delayed)

    @property
    def freshness(self) -> Table:
        rows = [*self.places_by_name]
        lines = [Line([name, *fresh(figures)], address) for name, address, figures in rows]
        lines.append(Line(["All", *fresh(self.total)], is_total=True))
        return Table("freshness", "How fresh the figures are", ["Wards", *FRESH], lines)

    @cached_property
    def over_time(self) -> list[tuple[str, dict[str, float]]]:
        """What midnights left, on average of a day, a week or a month; one query."""
        today = timezone.localdate()
        sums = {column: Sum(column) for column in (*COUNTED, "delayed")}
        rows = (
            WardDay.objects.filter(
                ward__in=self.wards.order_by().values("pk"),
                day__gte=today - timedelta(days=self.days),
                day__lt=today,
            )
            .order_by("day")
            .values("day")
            .annotate(**sums)
        )
        spans: dict[str, list[Any]] = {}
        for row in rows:
            spans.setdefault(self.span_of(row["day"], today), []).append(row)
        return [
            (label, {name: sum(one[name] for one in found) / len(found) for name in sums})
            for label, found in spans.items()
        ]

    def span_of(self, day: date, today: date) -> str:
        """The day, week or month that a day belongs to, in words."""
        if SPANS[self.days] == "day":
            return f"{day.day} {day:%b}"
        if SPANS[self.days] == "week":
            end = today - timedelta(days=1)
            end -= (end - day) // WEEK * WEEK
            return f"To {end.day} {end:%b}"
        return f"{day:%b %Y}"

    @property
    def days_table(self) -> Table:
        title = SPANS[self.days]
        lines = [Line([label, *midnight(row)]) for label, row in self.over_time]
        return Table("days", f"Figures by {title}", [title.capitalize(), *OVER_TIME], lines)

    @property
    def state_chart(self) -> BarChart:
        usual = ("available", "occupied", "closed")
        values = [row for row in self.total.states if row[2] or row[0] in usual]
        return BarChart("states", "Beds by state now", values)

    @property
    def time_charts(self) -> list[LineChart]:
        labels = [label for label, _ in self.over_time]
        cells = [midnight(row) for _, row in self.over_time]
        series = {
            name: Series(name, [row[at] for row in cells]) for at, name in enumerate(OVER_TIME)
        }
        small = [series[name] for name in ("Available", "Closed", "Delayed")]
        percent = [Series("Occupancy", series["Occupancy (%)"].values)]
        return [
            LineChart("occupancy", "Occupancy over time, in per cent", labels, percent, "%"),
            LineChart("beds", "Available and closed beds, and delayed discharges", labels, small),
        ]

    def table_of(self, name: str) -> Table:
        """One of TABLES."""
        found: Table = self.days_table if name == "days" else getattr(self, name)
        return found


def by_state(figures: Figures) -> list[Cell]:
    numbers = [number for _, _, number in figures.states]
    return [figures.wards, figures.beds, *numbers, figures.free, figures.occupancy]


def fresh(figures: Figures) -> list[Cell]:
    return [figures.fresh, figures.due_soon, figures.stale]


def midnight(row: dict[str, float]) -> list[float | None]:
    """The cells of OVER_TIME."""
    beds = sum(row[column] for column in COUNTED)
    in_use = row["occupied"] + row["on_leave"]
    numbers = (beds, row["available"], in_use, row["closed"], row["delayed"])
    return [*map(rounded, numbers), occupancy_of(in_use, beds - row["closed"])]


def rounded(value: float) -> float:
    """To a tenth, and without one where it is whole."""
    return int(value) if value == int(value) else round(value, 1)


def counted(name: str, title: str, column: str, rows: list[tuple[str, int]]) -> Table:
    lines = [Line([label, number]) for label, number in rows]
    lines.append(Line(["All", sum(number for _, number in rows)], is_total=True))
    return Table(name, title, [column, "Beds"], lines)
