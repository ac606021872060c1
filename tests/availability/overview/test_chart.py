"""The charts that the server draws."""

from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from availability.overview.chart import BarChart, LineChart, Series, round_up
from core.compiled import compiled

CHART = LineChart(
    "beds",
    "Beds",
    ["1 Nov", "2 Nov", "3 Nov"],
    [Series("Closed", [3, None, 4]), Series("Available", [4, 3.5, 4])],
)
BARS = BarChart("states", "States", [("available", "Free & <ready>", 3), ("closed", "Closed", 0)])


def drawn(kind, chart):
    name = f"availability/overview/partials/{kind}_chart"
    if kind == "line":
        html = compiled(name, {"chart": chart})
    else:
        html = render_to_string(f"{name}.html", {"chart": chart})
    assert "style" not in html
    return ElementTree.fromstring(html)


@pytest.mark.parametrize(("kind", "chart"), [("line", CHART), ("bar", BARS)])
def test_a_chart_has_a_name_and_says_in_words_what_it_shows(kind, chart):
    svg = drawn(kind, chart)
    title, description = svg.find("title"), svg.find("desc")
    assert svg.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.text == chart.title
    assert description.text == chart.description


def test_what_a_line_says_in_words():
    assert CHART.description == (
        "Closed: 3 at first, 4 at last, between 3 and 4. "
        "Available: 4 at first, 4 at last, between 3.5 and 4."
    )


def test_a_line_is_broken_where_a_value_is_missing_and_ends_at_its_name():
    closed, available = CHART.lines
    assert closed.path.count("M") == 2
    assert available.path.count("M") == 1
    assert abs(closed.label_y - available.label_y) >= CHART.letters


def test_a_bar_is_as_long_as_its_number():
    assert [bar.width for bar in BARS.bars] == [210, 0]
    assert len(drawn("bar", BARS).findall(".//rect")) == 2


def test_a_large_number_has_its_thousands_apart():
    many = BarChart("states", "States", [("available", "Free", 1704)])
    assert "1,704" in [one.text for one in drawn("bar", many).iter("text")]


@pytest.mark.parametrize(("value", "top"), [(0, 2), (2, 2), (3, 4), (11, 20), (401, 1000)])
def test_the_upper_edge_is_a_round_number_above_all(value, top):
    assert round_up(value) == top


def test_nothing_to_show_is_drawn_all_the_same():
    empty = LineChart("none", "None", ["1 Nov"], [Series("Closed", [None])])
    assert drawn("line", empty).findall(".//path") == []
