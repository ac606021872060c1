"""The directory: what it lists, to whom, and what it says is free."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.models import Session, WardTotals
from availability.overview.levels import slug_of
from organisations.models import Organisation
from tests.availability.overview.crowd import many
from tests.availability.pages import text_of
from tests.factories.accounts import grant, person
from tests.factories.availability import bed_since, ward_with_beds
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    PostcodeLocationFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

INDEX = "/directory/"


@pytest.fixture(autouse=True)
def location():
    return PostcodeLocationFactory()


def page_of(kind, thing):
    return reverse("availability:directory_place", args=[slug_of(kind, thing.pk)])


def secure_ward(**fields):
    """A ward of a group in which nobody here may search."""
    secure = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
    medium = ServiceTypeFactory(
        code="medium-secure", name="Medium secure", group=secure, position=1
    )
    return ward_with_beds(2, free=2, name="Hidden-Secure", service_type=medium, **fields)


@pytest.mark.requirement("ERN-08")
def test_every_level_says_what_is_free_in_it_and_leads_to_the_next(client, sam):
    ward = ward_with_beds(3, free=2)
    unit, provider, region = ward.unit, ward.unit.organisation, ward.unit.region
    network = CollaborativeFactory(members=[provider])
    for kind, thing, following in (
        ("region", region, page_of("provider", provider)),
        ("collaborative", network, page_of("provider", provider)),
        ("provider", provider, page_of("unit", unit)),
        ("unit", unit, page_of("ward", ward)),
        ("ward", ward, "tel:01632960101"),
    ):
        response = client.get(page_of(kind, thing))
        assert "2 free beds" in text_of(response), kind
        if kind != "ward":
            assert [row.offer.free for row in response.context["contents"].rows] == [2]
        assert f'href="{following}"' in response.content.decode(), kind
        assert '<svg class="cpms-map"' in response.content.decode(), kind
    assert "Telephone before travelling: 01632 960101" in text_of(response)
    text = client.get(INDEX).content.decode()
    assert page_of("region", region) in text
    assert page_of("collaborative", network) in text


def test_an_address_names_the_town_too(client, sam):
    ward = WardFactory(unit__address="Huntercombe Lane South")
    for kind, thing in (("unit", ward.unit), ("ward", ward)):
        said = text_of(client.get(page_of(kind, thing)))
        assert "Huntercombe Lane South Maidenhead SL6 0PQ" in said, kind


def test_wards_and_figures_of_other_groups_are_not_shown(client, sam):
    ward_with_beds(3, free=1)
    hidden = secure_ward()
    other = CollaborativeFactory(
        name="Thames Secure",
        service_group=hidden.service_type.group,
        members=[hidden.unit.organisation],
    )
    for address in (
        INDEX,
        f"{INDEX}?q=Hidden",
        page_of("region", hidden.unit.region),
        page_of("provider", hidden.unit.organisation),
        page_of("unit", hidden.unit),
    ):
        text = text_of(client.get(address))
        assert "Hidden-Secure" not in text
        assert "Thames Secure" not in text
        assert "Medium secure" not in text
        assert not any(f"{number} free beds" in text for number in (2, 3)), address
    assert client.get(page_of("ward", hidden)).status_code == 404
    assert client.get(page_of("collaborative", other)).status_code == 404


def test_what_is_closed_unknown_or_malformed_is_not_found(client, sam):
    ward = ward_with_beds(2)
    Organisation.objects.filter(pk=ward.unit.organisation_id).update(closed_on=timezone.localdate())
    gone = [page_of("provider", ward.unit.organisation), page_of("unit", ward.unit)]
    odd = ["nation", "ward-0", "ward-999999999999999999", "ward-9999999999999999999", "beds-1"]
    for address in (*gone, page_of("ward", ward), *(f"{INDEX}{one}/" for one in odd)):
        assert client.get(address).status_code == 404, address


def test_a_hold_that_ran_out_is_free_and_a_staff_limit_is_kept(client, sam):
    now = timezone.now()
    held = {"due_at": now - timedelta(minutes=1), "held_for": "A", "reference": "B"}
    ward = ward_with_beds(2, free=2)
    bed_since(ward, (2, BedState.RESERVED, held), name="Held")
    assert "3 free beds" in text_of(client.get(page_of("unit", ward.unit)))
    WardTotals.objects.filter(ward=ward).update(can_take=1)
    assert "1 free bed" in text_of(client.get(page_of("region", ward.unit.region)))


def test_a_ward_with_sessions_offers_those_of_the_week(client, sam):
    ward = WardFactory(kind="sessional", commissioned_beds=None, sessions_a_day=4)
    assert "No free session" in text_of(client.get(page_of("ward", ward)))
    for days, booked in ((1, 1), (2, 4), (8, 0)):
        begins = timezone.now() + timedelta(days=days)
        Session.objects.create(
            ward=ward, begins_at=begins, minutes=60, planned=4, capacity=4, booked=booked
        )
    for kind, thing in (("ward", ward), ("unit", ward.unit), ("region", ward.unit.region)):
        assert "3 free sessions" in text_of(client.get(page_of(kind, thing))), kind


FINDS = {
    "kennet": ["Wards"],
    "NV201": ["Units", "Wards"],
    "NV2": ["Providers"],
    "huntercombe": ["Providers", "Units", "Wards"],
    "sl6 0pq": ["Regions", "Units", "Wards"],
    "thames valley": ["Provider collaboratives"],
    "south east": ["Regions"],
    "nowhere at all": [],
}


@pytest.mark.requirement("ERN-08")
def test_places_are_found_by_name_code_or_postcode(client, sam):
    ward = ward_with_beds(2, free=1)
    CollaborativeFactory(members=[ward.unit.organisation])
    for text, found in FINDS.items():
        response = client.get(INDEX, {"q": text})
        assert [title for title, _ in response.context["found"].groups] == found, text
    assert "Nothing in the directory is called that" in text_of(response)


def test_a_postcode_finds_the_nearest_first(client, sam):
    near = ward_with_beds(2, free=1)
    far = UnitFactory(ods_code="FAR01", name="Far house", latitude=54.0)
    ward_with_beds(2, free=1, unit=far, name="Far ward")
    groups = dict(client.get(INDEX, {"q": "SL6 0PQ"}).context["found"].groups)
    assert [row.pk for row in groups["Units"]] == [near.unit.pk, far.pk]
    assert groups["Wards"][0].offer.in_words == "1 free bed"


def test_what_cannot_be_looked_for_is_said_at_the_field(client, sam):
    for text in ("a", "x" * 101, "a\0b"):
        response = client.get(INDEX, {"q": text, "more": "1"})
        assert response.status_code == 200
        assert response.context["form"].errors["q"]
        assert "Error: Directory" in response.content.decode()


def test_who_may_not_search_may_not_open_it(client):
    ward = ward_with_beds(1)
    client.force_login(person("nora.nothing"))
    assert client.get(INDEX).status_code == 403
    assert client.get(page_of("ward", ward)).status_code == 403


def test_a_long_list_has_pages_and_a_place_without_wards_says_so(client, sam):
    region = RegionFactory()
    for number in range(26):
        provider = OrganisationFactory(
            ods_code=f"P{number}", name=f"Provider {number:02}", ods_name="P"
        )
        UnitFactory(organisation=provider, ods_code=f"P{number}1", name=f"Unit {number:02}")
    text = text_of(client.get(page_of("region", region)))
    assert "Provider 24" in text
    assert "Provider 25" not in text
    assert "No wards" in text
    second = client.get(page_of("region", region), {"page": "2"})
    assert "Provider 25" in text_of(second)
    assert client.get(page_of("region", region), {"page": "x" * 99}).status_code == 200


def queries_of(client, addresses, count):
    found = {}
    for name, address in addresses.items():
        with count() as asked:
            assert client.get(address).status_code == 200
        found[name] = len(asked)
    return found


def test_the_number_of_queries_does_not_grow(client, sam, django_assert_max_num_queries):
    def counted(number):
        ward, network = many(number)
        pages = {
            kind: page_of(kind, thing)
            for kind, thing in (
                ("region", ward.unit.region),
                ("collaborative", network),
                ("provider", ward.unit.organisation),
                ("unit", ward.unit),
                ("ward", ward),
            )
        }
        pages |= {"index": INDEX, "search": f"{INDEX}?q=Ward", "near": f"{INDEX}?q=SL6+0PQ"}
        return queries_of(client, pages, lambda: django_assert_max_num_queries(40))

    few = counted(2)
    assert counted(20) == few
    print(few)


def test_who_approves_for_a_ward_finds_its_history(client, sam):
    trust = OrganisationFactory(ods_code="RXX", ods_name="OTHER TRUST")
    other = UnitFactory(ods_code="RXX01", organisation=trust)
    ward, elsewhere = ward_with_beds(1), ward_with_beds(1, unit=other, name="CAMHS-Loddon-PICU")
    grant(sam, Capability.APPROVE_STANDARD, organisation=ward.unit.organisation)
    for one, is_linked in ((ward, True), (elsewhere, False)):
        text = client.get(page_of("ward", one)).content.decode()
        assert (reverse("availability:ward_history", args=[one.pk]) in text) == is_linked
