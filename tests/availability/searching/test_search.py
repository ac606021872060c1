"""The search: what fits, in which order, and what its page says."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.models import WardTotals
from availability.searching.choices import lists_for
from availability.searching.criteria import Criteria
from availability.searching.finding import find
from organisations.choices import SecurityLevel, Sex
from tests.availability.pages import text_of
from tests.availability.searching.places import (
    ADDRESS,
    HERE,
    MILES_IN_A_DEGREE_NORTH,
    names,
    ward_at,
)
from tests.factories.accounts import grant, person, ward_editor
from tests.factories.availability import bed_manager, change, newest
from tests.factories.organisations import (
    PostcodeLocationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("CPMS-02")
def test_a_change_on_the_board_is_seen_by_the_very_next_search(client, sam):
    ward = ward_at(1, "Kennet", free=0)
    assert names(client.get(ADDRESS)) == []
    wendy = ward_editor(ward)
    client.force_login(wendy)
    bed = ward.beds.first()
    client.post(
        reverse("availability:change", args=[bed.pk]),
        {"state": "available", "seen_entry": newest(bed).pk},
    )
    client.force_login(sam)
    response = client.get(ADDRESS)
    assert names(response) == ["Kennet"]
    assert "1 free bed" in text_of(response)
    client.force_login(wendy)
    client.post(
        reverse("availability:change", args=[bed.pk]),
        {"state": "occupied", "seen_entry": newest(bed).pk},
    )
    client.force_login(sam)
    assert names(client.get(ADDRESS)) == []


@pytest.mark.requirement("CPMS-07")
def test_the_default_location_is_the_place_of_work(client, sam):
    ward_at(40, "Far")
    ward_at(3, "Near")
    response = client.get(ADDRESS)
    assert names(response) == ["Near", "Far"]
    assert "Nearest to SL6 0PQ" in text_of(response)
    PostcodeLocationFactory(
        code="LS1 1",
        latitude=HERE.latitude + 41 / MILES_IN_A_DEGREE_NORTH,
        longitude=HERE.longitude,
    )
    sam.work_postcode = "LS1 1AA"
    sam.save()
    assert names(client.get(ADDRESS)) == ["Far", "Near"]
    assert names(client.get(ADDRESS, {"postcode": "sl60pq"})) == ["Near", "Far"]


@pytest.mark.requirement("CPMS-22")
def test_the_search_is_nationwide_within_the_service_group(client, sam):
    for miles in (2, 120, 450):
        ward_at(miles, f"Ward {miles}")
    assert names(client.get(ADDRESS)) == ["Ward 2", "Ward 120", "Ward 450"]


def test_wards_of_another_service_group_are_not_found(client, sam):
    perinatal = ServiceTypeFactory(
        code="mother-baby",
        name="Mother and baby",
        position=1,
        group=ServiceGroupFactory(code="perinatal", name="Perinatal", position=2),
    )
    ward_at(1, "Mother and baby ward", service_type=perinatal)
    response = client.get(ADDRESS)
    assert names(response) == []
    assert "Mother and baby" not in text_of(response)
    response = client.get(ADDRESS, {"service_type": "mother-baby"})
    assert "results" not in response.context
    assert "Choose a service type from the list" in text_of(response)


def test_nearest_first_in_bands_with_stale_after_fresh(client, sam):
    ward_at(1, "Stale near", confirmed_hours_ago=30)
    ward_at(2, "Never near", confirmed_hours_ago=None)
    ward_at(8, "Fresh near")
    ward_at(6, "Fresh nearer")
    ward_at(12, "Stale in the second band", confirmed_hours_ago=25)
    ward_at(24, "Fresh in the second band")
    ward_at(30, "Third")
    ward_at(60, "Fourth")
    ward_at(150, "Beyond")
    response = client.get(ADDRESS)
    assert [(r.band, r.ward.name) for r in response.context["results"].results] == [
        ("Within 10 miles", "Fresh nearer"),
        ("Within 10 miles", "Fresh near"),
        ("Within 10 miles", "Stale near"),
        ("Within 10 miles", "Never near"),
        ("10 to 25 miles away", "Fresh in the second band"),
        ("10 to 25 miles away", "Stale in the second band"),
        ("25 to 50 miles away", "Third"),
        ("50 to 100 miles away", "Fourth"),
        ("More than 100 miles away", "Beyond"),
    ]
    said = text_of(response)
    assert "Confirmed 30 hours ago Out of date" in said
    assert "Not confirmed yet May be out of date" in said


@pytest.mark.parametrize(
    ("sex", "expected"),
    [
        ("", ["F", "M", "X"]),
        ("male", ["M", "X"]),
        ("female", ["F", "X"]),
    ],
)
def test_sex_matches_its_own_and_mixed_wards(client, sam, sex, expected):
    ward_at(1, "F", sex=Sex.FEMALE)
    ward_at(2, "M", sex=Sex.MALE)
    ward_at(3, "X", sex=Sex.MIXED)
    assert names(client.get(ADDRESS, {"sex": sex})) == expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        ("11", []),
        ("12", ["To 18"]),
        ("18", ["To 18", "From 18"]),
        ("19", ["From 18"]),
        ("99", ["From 18"]),
    ],
)
def test_the_age_lies_between_the_ages_of_the_ward(client, sam, age, expected):
    ward_at(1, "To 18", minimum_age=12, maximum_age=18)
    ward_at(2, "From 18", minimum_age=18, maximum_age=None)
    assert names(client.get(ADDRESS, {"age": age})) == expected


def test_the_service_type_is_chosen_among_those_of_the_groups(client, sam):
    ward_at(1, "ED")
    ward_at(2, "PICU", service_type=ServiceTypeFactory(code="picu", name="PICU", position=4))
    assert names(client.get(ADDRESS, {"service_type": "picu"})) == ["PICU"]
    assert '<optgroup label="CYPMHS (CAMHS)">' in client.get(ADDRESS).content.decode()


def test_only_wards_with_a_free_bed_unless_asked(client, sam):
    ward_at(1, "Full", free=0)
    ward_at(2, "Free")
    response = client.get(ADDRESS)
    assert names(response) == ["Free"]
    assert "1 ward with a free bed" in text_of(response)
    response = client.get(ADDRESS, {"full": "on"})
    assert names(response) == ["Free", "Full"]
    assert "No free bed" in text_of(response)
    assert "2 wards Nearest" in text_of(response)


def test_closed_beds_are_not_free(client, sam):
    ward = ward_at(1, "Kennet", free=1, beds=1)
    change(ward.beds.get(), BedState.CLOSED, closed_reason="staffing", by=bed_manager(ward))
    assert names(client.get(ADDRESS)) == []


def test_a_closed_ward_is_not_found(client, sam):
    ward = ward_at(1, "Kennet")
    ward.closed_on = timezone.localdate()
    ward.save()
    assert names(client.get(ADDRESS)) == []


def test_a_result_says_what_a_caller_needs(client, sam):
    ward = ward_at(
        4,
        "Kennet <ED>",
        sex=Sex.MIXED,
        security_level=SecurityLevel.LOW,
        telephone="01632 960101",
        referral_hours="24 hours",
    )
    WardTotals.objects.filter(ward=ward).update(confirmed_by=bed_manager(ward))
    response = client.get(ADDRESS, {"sex": "female", "age": "15"})
    assert 'href="tel:01632960101"' in response.content.decode()
    said = text_of(response)
    for words in (
        "1 ward with a free bed",
        "Kennet <ED>",
        "Unit 4, The Huntercombe Group, Maidenhead",
        "1 free bed",
        "4 miles away · Confirmed 1 hour ago by an availability editor",
        "Telephone before travelling: 01632 960101 (24 hours)",
        "Why it matched: Eating disorders · Mixed: takes female patients · "
        "Ages 12 to 18: takes age 15 · Low secure",
    ):
        assert words in said


def test_each_filter_can_be_removed(client, sam):
    ward_at(1, "Kennet")
    page = client.get(
        ADDRESS, {"postcode": "SL6 0PQ", "sex": "male", "age": "15", "junk": "1", "page": "2"}
    ).content.decode()
    assert 'href="/search/?postcode=SL6+0PQ&amp;age=15"' in page
    assert 'href="/search/?postcode=SL6+0PQ&amp;sex=male"' in page


def test_when_nothing_fits_it_says_what_to_relax_and_how_many_each_would_give(client, sam):
    ward_at(1, "For girls", sex=Sex.FEMALE)
    ward_at(2, "For girls too", sex=Sex.FEMALE)
    ward_at(3, "Younger", maximum_age=14)
    ward_at(4, "Full", free=0)
    ward_at(5, "Neither", sex=Sex.FEMALE, maximum_age=14)
    response = client.get(ADDRESS, {"sex": "male", "age": "15"})
    said = text_of(response)
    assert "0 wards with a free bed" in said
    assert "Search without “Male” : 2 more wards" in said
    assert "Search without “Age 15” : 1 more ward" in said
    assert "Include wards with no free bed : 1 more ward" in said
    page = response.content.decode()
    for address, number, words in [
        ("?postcode=SL6+0PQ&amp;age=15", 2, "Search without “Male”"),
        ("?postcode=SL6+0PQ&amp;sex=male", 1, "Search without “Age 15”"),
        (
            "?postcode=SL6+0PQ&amp;sex=male&amp;age=15&amp;full=on",
            1,
            "Include wards with no free bed",
        ),
    ]:
        assert f'<a href="/search/{address}">{words}</a>' in page
        assert len(names(client.get(html.unescape(f"/search/{address}")))) == number


def test_a_ward_that_nearly_matches_says_what_it_lacks(client, sam):
    ward_at(30, "For girls", sex=Sex.FEMALE)
    ward_at(20, "Younger", maximum_age=14)
    ward_at(2, "Neither", sex=Sex.FEMALE, maximum_age=14)
    ward_at(3, "Fits")
    response = client.get(ADDRESS, {"sex": "male", "age": "15"})
    assert names(response) == ["Fits"]
    said = text_of(response)
    assert said.index("Ages 12 to 14, not 15 Younger") < said.index(
        "Female patients only For girls"
    )
    assert "Neither" not in said


@pytest.mark.parametrize("postcode", ["nowhere", "ZZ99 9ZZ", "", "   ", "\x00", "S" * 5_000, "<b>"])
def test_a_wrong_postcode_is_an_error_that_keeps_what_was_typed(client, sam, postcode):
    ward_at(1, "Kennet")
    response = client.get(ADDRESS, {"postcode": postcode, "sex": "male"})
    assert response.status_code == 200
    assert "results" not in response.context
    said = text_of(response)
    assert said.startswith("Error: Find a bed")
    assert "There is a problem" in said
    assert response.context["form"].errors["postcode"]
    assert html.escape(postcode.strip("\x00"))[:20].strip() in response.content.decode()
    assert re.search(r'<option[^>]*value="male"[^>]*selected', response.content.decode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("age", "old"),
        ("age", "-1"),
        ("age", "121"),
        ("age", "9" * 5_000),
        ("age", "\x00"),
        ("age", "١٥" + "\ud800"),
        ("sex", "mixed"),
        ("sex", "\x00"),
        ("service_type", "1"),
        ("service_type", "no-such-type"),
    ],
)
def test_bad_values_are_errors_at_the_field(client, sam, field, value):
    ward_at(1, "Kennet")
    response = client.get(ADDRESS, {field: value.encode("utf-8", "surrogatepass")})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert "results" not in response.context


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "1e9", "9" * 40, "\x00", ""])
def test_a_page_that_is_none_is_the_first(client, sam, page):
    ward_at(1, "Kennet")
    response = client.get(ADDRESS, {"page": page, "unknown": "thing", "id": "17"})
    assert names(response) == ["Kennet"]


def test_a_page_too_far_leads_back(client, sam):
    ward_at(1, "Kennet")
    said = text_of(client.get(ADDRESS, {"page": "9999"}))
    assert "There are no more wards" in said


def test_pages_of_25_without_gaps_or_repeats(client, sam):
    expected = {ward_at(5, f"Ward {n:02}", beds=1).name for n in range(30)}
    first = client.get(ADDRESS, {"sex": "male"})
    assert len(names(first)) == 25
    assert "30 wards with a free bed" in text_of(first)
    [following] = re.findall(r'href="(/search/\?[^"]*page=2)"', first.content.decode())
    second = client.get(html.unescape(following))
    assert set(names(first)) | set(names(second)) == expected
    assert len(names(second)) == 5
    assert "page=3" not in second.content.decode()


def test_the_count_is_exact_to_200(sam, monkeypatch):
    for n in range(4):
        ward_at(5, f"Ward {n}", beds=1)
    monkeypatch.setattr("availability.searching.finding.COUNTED_TO", 4)
    assert find(lists_for(sam).searchable, Criteria(HERE), person=sam.pk).count == "4"
    monkeypatch.setattr("availability.searching.finding.COUNTED_TO", 3)
    assert find(lists_for(sam).searchable, Criteria(HERE), person=sam.pk).count == "3+"


@pytest.mark.parametrize("number", [0, 2, 6, 25])
def test_it_costs_the_same_for_any_number_of_wards(client, sam, number, django_assert_num_queries):
    for n in range(number):
        ward_at(n + 1, f"Ward {n}", beds=1)
    with django_assert_num_queries(8):
        response = client.get(ADDRESS)
    assert len(names(response)) == number


def test_who_may_not_search_is_refused(client):
    client.force_login(person("nora.nobody"))
    assert client.get(ADDRESS).status_code == 403


def test_a_revoked_group_is_gone_at_once(client):
    sam = person("sam.searcher")
    kept = grant(sam, Capability.AVAILABILITY_VIEW, service_group=ServiceGroupFactory())
    client.force_login(sam)
    ward_at(1, "Kennet")
    assert names(client.get(ADDRESS)) == ["Kennet"]
    kept.revoked_at = timezone.now()
    kept.save()
    assert client.get(ADDRESS).status_code == 403
