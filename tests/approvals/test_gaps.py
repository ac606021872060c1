"""The organisations without an approver, for the helpdesk."""

import pytest
from django.urls import reverse

from accounts.choices import Capability
from approvals.routes.gaps import gaps
from organisations.choices import ApprovalLevel
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory, RegionFactory

pytestmark = pytest.mark.django_db


def names():
    return [[str(place) for place in gap.places] for gap in gaps()]


@pytest.mark.requirement("CT-04")
def test_lists_where_an_approver_is_missing_until_there_is_one(client):
    RegionFactory(code="outside-england", name="Outside England", position=7)
    region = RegionFactory()
    provider = OrganisationFactory(approval_level=ApprovalLevel.MULTI)
    OrganisationFactory(ods_code="NV8", name="Single-level")
    collaborative = CollaborativeFactory(members=[provider])
    client.force_login(helpdesk())
    listed = reverse("admin:approvals_route_gaps")
    assert f'href="{listed}"' in client.get(reverse("admin:index")).content.decode()
    html = client.get(listed).content.decode()
    for place in (provider, collaborative, region):
        assert f">{place}</a>" in html
    assert names() == [[provider.name], [collaborative.name], [region.name]]
    grant(person("amina.approver"), Capability.APPROVE_STANDARD, organisation=provider)
    commissioner(collaborative)
    rita = person("rita.region")
    grant(rita, Capability.APPROVE_REGIONAL, region=region)
    assert names() == [[], [], []]
    rita.is_active = False
    rita.save()
    assert names() == [[], [], [region.name]]


@pytest.mark.requirement("CT-04")
@pytest.mark.parametrize("number", [1, 5])
def test_costs_the_same_however_many(number, django_assert_num_queries):
    for one in range(number):
        OrganisationFactory(ods_code=f"NX{one}", approval_level=ApprovalLevel.MULTI)
        CollaborativeFactory(name=f"Collaborative {one}")
    with django_assert_num_queries(3):
        assert [len(places) for places in names()] == [number, number, 1]
