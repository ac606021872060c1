import pytest

from accounts.choices import Capability
from organisations.choices import ApprovalLevel
from tests.factories.accounts import UserFactory, commissioner, grant, person
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, RegionFactory

pytestmark = pytest.mark.django_db


def decider_of(item):
    stage = item.stages.get(is_current=True)
    return stage.capability, stage.scope


@pytest.mark.requirement("CPMS-27")
def test_single_level_goes_to_the_groups_collaborative_with_the_provider(ward):
    collaborative = CollaborativeFactory(members=[ward.unit.organisation])
    commissioner(collaborative)
    for item in submitted_items(ward=ward):
        assert decider_of(item) == (Capability.APPROVE_COMMISSIONER, collaborative)


def test_of_several_collaboratives_that_of_the_units_region_decides(ward):
    london = RegionFactory(code="Y56", name="London", position=2)
    other = CollaborativeFactory(
        name="A London CYPMHS", region=london, members=[ward.unit.organisation]
    )
    own = CollaborativeFactory(members=[ward.unit.organisation])
    commissioner(other)
    commissioner(own, "colin.commissioner")
    edit = submitted_items(ward=ward)[1]
    assert decider_of(edit) == (Capability.APPROVE_COMMISSIONER, own)


def test_a_collaborative_of_another_region_does_not_cover_the_unit(ward):
    london = RegionFactory(code="Y56", name="London", position=2)
    other = CollaborativeFactory(
        name="A London CYPMHS", region=london, members=[ward.unit.organisation]
    )
    commissioner(other)
    grant(person("rita.region"), Capability.APPROVE_REGIONAL, region=ward.unit.region)
    view, edit = submitted_items(ward=ward)
    assert decider_of(view) == (Capability.APPROVE_COMMISSIONER, other)
    assert decider_of(edit) == (Capability.APPROVE_REGIONAL, ward.unit.region)


def test_multi_level_goes_to_the_providers_own_approver(ward):
    provider = ward.unit.organisation
    provider.approval_level = ApprovalLevel.MULTI
    provider.save()
    grant(person("amina.approver"), Capability.APPROVE_STANDARD, organisation=provider)
    for item in submitted_items(ward=ward):
        assert decider_of(item) == (Capability.APPROVE_STANDARD, provider)


def test_without_anybody_there_the_region_decides(ward):
    CollaborativeFactory(members=[ward.unit.organisation])
    grant(person("rita.region"), Capability.APPROVE_REGIONAL, region=ward.unit.region)
    edit = submitted_items(ward=ward)[1]
    assert decider_of(edit) == (Capability.APPROVE_REGIONAL, ward.unit.region)


def test_the_helpdesk_is_the_last(ward):
    for item in submitted_items(ward=ward):
        assert decider_of(item) == (Capability.ADMINISTER, None)


def test_the_applicants_own_right_routes_nothing_to_them(ward):
    collaborative = CollaborativeFactory(members=[ward.unit.organisation])
    richard = UserFactory()
    grant(richard, Capability.APPROVE_COMMISSIONER, collaborative=collaborative)
    for item in submitted_items(person=richard, ward=ward):
        assert decider_of(item) == (Capability.ADMINISTER, None)


def test_an_ended_right_routes_nothing(ward):
    collaborative = CollaborativeFactory(members=[ward.unit.organisation])
    carol = commissioner(collaborative)
    carol.is_active = False
    carol.save()
    for item in submitted_items(ward=ward):
        assert decider_of(item) == (Capability.ADMINISTER, None)
