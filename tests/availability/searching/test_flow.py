"""Natural clinical flow: whether a ward is one that patients of the area would normally go to."""

import pytest

from organisations.models import District, PostcodeLocation
from tests.availability.pages import text_of
from tests.availability.searching.places import ADDRESS, ward_at
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    ServiceGroupFactory,
)

MEMBER = {"ods_code": "RXX", "name": "Member"}


@pytest.fixture
def windsor(sam):
    windsor = District.objects.create(code="E06000040", name="Windsor and Maidenhead")
    PostcodeLocation.objects.update(district=windsor)
    return windsor


def flows(client):
    results = client.get(ADDRESS).context["results"].results
    return {result.ward.name: result.flow for result in results}


def test_wards_of_members_are_in_the_flow_of_the_districts_of_their_collaborative(client, windsor):
    member = OrganisationFactory(**MEMBER)
    CollaborativeFactory(members=[member]).districts.add(windsor)
    ward_at(1, "Inside", unit={"organisation": member})
    ward_at(2, "Outside")
    assert flows(client) == {
        "Inside": "In the natural clinical flow of Windsor and Maidenhead",
        "Outside": "Outside the natural clinical flow of Windsor and Maidenhead",
    }
    assert "Outside the natural clinical flow of Windsor" in text_of(client.get(ADDRESS))


def test_where_no_flow_is_recorded_for_the_group_nothing_is_said(client, windsor):
    member = OrganisationFactory(**MEMBER)
    CollaborativeFactory(members=[member])
    perinatal = ServiceGroupFactory(code="perinatal", name="Perinatal", position=2)
    other = CollaborativeFactory(name="Mothers", service_group=perinatal, members=[member])
    other.districts.add(windsor)
    ward_at(1, "Kennet", unit={"organisation": member})
    assert flows(client) == {"Kennet": ""}
    assert "clinical flow" not in text_of(client.get(ADDRESS))
