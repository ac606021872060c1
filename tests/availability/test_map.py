"""The map that the server draws. Points are invented, at towns that everybody knows."""

import re
from itertools import accumulate, combinations
from math import hypot
from xml.etree import ElementTree

import pytest

from availability.map.outline import outline, points_of
from availability.map.picture import MapPicture, MapPoint
from availability.map.projection import project
from core.compiled import compiled

LONDON, LEEDS, PLYMOUTH = (51.51, -0.12), (53.8, -1.55), (50.37, -4.15)
SVG_ELEMENTS = {"svg", "title", "path", "g", "text", "a", "circle"}


def rings() -> list[list[tuple[float, float]]]:
    """The outline's rings as points, read as a browser reads the path."""
    found = []
    for ring in re.findall(r"M([^M]*)z", outline()):
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        found.append(
            list(zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True)),
        )
    return found


def is_land(latitude: float, longitude: float) -> bool:
    x, y = project(latitude, longitude)
    crossings = 0
    for ring in rings():
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ((52.48, -1.91), True),  # Birmingham
        ((50.75, -3.6), True),  # near Exeter
        ((57.14, -2.3), True),  # Aberdeen
        ((54.6, -6.3), True),  # near Belfast
        ((53.34, -6.5), False),  # near Dublin
        ((54.2, -4.5), False),  # Isle of Man
        ((49.9, 1.1), False),  # Dieppe
        ((53.5, 1.5), False),  # the North Sea
    ],
)
def test_the_outline_is_the_united_kingdom(place, inside):
    assert is_land(*place) is inside


def test_a_ring_may_go_along_an_arc_of_its_neighbour_backwards():
    steps = [[[0, 0], [2, 0], [0, 2]], [[0, 0], [0, 2], [2, 0]]]
    atlas = {"arcs": steps, "transform": {"scale": [1, 1], "translate": [-5, 50]}}
    corners = [(50, -5), (50, -3), (52, -3), (52, -3), (52, -5), (50, -5)]
    there_and_back = [tuple(map(round, project(*corner))) for corner in corners]
    assert points_of([0, ~1], atlas) == there_and_back


def test_the_outline_is_light_and_read_once():
    assert len(outline()) < 12 * 1024
    assert outline() is outline()


def test_a_crowd_is_dots_on_their_places():
    wards = [MapPoint(f"Ward {n}", 51.5, -0.1, mark=str(n)) for n in range(61)]
    assert not [one for one in MapPicture("Wards", wards).marks if one.line]
    assert "12" not in [text.text for text in drawing(*wards).iter("text")]
    assert "12" in [text.text for text in drawing(*wards[:60]).iter("text")]


def test_points_lie_in_the_frame_and_do_not_cover_each_other():
    wards = [MapPoint(f"Ward {n}", 51.5 + n / 1000, -0.1, href=f"#ward-{n}") for n in range(25)]
    here = MapPoint("SL6 0PQ", 51.5, -0.1, emphasis=True)
    picture = MapPicture("Wards near SL6 0PQ", [*wards, here, MapPoint("Leeds", *LEEDS)])
    left, top, width, height = picture.frame
    for one in picture.marks:
        assert left < one.x - one.radius < one.x + one.radius < left + width
        assert top < one.y - one.radius < one.y + one.radius < top + height
    for one, other in combinations(picture.marks, 2):
        assert hypot(one.x - other.x, one.y - other.y) > (one.radius + other.radius) * 0.9
    drawn = {one.point.label: one for one in picture.marks}
    assert (drawn["SL6 0PQ"].x, drawn["SL6 0PQ"].y) == project(51.5, -0.1)
    assert not drawn["SL6 0PQ"].line
    assert drawn["Ward 1"].line
    assert [one.point.label for one in picture.marks][:2] == ["Ward 0", "Ward 1"]


@pytest.mark.parametrize(
    ("places", "shown", "not_shown"),
    [
        ([], {"London", "Belfast", "Aberdeen"}, set()),
        ([LEEDS], {"Leeds", "Manchester"}, {"London"}),
        ([LONDON, PLYMOUTH], {"Southampton", "Birmingham"}, {"Aberdeen"}),
    ],
)
def test_the_part_that_has_the_points_is_shown_with_its_towns(places, shown, not_shown):
    picture = MapPicture("Wards", [MapPoint("A ward", *place) for place in places])
    towns = {town.name for town in picture.towns}
    assert shown <= towns
    assert not not_shown & towns


def drawing(*points: MapPoint) -> ElementTree.Element:
    context = {"map": MapPicture("Wards near <Maidenhead>", points, name="near")}
    return ElementTree.fromstring(compiled("availability/partials/map", context))


def test_every_point_has_a_name_and_leads_somewhere_if_it_should():
    svg = drawing(
        MapPoint('1. "Willow" & <b>Oak</b>', *LEEDS, href="#ward-7", mark="1"),
        MapPoint("SL6 0PQ", *LONDON, emphasis=True),
    )
    title = svg.find("title")
    assert (svg.get("role"), title.text) == ("group", "Wards near <Maidenhead>")
    assert svg.get("aria-labelledby") == title.get("id") == "near-title"
    [link] = svg.iter("a")
    assert (link.get("href"), link.find("title").text) == ("#ward-7", '1. "Willow" & <b>Oak</b>')
    [here] = [group for group in svg.iter("g") if group.get("role") == "img"]
    assert here.find("title").text == "SL6 0PQ"
    assert "emphasis" in here.get("class")


def test_nothing_in_it_needs_a_script_or_a_style():
    svg = drawing(MapPoint("Willow", *LEEDS, href="#ward-7", mark="1"))
    for element in svg.iter():
        assert element.tag in SVG_ELEMENTS
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


def test_without_points_it_is_one_picture():
    assert drawing().get("role") == "img"
