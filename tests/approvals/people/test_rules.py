"""Whom an approver sees, and to whom they may do what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Capability
from accounts.leaving import disable_person
from accounts.models import Grant, User
from accounts.retention import anonymise
from approvals.choices import OrganisationType
from approvals.models import Item
from approvals.organisations.services import merge_organisations
from approvals.people.queries import Filters, filtered, people_of
from approvals.people.reach import Reach
from approvals.people.rules import may_act, revocable
from approvals.people.services import enable
from approvals.rights import Act
from approvals.services import Applicant, Ask, submit_request
from organisations.models import Organisation
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


def seen_by(user):
    return set(people_of(User.objects.get(pk=user.pk)).values_list("first_name", flat=True))


def ask_from(somebody, provider, ward):
    submit_request(
        by=somebody,
        applicant=Applicant(OrganisationType.PROVIDER, provider),
        asks=[Ask(Capability.AVAILABILITY_EDIT, ward, ward.service_type.group)],
    )


@pytest.mark.requirement("CQRS-10")
def test_each_approver_sees_the_people_of_what_they_approve_for(people):
    assert seen_by(people.pat) == {"Wendy", "Pat"}
    assert seen_by(people.carol) == {"Wendy", "Pat", "Carol"}
    assert seen_by(people.rhona) == {"Wendy", "Pat", "Carol", "Rhona"}
    assert seen_by(people.helen) == set(User.objects.values_list("first_name", flat=True))
    assert seen_by(people.wendy) == set()


def test_who_had_access_or_asks_from_there_is_seen(people):
    past, asking = person("petra.past"), person("asif.asking")
    ended = grant(past, Capability.AVAILABILITY_EDIT, unit=people.ward.unit)
    type(ended).objects.filter(pk=ended.pk).update(revoked_at=ended.valid_from)
    ask_from(asking, people.provider, people.ward)
    assert seen_by(people.pat) == {"Wendy", "Pat", "Petra", "Asif"}


def test_who_plans_for_a_collaborative_is_seen_by_its_approver(people):
    planner = person("pia.planner")
    grant(planner, Capability.PLANS_EDIT, collaborative=people.collaborative)
    assert "Pia" in seen_by(people.carol)
    assert "Pia" not in seen_by(people.pat)
    assert may_act(Act.DISABLE, people.carol, planner) is None


# Who may disable whom: yes down the levels, never a peer, never sideways, never oneself.
ABOVE = {
    "wendy": {"pat", "carol", "rhona", "helen"},
    "pat": {"carol", "rhona", "helen"},
    "carol": {"rhona", "helen"},
    "rhona": {"helen"},
    "helen": set(),
    "otto": {"helen"},
}


@pytest.mark.requirement("CQRS-02", "CT-01", "CT-02")
@pytest.mark.parametrize("act", [Act.DISABLE, Act.ENABLE, Act.REVOKE])
def test_who_is_above_may_and_a_peer_never(people, act):
    peers = person("paula.peer"), person("colin.commissioner")
    grant(peers[0], Capability.APPROVE_STANDARD, organisation=people.provider)
    grant(peers[1], Capability.APPROVE_COMMISSIONER, collaborative=people.collaborative)
    hugo = helpdesk("hugo.helpdesk")
    for name, above in ABOVE.items():
        whom = getattr(people, name)
        may = {one for one in ABOVE if may_act(act, getattr(people, one), whom) is None}
        assert may == above, name
    assert may_act(act, people.pat, peers[0]).startswith("Approvers of the same level never")
    assert may_act(act, people.carol, peers[1])
    assert may_act(act, hugo, people.helen)


@pytest.mark.requirement("CQRS-03", "CQRS-20")
def test_a_locked_approver_goes_to_the_helpdesk(people):
    assert may_act(Act.UNLOCK, people.pat, people.wendy) is None
    for actor in (people.carol, people.rhona):
        assert "helpdesk" in may_act(Act.UNLOCK, actor, people.pat)
    assert may_act(Act.UNLOCK, people.helen, people.pat) is None


def test_who_planned_once_is_seen_and_no_more_looked_after(people):
    planner = person("pia.planner")
    held = grant(planner, Capability.PLANS_EDIT, collaborative=people.collaborative)
    Grant.objects.filter(pk=held.pk).update(revoked_at=timezone.now())
    assert "Pia" in seen_by(people.carol)
    assert "does not work" in may_act(Act.DISABLE, people.carol, planner)


def test_staff_of_nhs_england_are_looked_after_by_their_region(people):
    nina, group = person("nina.nhs"), people.ward.service_type.group
    submit_request(
        by=nina,
        applicant=Applicant(OrganisationType.NHS_ENGLAND, regions=(people.collaborative.region,)),
        asks=[Ask(Capability.AVAILABILITY_VIEW, group, group)],
    )
    assert may_act(Act.DISABLE, people.rhona, nina) is None
    assert "Nina" not in seen_by(people.carol)


def test_who_said_nothing_works_where_their_access_lies_now(people):
    mona = person("mona.moved")
    far = people.otto.grants.get(ward__isnull=False).ward
    before = grant(mona, Capability.AVAILABILITY_EDIT, ward=far)
    assert may_act(Act.DISABLE, people.pat, mona)
    Grant.objects.filter(pk=before.pk).update(revoked_at=timezone.now())
    grant(mona, Capability.AVAILABILITY_EDIT, ward=people.ward)
    assert may_act(Act.DISABLE, people.pat, mona) is None


def test_who_is_anonymous_is_seen_by_nobody(people):
    disable_person(person=people.otto, by=people.helen)
    anonymise(person=people.otto)
    assert "Former" not in seen_by(people.helen)


def test_nobody_unlocks_themselves(people):
    assert may_act(Act.UNLOCK, people.helen, people.helen).startswith("This is your own account")


def test_a_right_that_ran_out_makes_no_approver(people):
    guest = person("gina.guest")
    ended = timezone.now() - timedelta(hours=1)
    grant(guest, Capability.APPROVE_STANDARD, organisation=people.provider, valid_until=ended)
    assert may_act(Act.DISABLE, people.pat, guest) is None


def test_a_disabled_approver_counts_as_one_still(people):
    User.objects.filter(pk=people.carol.pk).update(is_active=False)
    assert may_act(Act.ENABLE, people.pat, people.carol)


def test_the_higher_right_counts_only_where_it_lies(people):
    """Pat, who is a commissioner's approver elsewhere, is a peer of Paula's here."""
    paula = person("paula.peer")
    grant(paula, Capability.APPROVE_STANDARD, organisation=people.provider)
    other = type(people.collaborative).objects.create(
        name="Elsewhere",
        service_group=people.ward.service_type.group,
        region_id=people.otto.grants.get(ward__isnull=False).ward.unit.region_id,
    )
    grant(people.pat, Capability.APPROVE_COMMISSIONER, collaborative=other)
    pat = User.objects.get(pk=people.pat.pk)
    assert may_act(Act.DISABLE, pat, paula)
    assert may_act(Act.DISABLE, pat, people.wendy) is None


def test_who_works_elsewhere_by_now_is_not_disabled_but_loses_what_lies_here(people):
    moved = person("mona.moved")
    here = grant(moved, Capability.AVAILABILITY_EDIT, ward=people.ward)
    group = people.ward.service_type.group
    grant(moved, Capability.AVAILABILITY_VIEW, service_group=group)
    far = people.otto.grants.get(ward__isnull=False).ward
    ask_from(moved, far.unit.organisation, far)
    assert "does not work" in may_act(Act.DISABLE, people.pat, moved)
    assert list(revocable(people.pat, moved)) == [here]
    assert revocable(people.helen, moved).count() == 2


@pytest.mark.requirement("CQRS-18")
def test_what_reaches_the_country_is_taken_from_ones_own_staff_alone(people):
    elsewhere = people.otto.grants.get(ward__isnull=False).ward
    far = grant(people.wendy, Capability.AVAILABILITY_EDIT, ward=elsewhere)
    taken = {one.capability for one in revocable(people.pat, people.wendy)}
    assert taken == {Capability.AVAILABILITY_VIEW, Capability.AVAILABILITY_EDIT}
    assert far not in revocable(people.pat, people.wendy)


def test_the_region_reaches_providers_without_one_that_have_units_in_it(people):
    assert people.provider.region is None
    people.collaborative.members.clear()
    assert people.provider in Reach(people.rhona).organisations
    assert people.provider not in Reach(people.carol).organisations


def test_after_a_merger_its_people_are_the_successors(people):
    """They said where they work, and can search the country: nothing else ties them to it."""
    nina, oscar = person("nina.nationwide"), person("oscar.approver")
    ask_from(nina, people.provider, people.ward)
    Item.objects.update(status="withdrawn", ended_at=timezone.now())
    group = people.ward.service_type.group
    grant(nina, Capability.AVAILABILITY_VIEW, service_group=group)
    last = OrganisationFactory(ods_code="LAST", ods_name="LAST", name="Last Trust")
    grant(oscar, Capability.APPROVE_STANDARD, organisation=last)
    between = OrganisationFactory(ods_code="BTWN", ods_name="BETWEEN", name="Between Trust")
    Organisation.objects.filter(pk=people.provider.pk).update(
        successor=last, closed_on=timezone.localdate() + timedelta(days=1)
    )
    assert "Nina" not in seen_by(oscar)
    merge_organisations(organisation=people.provider, successor=between, by=people.helen)
    assert "Nina" not in seen_by(oscar)
    merge_organisations(organisation=between, successor=last, by=people.helen)
    oscar = User.objects.get(pk=oscar.pk)
    assert "Nina" in seen_by(oscar)
    assert may_act(Act.DISABLE, oscar, nina) is None
    found = filtered(oscar, Filters(organisation="Last Trust"))
    assert nina in found
    # Who disabled the own account is let in again by them, and by who approved there before.
    disable_person(person=nina, by=nina)
    for approver in (oscar, User.objects.get(pk=people.pat.pk)):
        enable(person=nina, by=approver)
        disable_person(person=nina, by=nina)
