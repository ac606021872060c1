"""Who may offer what to whom: each cell of right, capability and scope (CQRS-03, -05, -22)."""

from datetime import date

import pytest

from accounts.choices import SCOPES, Capability
from accounts.leaving import disable_person
from approvals.coverage import Wanted
from approvals.invitations.rules import (
    may_invite,
    may_mail_registration_links,
    offers,
    organisations_to_invite_to,
    rights_to_invite,
)
from organisations.choices import ApprovalLevel
from organisations.models import Organisation
from tests.factories.accounts import commissioner, grant, helpdesk, person, searcher, ward_editor
from tests.factories.invitations import multi_level, provider_approver
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db


class Estate:
    """Our provider with a ward, another one with theirs, and a collaborative of each."""

    def __init__(self) -> None:
        self.ward = WardFactory()
        self.own = multi_level(self.ward)
        group = ServiceGroupFactory(
            code="perinatal", name="Perinatal", position=3, open_to_plans=False
        )
        other = OrganisationFactory(ods_code="NV9", ods_name="OTHER", name="Other")
        unit = UnitFactory(organisation=other, ods_code="NV901", name="Their house")
        kind = ServiceTypeFactory(code="mbu", name="Mother and baby", group=group, position=1)
        self.other, self.other_ward = other, WardFactory(unit=unit, service_type=kind, name="Else")
        self.collaborative = CollaborativeFactory(members=[self.own])
        self.sibling = CollaborativeFactory(name="Sibling", members=[other])
        self.region = RegionFactory()
        self.scopes = {
            "service_group": {"own": self.ward.service_type.group, "other": group},
            "organisation": {"own": self.own, "other": other},
            "unit": {"own": self.ward.unit, "other": unit},
            "ward": {"own": self.ward, "other": self.other_ward},
            "collaborative": {"own": self.collaborative, "other": self.sibling},
            "region": {"own": self.region},
        }
        self.people = {
            "provider": provider_approver(self.own),
            "single": provider_approver(other, "sally.single"),
            "commissioner": commissioner(self.collaborative),
            "helpdesk": helpdesk(),
            "editor": ward_editor(self.ward),
        }
        regional = person("rita.region")
        grant(regional, Capability.APPROVE_REGIONAL, region=self.region)
        self.people["regional"] = regional


@pytest.fixture
def estate():
    return Estate()


def can_offer(user, wanted, organisation):
    return wanted in offers(rights_to_invite(user), organisation)


CELLS = [
    (capability, kind, at)
    for capability, kinds in SCOPES.items()
    for kind in kinds
    for at in ("own", "other")
    if (kind, at) != ("region", "other")
]
# To somebody at our provider; whatever is not named is refused.
ALLOWED = {
    "provider": {
        (Capability.AVAILABILITY_VIEW, "service_group", "own"),
        (Capability.AVAILABILITY_EDIT, "organisation", "own"),
        (Capability.AVAILABILITY_EDIT, "unit", "own"),
        (Capability.AVAILABILITY_EDIT, "ward", "own"),
    },
    "commissioner": {(Capability.APPROVE_STANDARD, "organisation", "own")},
    # Not what lies in another organisation, nor plans of a group without any.
    "helpdesk": {
        cell
        for cell in CELLS
        if not (cell[1] in ("organisation", "unit", "ward") and cell[2] == "other")
        and cell != (Capability.PLANS_VIEW, "service_group", "other")
    },
}


@pytest.mark.requirement("CQRS-03", "CQRS-05", "CQRS-22")
@pytest.mark.parametrize(
    "who", ["provider", "single", "commissioner", "helpdesk", "regional", "editor"]
)
def test_each_right_offers_exactly_its_cells(estate, who):
    user = estate.people[who]
    found = {
        (capability, kind, at)
        for capability, kind, at in CELLS
        if can_offer(user, Wanted(capability, estate.scopes[kind][at]), estate.own)
    }
    assert found == ALLOWED.get(who, set())


@pytest.mark.parametrize("who", ["provider", "commissioner"])
def test_nothing_is_offered_at_an_organisation_of_others(estate, who):
    for capability, kind, at in CELLS:
        wanted = Wanted(capability, estate.scopes[kind][at])
        assert not can_offer(estate.people[who], wanted, estate.other)
        assert not can_offer(estate.people[who], wanted, None)


def test_the_helpdesk_itself_is_offered_by_nobody(estate):
    class Everything(Wanted):
        reach = ()

    wanted = Everything(Capability.ADMINISTER, estate.own)
    for user in estate.people.values():
        assert not can_offer(user, wanted, estate.own)


@pytest.mark.requirement("CQRS-05")
def test_who_may_open_the_pages(estate):
    opened = {name for name, user in estate.people.items() if may_invite(user) is None}
    assert opened == {"provider", "commissioner", "helpdesk"}
    mailing = {n for n, u in estate.people.items() if may_mail_registration_links(u) is None}
    assert mailing == {"commissioner", "helpdesk"}
    assert may_invite(searcher(estate.ward.service_type.group))


@pytest.mark.requirement("CQRS-05")
def test_a_provider_that_becomes_single_level_invites_no_more(estate):
    amina = estate.people["provider"]
    Organisation.objects.filter(pk=estate.own.pk).update(approval_level=ApprovalLevel.SINGLE)
    estate.own.refresh_from_db()
    assert may_invite(amina)
    assert not can_offer(amina, Wanted(Capability.AVAILABILITY_EDIT, estate.ward), estate.own)


@pytest.mark.requirement("CQRS-05")
def test_nothing_is_offered_at_an_organisation_that_has_closed(estate):
    view = Wanted(Capability.AVAILABILITY_VIEW, estate.ward.service_type.group)
    approve = Wanted(Capability.APPROVE_STANDARD, estate.own)
    Organisation.objects.filter(pk=estate.own.pk).update(closed_on=date(2024, 1, 1))
    assert not can_offer(estate.people["helpdesk"], view, estate.own)
    assert not can_offer(estate.people["commissioner"], approve, estate.own)
    assert may_invite(estate.people["provider"])
    assert estate.own not in organisations_to_invite_to(estate.people["commissioner"])


def test_who_is_disabled_offers_nothing(estate):
    carol = estate.people["commissioner"]
    disable_person(person=carol, by=estate.people["helpdesk"], reason="left")
    wanted = Wanted(Capability.APPROVE_STANDARD, estate.own)
    assert not can_offer(carol, wanted, estate.own)
