"""A map that the server draws: no script, no tiles, nothing from outside.

    picture = MapPicture(
        "Wards near SL6 0PQ",
        [
            MapPoint("1. Willow, 2 free beds, 3 miles", 51.52, -0.71, href="#ward-7", mark="1"),
            MapPoint("SL6 0PQ", 51.52, -0.68, emphasis=True),
        ],
    )

    {% compiled "availability/partials/map" map=picture %}

on a page that has `css/finding.css` in its head block. The picture is for choosing at a glance: the
list beside it must say the same, and a link of the map best leads to its entry there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, pi, sin

from availability.map.outline import outline
from availability.map.projection import EAST, SOUTH, UNITS_PER_DEGREE, project

# Every map is as much wider than high, so that a page keeps its shape.
ASPECT = 0.8
# Some 120 miles from top to bottom at least: nearer, there is often no coast to know a place by.
LEAST_HEIGHT = 1.75 * UNITS_PER_DEGREE
GREATEST_WIDTH, GREATEST_HEIGHT = project(SOUTH, EAST)
MARGIN = 0.15

# In hundredths of the height of what is shown, of which one is over four pixels on a telephone.
RADIUS, GREATER_RADIUS, LETTERS = 2.9, 3.5, 3.2
# More points than these are dots without letters, which may cover each other.
CROWD, RADIUS_IN_CROWD = 60, 1.2
FARTHEST_RING = 6

# To find one's way by, at the middle of their first postcode area; the first ones win the room.
TOWNS = (
    ("London", 51.51, -0.12),
    ("Birmingham", 52.48, -1.91),
    ("Manchester", 53.48, -2.24),
    ("Newcastle", 54.97, -1.61),
    ("Bristol", 51.45, -2.59),
    ("Leeds", 53.8, -1.55),
    ("Edinburgh", 55.95, -3.19),
    ("Belfast", 54.6, -5.93),
    ("Plymouth", 50.37, -4.15),
    ("Norwich", 52.63, 1.31),
    ("Cardiff", 51.47, -3.17),
    ("Liverpool", 53.4, -2.98),
    ("Southampton", 50.91, -1.4),
    ("Glasgow", 55.86, -4.25),
    ("Aberdeen", 57.14, -2.12),
)


@dataclass(frozen=True)
class MapPoint:
    """A place on the map: `label` is its name, also of its link; `mark` some letters to show in it.

    Of points that would cover each other the later ones step aside, tied to their place by a line;
    better is one point for each place. Above CROWD points are dots.
    """

    label: str
    latitude: float
    longitude: float
    href: str = ""
    emphasis: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Drawn:
    """A point and where it is drawn, which may lie beside its place (map units)."""

    point: MapPoint
    x: float
    y: float
    radius: float
    place: tuple[float, float]

    @property
    def line(self) -> str:
        """The data of an SVG path from the place to its mark; '' if the mark is on its place."""
        right, down = self.place
        moved = (self.x, self.y) != self.place
        return f"M{right:.0f} {down:.0f}L{self.x:.0f} {self.y:.0f}" if moved else ""


@dataclass(frozen=True)
class Town:
    """A town's name and its middle (map units)."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class MapPicture:
    """The United Kingdom, or the part of it that has the points; `name` is its own on its page."""

    title: str
    points: Sequence[MapPoint]
    name: str = "map"

    @cached_property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of what is shown."""
        places = [project(point.latitude, point.longitude) for point in self.points]
        rights = [right for right, _ in places] or [0, GREATEST_WIDTH]
        downs = [down for _, down in places] or [0, GREATEST_HEIGHT]
        across, along = (max(side) - min(side) for side in (rights, downs))
        height = max(across / ASPECT, along) * (1 + 2 * MARGIN)
        height = min(max(height, LEAST_HEIGHT), GREATEST_HEIGHT)
        width = height * ASPECT
        left = (max(rights) + min(rights) - width) / 2
        top = (max(downs) + min(downs) - height) / 2
        return left, min(top, GREATEST_HEIGHT - height), width, height

    @property
    def view_box(self) -> str:
        return " ".join(f"{side:.0f}" for side in self.frame)

    @property
    def outline(self) -> str:
        return outline()

    @cached_property
    def letters(self) -> float:
        """The height of what is written."""
        return LETTERS * self.frame[3] / 100

    @cached_property
    def marks(self) -> list[Drawn]:
        """The points in their order; those with emphasis keep their place."""
        drawn: dict[int, Drawn] = {}
        for point in sorted(self.points, key=lambda point: not point.emphasis):
            place = project(point.latitude, point.longitude)
            size = RADIUS_IN_CROWD if self.is_crowded else RADIUS
            radius = (GREATER_RADIUS if point.emphasis else size) * self.frame[3] / 100
            x, y = place
            if not self.is_crowded:
                free = (spot for spot in spots(place, radius) if self.is_free(*spot, radius, drawn))
                x, y = next(free, place)
            drawn[id(point)] = Drawn(point, x, y, radius, place)
        return [drawn[id(point)] for point in self.points]

    @property
    def is_crowded(self) -> bool:
        return len(self.points) > CROWD

    def is_free(self, x: float, y: float, radius: float, others: dict[int, Drawn]) -> bool:
        """Whether a mark there lies in the frame and covers no other by more than a hair."""
        left, top, width, height = self.frame
        if not (left < x - radius < x + radius < left + width):
            return False
        if not (top < y - radius < y + radius < top + height):
            return False
        return all(
            (x - one.x) ** 2 + (y - one.y) ** 2 > ((radius + one.radius) * 0.95) ** 2
            for one in others.values()
        )

    @property
    def towns(self) -> list[Town]:
        """Those whose names fit into the frame, on or under their place, and cover nothing."""
        left, top, width, height = self.frame
        marks = [(one.x, one.y, one.radius, one.radius) for one in self.marks]
        taken: list[tuple[float, float, float, float]] = marks
        towns = []
        for name, latitude, longitude in TOWNS:
            x, town_y = project(latitude, longitude)
            half = (len(name) * 0.3 * self.letters, self.letters * 0.6)
            inside = left + half[0] < x < left + width - half[0]
            for y in (town_y, town_y + RADIUS * height / 100 + self.letters):
                fits = inside and top + half[1] < y < top + height - half[1]
                if fits and not any(overlap((x, y, *half), other) for other in taken):
                    taken.append((x, y, *half))
                    towns.append(Town(name, x, y))
                    break
        return towns


def spots(place: tuple[float, float], radius: float) -> Iterator[tuple[float, float]]:
    """The place, and then ever farther around it."""
    yield place
    for ring in range(1, FARTHEST_RING + 1):
        distance = 2 * radius * ring
        for step in range(6 * ring):
            angle = 2 * pi * step / (6 * ring)
            yield place[0] + distance * cos(angle), place[1] + distance * sin(angle)


def overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    """Whether two boxes (middle, half width, half height) share something."""
    across, along = abs(one[0] - other[0]), abs(one[1] - other[1])
    return across < one[2] + other[2] and along < one[3] + other[3]
