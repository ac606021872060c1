"""Wards side by side, and the map of those found."""

import re

import pytest

from availability.searching.comparing import beds_of
from organisations.models import Feature
from tests.availability.pages import text_of
from tests.availability.searching.places import ADDRESS, ward_at
from tests.factories.organisations import ServiceGroupFactory, ServiceTypeFactory
from tests.factories.sessions import sessional_ward

COMPARE = f"{ADDRESS}compare/"


@pytest.fixture
def wards(sam):
    """Of two units, the first with two."""
    feature = Feature.objects.create(code="en-suite", name="En-suite rooms", position=1)
    first = ward_at(1, "Kennet")
    first.features.add(feature)
    return [first, ward_at(1, "Avon", free=2), ward_at(30, "Severn", telephone="01632 960222")]


@pytest.mark.parametrize("number", [2, 3])
def test_wards_stand_side_by_side(client, wards, number, django_assert_num_queries):
    asked = {"ward": [ward.pk for ward in wards[-number:]], "sex": "male"}
    with django_assert_num_queries(8):
        response = client.get(COMPARE, asked)
    said = text_of(response)
    for words in ("Severn Unit 30", "01632 960222", "30 miles away", "2 free beds"):
        assert words in said
    assert ("En-suite rooms" in said) == (number == 3)
    assert 'href="/search/?postcode=SL6+0PQ&amp;sex=male"' in response.content.decode()


def test_a_ward_out_of_reach_is_not_found(client, wards):
    hidden = ward_at(
        1,
        "Hidden",
        service_type=ServiceTypeFactory(
            code="mother-baby",
            position=1,
            group=ServiceGroupFactory(code="perinatal", name="Perinatal", position=2),
        ),
    )
    for other in (hidden.pk, 9**20, 10**15, "x", "\x00", "-1", "١"):
        assert client.get(COMPARE, {"ward": [wards[0].pk, other]}).status_code == 404


def test_one_ward_or_five_are_told_how_many(client, wards):
    for chosen in ([], [wards[0].pk], [wards[0].pk] * 3, range(5)):
        response = client.get(COMPARE, {"ward": chosen})
        assert "Tick two, three or four wards" in text_of(response)
        assert ("You ticked 5 wards" in text_of(response)) == (len(chosen) == 5)


def test_a_ward_of_sessions_has_no_number_of_beds(wards):
    assert [beds_of(ward) for ward in (sessional_ward(), wards[1])] == ["None, but sessions", "2"]


def test_a_wrong_search_leads_to_its_page(client, wards):
    response = client.get(COMPARE, {"ward": [one.pk for one in wards], "age": "x"})
    assert response["Location"] == "/search/?postcode=SL6+0PQ&age=x"


def test_the_map_has_a_mark_for_each_unit_numbered_like_the_list(client, wards):
    response = client.get(ADDRESS)
    marks = re.findall(
        r'<a class="cpms-map__point"\s+href="(.*?)">\s*<title>(.*?)</title>.*?>(\S+)</text>',
        response.content.decode(),
        re.DOTALL,
    )
    assert [(mark, href) for href, _, mark in marks] == [
        ("1+", f"#ward-{wards[0].pk}"),
        ("3", f"#ward-{wards[2].pk}"),
    ]
    assert "1. Kennet, 1 free bed; 2. Avon, 2 free beds: Unit 1, 1 mile away" in marks[0][1]
    assert f'id="ward-{wards[2].pk}"' in response.content.decode()
    assert "3. Severn" in text_of(response)
