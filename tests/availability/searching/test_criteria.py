"""What can be asked of a search beside sex, age and type."""

from datetime import timedelta

import pytest
from django.utils import timezone

from availability.choices import BedState
from availability.models import WardTotals
from organisations.choices import SecurityLevel
from organisations.models import Feature
from tests.availability.pages import text_of
from tests.availability.searching.places import ADDRESS, names, ward_at
from tests.factories.availability import bed_since
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
)

HOUR = timedelta(hours=1)


def in_hours(hours):
    return timezone.now() + hours * HOUR


def on(day):
    return {"by_day": str(day.day), "by_month": str(day.month), "by_year": str(day.year)}


@pytest.fixture
def soon(sam):
    """A ward without a free bed, of which three come free by themselves."""
    ward = ward_at(1, "Soon", free=0, beds=1)
    bed_since(
        ward, (2, BedState.RESERVED, {"due_at": in_hours(30), "held_for": "Oxford"}), name="H"
    )
    bed_since(ward, (2, BedState.PREPARING, {"due_at": in_hours(54)}), name="P")
    bed_since(ward, (2, BedState.AVAILABLE, {"due_at": in_hours(78)}), name="A")
    bed_since(ward, (2, BedState.OCCUPIED, {"due_at": in_hours(30)}), name="O")
    return ward


def found(client, **asked):
    return names(client.get(ADDRESS, asked))


def test_only_wards_inside_the_radius(client, sam):
    ward_at(9, "Near")
    ward_at(24, "Farther")
    ward_at(120, "Far")
    assert found(client, radius="10") == ["Near"]
    assert found(client, radius="25") == ["Near", "Farther"]
    assert found(client) == ["Near", "Farther", "Far"]


def test_only_wards_of_the_security_level(client, sam):
    ward_at(1, "Open")
    ward_at(2, "Low", security_level=SecurityLevel.LOW)
    assert found(client, security="1") == ["Low"]
    assert found(client, security="0") == ["Open"]


def test_only_wards_with_so_many_free_beds_unless_fewer_are_asked_for(client, sam):
    ward_at(1, "One", free=1, beds=3)
    ward_at(2, "Two", free=2, beds=3)
    assert found(client, beds="2") == ["Two"]
    assert found(client, beds="2", full="on") == ["Two", "One"]


def test_never_more_beds_than_the_ward_can_take(client, sam, soon):
    ward = ward_at(2, "Two", free=2, beds=3)
    WardTotals.objects.filter(ward__in=[ward, soon]).update(can_take=1)
    assert found(client, beds="2") == []
    asked = {"preparing": "on", **on((in_hours(200)).date())}
    assert found(client, beds="2", **asked) == []
    assert found(client, **asked) == ["Soon", "Two"]


@pytest.mark.parametrize(
    ("hours", "preparing", "free"),
    [(None, "", 0), (None, "on", 1), (30, "", 1), (30, "on", 2), (54, "", 2), (54, "on", 2)],
)
def test_a_date_counts_what_time_alone_makes_free_until_its_end(
    client, soon, hours, preparing, free
):
    asked = {"full": "on", "preparing": preparing}
    if hours:
        asked |= on(timezone.localdate(in_hours(hours)))
    response = client.get(ADDRESS, asked)
    [result] = response.context["results"].results
    assert result.ward.free == free
    if hours:
        assert "free now, and those recorded as no longer held" in text_of(response)


def test_only_wards_with_every_feature_that_is_ticked(client, sam):
    school = Feature.objects.create(
        code="education", name="School on site", group=ServiceGroupFactory(), position=2
    )
    rooms = Feature.objects.create(code="en-suite", name="En-suite rooms", position=1)
    ward_at(1, "School").features.add(school)
    ward_at(2, "Both").features.add(school, rooms)
    ward_at(3, "None")
    assert found(client, features="education") == ["School", "Both"]
    response = client.get(ADDRESS, {"features": ["education", "en-suite"]})
    assert names(response) == ["Both"]
    said = text_of(response)
    assert "School on site · En-suite rooms" in said
    assert "Not recorded: En-suite rooms School" in said
    page = response.content.decode()
    assert 'href="/search/?postcode=SL6+0PQ&amp;features=education"' in page


def test_features_of_another_group_are_not_offered(client, sam):
    perinatal = ServiceGroupFactory(code="perinatal", name="Perinatal", position=2)
    Feature.objects.create(code="partners", name="Partners may stay", group=perinatal, position=1)
    response = client.get(ADDRESS)
    assert "Partners may stay" not in text_of(response)
    response = client.get(ADDRESS, {"features": "partners"})
    assert "Choose features from the list" in text_of(response)


def test_only_wards_of_the_region(client, sam):
    north = RegionFactory(code="Y62", name="North West", position=2)
    ward_at(1, "South")
    ward_at(2, "North", unit={"region": north})
    assert found(client, region="Y62") == ["North"]


def test_only_wards_of_members_of_the_collaborative_and_its_group(client, sam):
    member = OrganisationFactory(ods_code="RXX", name="Member")
    ours = CollaborativeFactory(members=[member])
    ward_at(1, "Other")
    ward_at(2, "Ours", unit={"organisation": member})
    assert found(client, collaborative=str(ours.pk)) == ["Ours"]
    other_group = ServiceGroupFactory(code="perinatal", name="Perinatal", position=2)
    theirs = CollaborativeFactory(name="Mothers", service_group=other_group, members=[member])
    assert "Mothers" not in text_of(client.get(ADDRESS))
    response = client.get(ADDRESS, {"collaborative": str(theirs.pk)})
    assert "Choose a provider collaborative from the list" in text_of(response)


def test_only_wards_with_up_to_date_figures(client, sam):
    ward_at(1, "Stale", confirmed_hours_ago=30)
    ward_at(2, "Fresh")
    assert found(client, fresh="on") == ["Fresh"]


def test_more_filters_are_open_while_one_is_used(client, sam):
    page = " ".join(client.get(ADDRESS, {"sex": "male"}).content.decode().split())
    assert 'id="more-filters">' in page
    for asked in ({"beds": "2"}, {"fresh": "on"}, {"by_day": "x"}, {"security": "9"}):
        page = " ".join(client.get(ADDRESS, asked).content.decode().split())
        assert 'id="more-filters" open>' in page, asked


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"radius": "11"}, "radius"),
        ({"radius": "\x00"}, "radius"),
        ({"security": "9"}, "security"),
        ({"beds": "0"}, "beds"),
        ({"beds": "9" * 4000}, "beds"),
        ({"region": "1"}, "region"),
        ({"collaborative": "9" * 30}, "collaborative"),
        ({"features": ["x"] * 300}, "features"),
        ({"features": "\x00"}, "features"),
        ({"by_day": "1"}, "by"),
        ({"by_day": "1", "by_month": "2", "by_year": "2020"}, "by"),
        ({"by_day": "1", "by_month": "2", "by_year": "9999"}, "by"),
        ({"by_day": "31", "by_month": "2", "by_year": "2027"}, "by"),
        ({"by_day": "9" * 4000, "by_month": "\x00", "by_year": "2027"}, "by"),
        ({"by": "tomorrow"}, "by"),
    ],
)
def test_wrong_values_are_errors_at_the_field_that_can_be_mended(client, sam, asked, field):
    response = client.get(ADDRESS, asked)
    assert list(response.context["form"].errors) == [field]
    assert "results" not in response.context
    page = response.content.decode()
    [target] = [part.split('"')[0] for part in page.split('<a href="#')[1:] if "id_" in part[:5]]
    assert f'id="{target}"' in page
