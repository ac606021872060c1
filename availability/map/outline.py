"""The outline of the United Kingdom: Natural Earth at 1:50 million, TopoJSON of `world-atlas`."""

import json
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from django.conf import settings

from availability.map.projection import project

ATLAS = settings.BASE_DIR / "static" / "vendor" / "world-atlas" / "countries-50m.json"
UNITED_KINGDOM = "826"  # ISO 3166

Point = tuple[int, int]


@cache
def outline() -> str:
    """The country as the data of an SVG path, read once in each process."""
    atlas = json.loads(ATLAS.read_text(encoding="utf-8"))
    countries = atlas["objects"]["countries"]["geometries"]
    [kingdom] = [country for country in countries if country.get("id") == UNITED_KINGDOM]
    rings = [ring for polygon in kingdom["arcs"] for ring in polygon]
    return "".join(as_path(points_of(ring, atlas)) for ring in rings)


def points_of(ring: list[int], atlas: dict[str, Any]) -> list[Point]:
    """A ring as whole units of the map. An arc is numbered; ~number is the same arc backwards."""
    points: list[Point] = []
    for number in ring:
        arc = degrees(atlas["arcs"][max(number, ~number)], atlas["transform"])
        on_map = [(round(x), round(y)) for x, y in arc]
        points += on_map if number >= 0 else reversed(on_map)
    return points


def degrees(arc: list[list[int]], transform: dict[str, list[float]]) -> list[tuple[float, float]]:
    """An arc's steps (the first from the origin, each other from the one before) on the map."""
    (scale_east, scale_north), (west, south) = transform["scale"], transform["translate"]
    easts = accumulate(step[0] for step in arc)
    norths = accumulate(step[1] for step in arc)
    return [
        project(south + north * scale_north, west + east * scale_east)
        for east, north in zip(easts, norths, strict=True)
    ]


def as_path(points: list[Point]) -> str:
    """Closed, in relative steps; those that lead nowhere at this scale are left out."""
    (right, down), *_ = points
    steps = [
        f"{to_right - from_right} {to_down - from_down}"
        for (from_right, from_down), (to_right, to_down) in pairwise(points)
        if (from_right, from_down) != (to_right, to_down)
    ]
    return f"M{right} {down}l{' '.join(steps)}z".replace(" -", "-")
