"""Distances, and finding places of the directory by what people type."""

import pytest
from django.utils import timezone

from organisations.models import Unit, Ward
from organisations.queries import distance_miles, find_places
from tests.factories.organisations import (
    OrganisationFactory,
    PostcodeLocationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def kennet():
    """The guide's own example, and a hospital of somebody else far away."""
    adult = ServiceTypeFactory(
        code="adult-medium-secure",
        name="Medium secure",
        mhsds_code="207",
        group=ServiceGroupFactory(code="adult-secure", name="Adult Secure", position=2),
    )
    trust = OrganisationFactory(
        ods_code="RX4", ods_name="CNTW", name="Cumbria, Northumberland, Tyne and Wear"
    )
    north = UnitFactory(
        organisation=trust,
        ods_code="RX4E2",
        ods_name="ST GEORGE'S PARK",
        name="St George's Park",
        town="Morpeth",
        postcode="NE61 2NU",
        latitude=55.156,
        longitude=-1.683,
    )
    WardFactory(unit=north, name="Rede", service_type=adult)
    return WardFactory()


def labels(text, **options):
    return [(match.kind, match.label) for match in find_places(text, **options)]


HUNTERCOMBE = "The Huntercombe Group"
MAIDENHEAD = f"{HUNTERCOMBE}: Huntercombe Hospital - Maidenhead"
KENNET = f"{MAIDENHEAD}: CAMHS-Kennet-ED"


@pytest.mark.parametrize("path", ["", "unit__"])
def test_distance_is_in_straight_line_miles(kennet, path):
    rows = Ward.objects if path else Unit.objects
    from_oxford = {
        row.pk: row.miles
        for row in rows.annotate(miles=distance_miles(51.750841, -1.22232, path=path))
    }
    # Warneford Hospital to Taplow, by the spherical law of cosines
    assert from_oxford[kennet.pk if path else kennet.unit_id] == pytest.approx(29.1, abs=0.2)


def test_distance_holds_at_one_place_and_at_the_other_side_of_the_earth(kennet):
    here = Unit.objects.filter(pk=kennet.unit_id)
    assert here.annotate(m=distance_miles(51.518794, -0.65911)).get().m == pytest.approx(0)
    there = here.annotate(m=distance_miles(-51.518794, 179.34089)).get().m
    assert there == pytest.approx(12436.8, abs=1)


@pytest.mark.requirement("CPMS-23")
def test_part_of_a_name_finds_organisation_unit_and_ward(kennet, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = find_places("hunterc")
    assert [(match.kind, match.label) for match in found] == [
        ("organisation", HUNTERCOMBE),
        ("unit", MAIDENHEAD),
        ("ward", KENNET),
    ]
    assert found[1].id == kennet.unit_id
    assert found[1].detail == "Maidenhead, SL6 0PQ"


@pytest.mark.parametrize("text", ["kennet", "maidenhead kennet", "Kennet  Huntercombe"])
def test_every_word_counts_wherever_it_stands(kennet, text):
    assert labels(text, kinds=("ward",)) == [("ward", KENNET)]


def test_a_slip_in_a_name_is_forgiven(kennet):
    assert ("organisation", HUNTERCOMBE) in labels("huntrcombe")


@pytest.mark.requirement("CQRS-07")
def test_ods_codes_find_exactly_theirs(kennet):
    assert labels("nv2") == [("organisation", HUNTERCOMBE)]
    assert labels("NV201") == [("unit", MAIDENHEAD), ("ward", KENNET)]


@pytest.mark.requirement("CT-08")
def test_a_postcode_finds_the_nearest_first(kennet, django_assert_num_queries):
    PostcodeLocationFactory()
    with django_assert_num_queries(4):
        found = find_places("sl60pq")
    assert [match.label for match in found if match.kind == "unit"] == [
        MAIDENHEAD,
        "Cumbria, Northumberland, Tyne and Wear: St George's Park",
    ]
    assert found[0].detail == "Maidenhead, SL6 0PQ, 1 mile away"
    assert [match.label for match in find_places("SL6 0PQ", limit=1)] == [MAIDENHEAD, KENNET]


def test_an_ods_code_that_looks_like_a_postcode_is_found_too(kennet):
    OrganisationFactory(ods_code="DN7", ods_name="ELLERN MEDE", name="Ellern Mede")
    PostcodeLocationFactory(code="DN7")
    assert labels("dn7")[0] == ("organisation", "Ellern Mede")
    PostcodeLocationFactory._meta.model.objects.all().delete()
    assert labels("dn7") == [("organisation", "Ellern Mede")]


def test_wards_of_other_service_groups_are_left_out(kennet):
    group = kennet.service_type.group
    assert labels("rede", kinds=("ward",)) != []
    assert labels("rede", kinds=("ward",), groups=[group.pk]) == []
    assert labels("kennet", groups=[group.pk]) == [("ward", KENNET)]


@pytest.mark.parametrize("closed", ["ward", "unit", "organisation"])
def test_what_is_closed_is_not_found_nor_what_lies_in_it(kennet, closed):
    things = {"ward": kennet, "unit": kennet.unit, "organisation": kennet.unit.organisation}
    things[closed].closed_on = timezone.localdate()
    things[closed].save()
    kinds = {kind for kind, _ in labels("hunter")}
    assert kinds == {"ward": {"organisation", "unit"}, "unit": {"organisation"}}.get(closed, set())


def test_boards_are_not_places_of_care(kennet):
    OrganisationFactory(
        ods_code="QE1", ods_name="NHS HUNTER ICB", name="Hunter ICB", kind__code="icb"
    )
    assert ("organisation", "Hunter ICB") not in labels("hunter")


@pytest.mark.parametrize("text", ["", " ", "k", "\x00", "%%", "__", "x" * 101, "' OR 1=1 --"])
def test_nothing_to_search_for_finds_nothing(kennet, text):
    assert find_places(text) == []


def test_found_places_end_at_the_limit(kennet):
    for number in range(5):
        WardFactory(name=f"Kennet {number}")
    assert len(find_places("kennet", limit=3)) == 3
