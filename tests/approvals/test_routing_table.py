"""Every cell of the routing table: what is asked × who asks → who decides."""

import pytest

from accounts.choices import Capability
from approvals.choices import ApplicantKind, ApproverKind, OrganisationType
from approvals.models import Route, Stage
from approvals.services import Applicant, Ask, submit_request
from organisations.choices import ApprovalLevel
from tests.factories.accounts import UserFactory, grant, person
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    PostcodeLocationFactory,
    RegionFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

PROVIDER = Capability.APPROVE_STANDARD
COLLABORATIVE = Capability.APPROVE_COMMISSIONER
REGION = Capability.APPROVE_REGIONAL
HELPDESK = Capability.ADMINISTER

# By hand from the design: single level, multi level, NHS England, other.
EXPECTED = {
    Capability.AVAILABILITY_VIEW: (COLLABORATIVE, PROVIDER, REGION, HELPDESK),
    Capability.AVAILABILITY_EDIT: (COLLABORATIVE, PROVIDER, REGION, HELPDESK),
    Capability.PLANS_VIEW: (REGION, REGION, REGION, HELPDESK),
    Capability.PLANS_EDIT: (COLLABORATIVE, COLLABORATIVE, REGION, HELPDESK),
    Capability.APPROVE_STANDARD: (COLLABORATIVE, COLLABORATIVE, REGION, HELPDESK),
    Capability.APPROVE_COMMISSIONER: (REGION, REGION, REGION, HELPDESK),
    Capability.APPROVE_REGIONAL: (HELPDESK, HELPDESK, HELPDESK, HELPDESK),
}
CELLS = [
    (capability, asker, expected)
    for capability, row in EXPECTED.items()
    for asker, expected in zip(ApplicantKind, row, strict=True)
]


@pytest.fixture
def estate():
    """A ward, its provider, collaborative and region, with somebody who decides at each level."""
    ward = WardFactory()
    collaborative = CollaborativeFactory(members=[ward.unit.organisation])
    PostcodeLocationFactory(region=ward.unit.region)
    grant(person("amina.approver"), PROVIDER, organisation=ward.unit.organisation)
    grant(person("carol.commissioner"), COLLABORATIVE, collaborative=collaborative)
    grant(person("rita.region"), REGION, region=ward.unit.region)
    return ward, collaborative


def ask(capability, ward, collaborative):
    group = ward.service_type.group
    scope = {
        Capability.AVAILABILITY_VIEW: group,
        Capability.AVAILABILITY_EDIT: ward,
        Capability.PLANS_VIEW: group,
        Capability.PLANS_EDIT: collaborative,
        Capability.APPROVE_STANDARD: ward.unit.organisation,
        Capability.APPROVE_COMMISSIONER: collaborative,
        Capability.APPROVE_REGIONAL: ward.unit.region,
    }[capability]
    return Ask(capability, scope, None if scope == ward.unit.region else group)


def applicant(asker, ward):
    provider = ward.unit.organisation
    if asker == ApplicantKind.NHS_ENGLAND:
        return Applicant(OrganisationType.NHS_ENGLAND, regions=(ward.unit.region,))
    if asker == ApplicantKind.OTHER:
        return Applicant(OrganisationType.OTHER, organisation_name="A charity", in_nhs=False)
    provider.approval_level = ApprovalLevel(asker)
    provider.save()
    return Applicant(OrganisationType.PROVIDER, provider)


def decider_of(capability, asker, ward, collaborative):
    wanted = ask(capability, ward, collaborative)
    submit_request(by=UserFactory(), applicant=applicant(asker, ward), asks=[wanted])
    return Stage.objects.get()


@pytest.mark.requirement("CPMS-27")
@pytest.mark.parametrize(("capability", "asker", "expected"), CELLS)
def test_who_decides(estate, capability, asker, expected):
    stage = decider_of(capability, asker, *estate)
    assert stage.capability == expected
    assert stage.because.endswith((" decides.", " decide."))


def test_the_table_has_every_cell_and_none_that_cannot_be_edited_again():
    cells = [(route.capability, route.asker) for route in Route.objects.all()]
    assert cells == [(capability, asker) for capability in EXPECTED for asker in ApplicantKind]
    assert set(EXPECTED) == set(Capability) - {Capability.ADMINISTER}
    for route in Route.objects.all():
        route.full_clean()


@pytest.mark.requirement("CPMS-27")
def test_a_cell_that_the_helpdesk_changes_is_followed_at_once(estate):
    cell = Route.objects.filter(capability=Capability.PLANS_VIEW, asker=ApplicantKind.MULTI_LEVEL)
    cell.update(approvers=[ApproverKind.COLLABORATIVE, ApproverKind.REGION])
    decider = decider_of(Capability.PLANS_VIEW, ApplicantKind.MULTI_LEVEL, *estate)
    assert decider.capability == COLLABORATIVE


def test_a_providers_approver_is_decided_by_its_collaborative_whatever_else_is_asked(estate):
    ward, collaborative = estate
    submit_request(
        by=UserFactory(),
        applicant=Applicant(OrganisationType.PROVIDER, ward.unit.organisation),
        asks=[Ask(Capability.APPROVE_STANDARD, ward.unit.organisation)],
    )
    assert Stage.objects.get().scope == collaborative


def test_of_several_regions_that_of_the_ward_decides(estate):
    ward, _ = estate
    london = RegionFactory(code="Y56", name="London", position=3)
    grant(person("lara.london"), REGION, region=london)
    submit_request(
        by=UserFactory(),
        applicant=Applicant(OrganisationType.NHS_ENGLAND, regions=(london, ward.unit.region)),
        asks=[Ask(Capability.AVAILABILITY_EDIT, ward, ward.service_type.group)],
    )
    assert Stage.objects.get().scope == ward.unit.region


@pytest.mark.parametrize("who", ["national", "outside"])
def test_national_staff_and_those_outside_england_go_to_the_helpdesk(estate, who):
    ward, _ = estate
    outside = RegionFactory(code="outside-england", name="Outside England", position=7)
    grant(person("otto.outside"), REGION, region=outside)
    national = {"is_national": True} if who == "national" else {"regions": (outside,)}
    submit_request(
        by=UserFactory(),
        applicant=Applicant(OrganisationType.NHS_ENGLAND, **national),
        asks=[Ask(Capability.AVAILABILITY_EDIT, ward, ward.service_type.group)],
    )
    assert Stage.objects.get().capability == HELPDESK


def test_a_provider_that_is_not_listed_goes_to_the_helpdesk(estate):
    group = estate[0].service_type.group
    submit_request(
        by=UserFactory(),
        applicant=Applicant(OrganisationType.PROVIDER, organisation_name="New Care Ltd"),
        asks=[Ask(Capability.AVAILABILITY_VIEW, group, group)],
    )
    assert Stage.objects.get().capability == HELPDESK


def test_plans_of_another_region_go_to_their_own_collaboratives_approver(estate):
    north = RegionFactory(code="Y62", name="North West", position=6)
    plans = CollaborativeFactory(name="Greater Manchester CYPMHS", region=north)
    grant(person("nina.north"), REGION, region=north)
    submit_request(
        by=UserFactory(),
        applicant=Applicant(OrganisationType.PROVIDER, OrganisationFactory()),
        asks=[Ask(Capability.PLANS_EDIT, plans, plans.service_group)],
    )
    stage = Stage.objects.get()
    assert (stage.capability, stage.scope) == (REGION, north)
