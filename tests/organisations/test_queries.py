"""Distances, and finding places of the directory by what people type."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from organisations.choices import AsksAs
from organisations.closing import is_closed, still_open
from organisations.models import Organisation, Unit, Ward
from organisations.queries import distance_miles, find_organisations, find_places, successor_of
from organisations.search_text import search_words
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


def wards(text, **options):
    return [label for kind, label in labels(text, **options) if kind == "ward"]


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
    assert labels(text) == [("ward", KENNET)]


def test_one_or_two_letters_must_begin_a_word(kennet):
    assert wards("ed kennet huntercombe") == [KENNET]
    assert wards("et kennet huntercombe") == []


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


def test_an_ods_code_that_looks_like_a_postcode_is_found_too(kennet):
    OrganisationFactory(ods_code="DN7", ods_name="ELLERN MEDE", name="Ellern Mede")
    PostcodeLocationFactory(code="DN7")
    assert labels("dn7")[0] == ("organisation", "Ellern Mede")
    PostcodeLocationFactory._meta.model.objects.all().delete()
    assert labels("dn7") == [("organisation", "Ellern Mede")]


def test_wards_of_other_service_groups_are_left_out(kennet):
    group = kennet.service_type.group
    assert wards("rede") != []
    assert wards("rede", groups=[group.pk]) == []
    assert labels("kennet", groups=[group.pk]) == [("ward", KENNET)]


@pytest.mark.parametrize("closed", ["ward", "unit", "organisation"])
def test_what_is_closed_is_not_found_nor_what_lies_in_it(kennet, closed):
    things = {"ward": kennet, "unit": kennet.unit, "organisation": kennet.unit.organisation}
    things[closed].closed_on = timezone.localdate()
    things[closed].save()
    kinds = {kind for kind, _ in labels("hunter")}
    assert kinds == {"ward": {"organisation", "unit"}, "unit": {"organisation"}}.get(closed, set())


def test_boards_and_what_is_theirs_are_not_places_of_care(kennet):
    PostcodeLocationFactory()
    unit = kennet.unit
    unit.organisation = OrganisationFactory(
        ods_code="QE1", ods_name="NHS HUNTER ICB", name="Hunter ICB", kind__code="icb"
    )
    unit.save()
    assert labels("hunter") == [("organisation", HUNTERCOMBE)]
    assert wards("kennet") == wards("NV201") == []
    assert not any("Kennet" in ward for ward in wards("SL6 0PQ"))


@pytest.mark.parametrize("text", ["", " ", "k", "\x00", "%%", "__", "x" * 101, "' OR 1=1 --"])
def test_nothing_to_search_for_finds_nothing(kennet, text):
    assert find_places(text) == []


def test_no_more_than_twenty_of_a_kind_are_found_and_more_says_so(kennet):
    for number in range(20):
        WardFactory(name=f"Kennet {number}")
    found = find_places("kennet")
    assert (len(found), found.more) == (20, True)
    assert not find_places("kennet 19").more


def test_names_that_begin_with_the_text_come_before_those_that_contain_it(kennet):
    for name in ("Kennet Heath", "North Kennet"):
        WardFactory(name=name)
    house = UnitFactory(ods_code="NV209", name="Kennet House")
    WardFactory(unit=house, name="Acorn")
    assert [label.rpartition(": ")[2] for label in wards("kennet")] == [
        "Kennet Heath",
        "CAMHS-Kennet-ED",
        "North Kennet",
        "Acorn",
    ]


@pytest.mark.parametrize("text", ["st georges", "St. George’s", "ST GEORGE'S PARK"])
def test_points_and_apostrophes_make_no_difference(kennet, text):
    assert ("unit", "Cumbria, Northumberland, Tyne and Wear: St George's Park") in labels(text)


@pytest.mark.parametrize("text", ["taplow manor", "hunter", "maidenhead"])
def test_a_new_name_is_found_in_everything_below_it(kennet, text):
    unit = kennet.unit
    unit.organisation.name = unit.organisation.ods_name = "Active Care"
    unit.organisation.save()
    Unit.objects.filter(pk=unit.pk).update(name="Taplow Manor", ods_name="Taplow", town="")
    found = {"unit", "ward"} if text == "taplow manor" else set()
    assert {kind for kind, _ in labels(text)} == found
    assert ("ward", "Active Care: Taplow Manor: CAMHS-Kennet-ED") in labels("active kennet")


def test_a_new_name_adds_to_the_history_of_nothing_else(kennet):
    count = Ward.pgh_event_model.objects.count()
    kennet.unit.organisation.name = "Active Care"
    kennet.unit.organisation.save()
    assert Ward.pgh_event_model.objects.count() == count


@pytest.mark.parametrize(
    "text", ["St George’s Park", " O'Neill--House ", "Tŷ Llidiard (PICU)", "Ward_3/4", "ÉCOLE", "-"]
)
def test_text_is_folded_the_same_way_in_python_and_in_the_database(text):
    unit = UnitFactory(name=text, ods_name=text, town="", organisation__ods_name="x")
    own = Unit.objects.get(pk=unit.pk).search_text.removesuffix(" the huntercombe group x")
    assert own.removeprefix(" ") == search_words(text)


@pytest.fixture
def bodies(kennet):
    """A GP practice and a council beside the providers of the guide."""
    OrganisationFactory(
        ods_code="K81001",
        name="Maidenhead Surgery",
        kind__code="gp_practice",
        address="1 High Street, Maidenhead",
        postcode="SL6 1AA",
    )
    OrganisationFactory(ods_code="E03", name="Maidenhead Council", kind__code="local_authority")
    PostcodeLocationFactory()
    return kennet


def found(text, asks_as):
    return [(match.label, match.detail) for match in find_organisations(text, asks_as=asks_as)]


@pytest.mark.requirement("CPMS-16", "CQRS-07")
@pytest.mark.parametrize("text", ["hunterc", "group huntercombe", "nv2", "NV2", "huntrcombe"])
def test_a_provider_is_found_by_part_of_its_name_or_its_code(
    bodies, text, django_assert_max_num_queries
):
    with django_assert_max_num_queries(3):
        assert found(text, AsksAs.PROVIDER) == [(HUNTERCOMBE, "ODS code NV2")]


@pytest.mark.requirement("CPMS-18", "CT-07")
def test_organisations_are_found_among_those_whose_people_ask_alike(bodies):
    assert found("maidenhead", AsksAs.NHS_BODY) == [
        ("Maidenhead Surgery", "GP practice, ODS code K81001, Maidenhead SL6 1AA")
    ]
    assert found("maidenhead", AsksAs.OTHER_BODY) == [
        ("Maidenhead Council", "Local authority, ODS code E03")
    ]
    assert found("maidenhead", AsksAs.PROVIDER) == []


@pytest.mark.requirement("CQRS-07")
@pytest.mark.parametrize("text", ["Cygnet", "cyg", "NW8"])
def test_the_name_from_before_a_merger_finds_what_it_is_part_of_now(bodies, text):
    now = Organisation.objects.get(name=HUNTERCOMBE)
    OrganisationFactory(
        ods_code="NW8", name="Cygnet Care", successor=now, closed_on=timezone.localdate()
    )
    ((label, detail),) = found(text, AsksAs.PROVIDER)
    assert (label, "Cygnet Care is part of it now" in detail) == (HUNTERCOMBE, True)
    assert found(text, AsksAs.NHS_BODY) == []


@pytest.mark.requirement("CT-08")
def test_the_postcode_of_a_hospital_finds_its_provider_the_nearest_first(
    bodies, django_assert_num_queries
):
    with django_assert_num_queries(3):
        matches = found("sl60pq", AsksAs.PROVIDER)
    assert matches[0] == (
        HUNTERCOMBE,
        "ODS code NV2, Huntercombe Hospital - Maidenhead, 1 mile away",
    )
    assert [label for label, _ in matches] == [
        HUNTERCOMBE,
        "Cumbria, Northumberland, Tyne and Wear",
    ]


@pytest.mark.requirement("CT-08")
def test_a_postcode_finds_the_organisations_of_its_area(bodies, django_assert_num_queries):
    OrganisationFactory(
        ods_code="K81002", name="A Surgery", kind__code="gp_practice", postcode="SL6 0PQ"
    )
    OrganisationFactory(
        ods_code="K81003", name="Far", kind__code="gp_practice", postcode="SL60 0PQ"
    )
    Organisation.objects.filter(ods_code="K81001").update(name="A Practice")
    with django_assert_num_queries(2):
        labels = [label for label, _ in found("SL6 0PQ", AsksAs.NHS_BODY)]
    assert labels == ["A Surgery", "A Practice"]


@pytest.mark.parametrize("text", ["Wit", "Mi", "Biona"])
def test_the_beginning_of_a_name_is_not_taken_for_a_postcode(kennet, text):
    for code in ("W1T", "M1", "B1"):
        PostcodeLocationFactory(code=code)
    OrganisationFactory(ods_code="WC1", ods_name="X", name="Witney Mill Biona Care")
    assert ("Witney Mill Biona Care", "ODS code WC1") in found(text, AsksAs.PROVIDER)
    assert labels(text) == [("organisation", "Witney Mill Biona Care")]


@pytest.mark.parametrize(
    ("days", "closed"), [(None, False), (-1, True), (0, True), (1, False), (4000, False)]
)
def test_python_and_the_database_agree_on_what_is_closed(days, closed):
    closed_on = None if days is None else timezone.localdate() + timedelta(days)
    organisation = OrganisationFactory(closed_on=closed_on)
    assert is_closed(organisation) == closed
    assert Organisation.objects.filter(still_open("")).exists() != closed


def test_closed_organisations_are_not_found(bodies):
    Organisation.objects.update(closed_on=timezone.localdate())
    for asks_as in AsksAs:
        for text in ("maidenhead", "nv2", "SL6 0PQ", "huntercombe"):
            assert found(text, asks_as) == []


@pytest.mark.parametrize("text", ["", "k", "\x00", "%%", "__", "x" * 101, "' OR 1=1 --", "' -"])
def test_nothing_to_search_for_finds_no_organisation(bodies, text):
    assert found(text, AsksAs.PROVIDER) == []


def test_organisations_end_at_the_limit(kennet):
    for number in range(3):
        OrganisationFactory(ods_code=f"H{number}", name=f"Huntercombe {number}")
    matches = find_organisations("huntercombe", asks_as=AsksAs.PROVIDER, limit=2)
    assert (len(matches), matches.more) == (2, True)
    assert not find_organisations("huntercombe 2", asks_as=AsksAs.PROVIDER, limit=2).more


def test_the_successor_is_the_open_one_at_the_end():
    last = OrganisationFactory(ods_code="C3", name="Third")
    second = OrganisationFactory(ods_code="C2", closed_on=date(2024, 1, 1), successor=last)
    first = OrganisationFactory(ods_code="C1", closed_on=date(2020, 1, 1), successor=second)
    assert successor_of(first) == last
    assert successor_of(last) is None


def test_successors_in_a_circle_lead_nowhere():
    first = OrganisationFactory(ods_code="C1", closed_on=date(2020, 1, 1))
    second = OrganisationFactory(ods_code="C2", closed_on=date(2020, 1, 1), successor=first)
    first.successor = second
    first.save()
    assert successor_of(first) is None
    assert successor_of(second) is None
