"""Organisations close and become parts of others, with all that hangs on them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.choices import Capability, GrantOrigin, LinkPurpose
from accounts.links import DeadLink, issue_link, use_link
from accounts.models import Grant
from approvals.choices import ItemStatus, OrganisationType, StageEnd
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.models import Invitation, OfferedAccess
from approvals.mine.queries import held_by
from approvals.models import Item
from approvals.organisations.services import (
    close_due,
    close_organisation,
    keep_open,
    merge_organisations,
)
from approvals.services import Applicant, Ask, submit_request
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from organisations.choices import ApprovalLevel
from organisations.models import CollaborativeMember
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def provider(ward):
    return ward.unit.organisation


@pytest.fixture
def successor():
    return OrganisationFactory(ods_code="RNU", ods_name="OXFORD", name="Oxford Health")


@pytest.fixture
def helen():
    return helpdesk()


def asks_for_the_whole(provider, name="olive.organisation"):
    request = submit_request(
        by=person(name),
        applicant=Applicant(OrganisationType.PROVIDER, provider),
        asks=[Ask(Capability.AVAILABILITY_EDIT, provider)],
    )
    return request.items.get()


def invitation_to(provider, authority):
    invitation = Invitation.objects.create(
        address="nora.new@trust.example",
        first_name="Nora",
        surname="New",
        organisation=provider,
        by=authority.person,
        expires_at=timezone.now() + timedelta(days=7),
    )
    OfferedAccess.objects.create(
        invitation=invitation,
        capability=Capability.AVAILABILITY_EDIT,
        organisation=provider,
        authority=authority,
    )
    return invitation


@pytest.mark.requirement("CT-04")
def test_what_hangs_on_a_closed_organisation_ends_and_people_are_told(ward, provider, helen):
    collaborative = CollaborativeFactory(members=[provider])
    carol = commissioner(collaborative)
    elsewhere = grant(
        person("wendy.ward"), Capability.AVAILABILITY_VIEW, service_group=(ward.service_type.group)
    )
    held = grant(elsewhere.person, Capability.AVAILABILITY_EDIT, ward=ward)
    approver = grant(person("amina.approver"), Capability.APPROVE_STANDARD, organisation=provider)
    invitation = invitation_to(provider, approver)
    token = issue_link(purpose=LinkPurpose.INVITATION, address=invitation.address)
    items = submitted_items()
    close_organisation(organisation=provider, on=TODAY(), by=helen)
    with pytest.raises(DeadLink):
        use_link(purpose=LinkPurpose.INVITATION, token=token)
    assert {Item.objects.get(pk=item.pk).status for item in items} == {ItemStatus.EXPIRED}
    for ended in (held, approver):
        ended.refresh_from_db()
        assert (ended.revoked_by, ended.revoked_because) == (helen, f"{provider} has closed.")
    assert Grant.objects.live().filter(pk=elsewhere.pk).exists()
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.WITHDRAWN
    ward.refresh_from_db()
    assert ward.closed_on == ward.unit.closed_on == TODAY()
    told = OutgoingMail.objects.filter(kind="access_expired").values_list("text", flat=True)
    assert all(f"{provider} has closed." in text for text in told)
    closed = Notification.objects.filter(kind="organisation_closed")
    assert {one.person for one in closed} == {held.person, approver.person}
    assert not Notification.objects.filter(kind="organisation_closed", person=carol).exists()
    assert AuditEvent.objects.filter(event="organisation.closed", actor=helen).count() == 1
    with pytest.raises(Conflict, match="closed on"):
        close_organisation(organisation=provider, on=TODAY(), by=helen)


def test_a_closing_day_to_come_ends_nothing_before_it_comes(ward, provider, helen):
    held = grant(person("wendy.ward"), Capability.AVAILABILITY_EDIT, ward=ward)
    item = asks_for_the_whole(provider)
    with pytest.raises(DomainError, match="a day to come"):
        close_organisation(organisation=provider, on=TODAY() - timedelta(days=1), by=helen)
    close_organisation(organisation=provider, on=TODAY() + timedelta(days=2), by=helen)
    assert close_due() == 0
    assert Grant.objects.live().filter(pk=held.pk).exists()
    keep_open(organisation=provider, by=helen)
    provider.refresh_from_db()
    assert provider.closed_on is None
    provider.closed_on = TODAY()  # the day has come
    provider.save()
    assert close_due() == 1
    assert not Grant.objects.live().filter(pk=held.pk).exists()
    item.refresh_from_db()
    assert item.status == ItemStatus.EXPIRED
    assert close_due() == 0


def test_an_invitation_alone_is_left_to_end_on_the_closing_day(provider):
    elsewhere = grant(person("carol.commissioner"), Capability.ADMINISTER)
    invitation = invitation_to(provider, elsewhere)
    provider.closed_on = TODAY()
    provider.save()
    for unit in provider.units.all():
        unit.wards.update(closed_on=TODAY())
    provider.units.update(closed_on=TODAY())
    invitation.offered.all().delete()
    assert close_due() == 1
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.WITHDRAWN


@pytest.mark.requirement("CT-04")
def test_a_merger_takes_nothing_away_from_anybody(ward, provider, successor, helen):
    collaborative = CollaborativeFactory(members=[provider], lead=provider)
    commissioner(collaborative)
    on_ward = grant(person("wendy.ward"), Capability.AVAILABILITY_EDIT, ward=ward)
    approver = grant(person("amina.approver"), Capability.APPROVE_STANDARD, organisation=provider)
    invitation = invitation_to(provider, approver)
    whole = asks_for_the_whole(provider)
    seat, edit = submitted_items()
    merge_organisations(organisation=provider, successor=successor, by=helen)

    ward.refresh_from_db()
    assert ward.unit.organisation == successor
    assert ward.closed_on is None
    assert Grant.objects.live().filter(pk=on_ward.pk).exists()
    approver.refresh_from_db()
    continued = Grant.objects.live().get(person=approver.person, organisation=successor)
    assert (continued.origin, continued.continues) == (GrantOrigin.MERGER, approver)
    given = [one.given for one in held_by(approver.person)]
    assert given == ["Set up by the service; it went on when organisations merged"]
    assert approver.revoked_because == f"Goes on as access to {successor}"
    whole.refresh_from_db()
    assert whole.organisation == successor
    for item in (whole, seat, edit):
        item = Item.objects.get(pk=item.pk)
        assert item.status == ItemStatus.SUBMITTED
        assert item.request.organisation == successor
        assert item.stages.filter(is_current=True).count() == 1
    invitation.refresh_from_db()
    assert (invitation.status, invitation.organisation) == (InvitationStatus.PENDING, successor)
    offered = invitation.offered.get()
    assert (offered.organisation, offered.authority) == (successor, continued)
    assert CollaborativeMember.objects.filter(organisation=successor).count() == 1
    collaborative.refresh_from_db()
    assert collaborative.lead == successor
    provider.refresh_from_db()
    assert (provider.closed_on, provider.successor) == (TODAY(), successor)
    assert Notification.objects.get(kind="organisation_merged").person == approver.person
    assert close_due() == 0


def test_after_a_merger_the_successors_level_counts(ward, provider, successor, helen):
    commissioner(CollaborativeFactory(members=[provider]))
    successor.approval_level = ApprovalLevel.MULTI
    successor.save()
    grant(person("oscar.approver"), Capability.APPROVE_STANDARD, organisation=successor)
    item = submitted_items()[1]
    assert item.stages.get().capability == Capability.APPROVE_COMMISSIONER
    merge_organisations(organisation=provider, successor=successor, by=helen)
    left, now = item.stages.all()
    assert left.ended == StageEnd.REROUTED
    assert (now.is_current, now.capability) == (True, Capability.APPROVE_STANDARD)
    assert now.organisation == successor


def test_what_somebody_has_at_the_successor_already_stays_once(provider, successor, helen):
    pia, olive = person("pia.provider"), person("olive.organisation")
    right = Capability.APPROVE_STANDARD
    old = grant(pia, right, organisation=provider)
    short = grant(
        pia, right, organisation=successor, valid_until=timezone.now() + timedelta(days=1)
    )
    grant(olive, Capability.AVAILABILITY_EDIT, organisation=successor)
    item = asks_for_the_whole(provider)
    merge_organisations(organisation=provider, successor=successor, by=helen)
    short.refresh_from_db()
    assert short.revoked_at
    assert Grant.objects.live().get(person=pia).continues == old
    item.refresh_from_db()
    assert item.status == ItemStatus.EXPIRED
    assert Grant.objects.live().filter(person=olive).count() == 1


def test_what_is_over_or_waits_at_the_successor_already_does_not_go_over(
    provider, successor, helen
):
    asks, amina = person("olive.organisation"), person("amina.approver")
    over = grant(
        person("gina.guest"),
        Capability.AVAILABILITY_EDIT,
        organisation=provider,
        valid_until=timezone.now() - timedelta(hours=1),
    )
    for place in (provider, successor):
        invitation_to(place, grant(amina, Capability.APPROVE_STANDARD, organisation=place))
        submit_request(
            by=asks,
            applicant=Applicant(OrganisationType.PROVIDER, place),
            asks=[Ask(Capability.AVAILABILITY_EDIT, place)],
        )
    merge_organisations(organisation=provider, successor=successor, by=helen)
    assert not Grant.objects.filter(continues=over).exists()
    pending = Invitation.objects.get(status=InvitationStatus.PENDING)
    waiting = Item.objects.get(status=ItemStatus.SUBMITTED)
    assert pending.organisation == waiting.request.organisation == successor
    assert pending.offered.get().authority.organisation == successor


def test_mergers_that_make_no_sense_are_refused(provider, successor, helen):
    third = OrganisationFactory(ods_code="RXX", ods_name="THIRD", name="Third Trust")
    with pytest.raises(DomainError, match="another organisation than this"):
        merge_organisations(organisation=provider, successor=provider, by=helen)
    merge_organisations(organisation=provider, successor=successor, by=helen)
    with pytest.raises(Conflict, match="became a part of Oxford Health"):
        merge_organisations(organisation=provider, successor=third, by=helen)
    with pytest.raises(DomainError, match="is closed"):
        merge_organisations(organisation=third, successor=provider, by=helen)
    later = TODAY() + timedelta(days=9)
    third.closed_on, third.successor = later, successor
    third.save()
    with pytest.raises(DomainError, match="is to become a part"):
        merge_organisations(organisation=successor, successor=third, by=helen)


def test_a_grant_of_a_merger_names_the_one_that_it_continues(provider, helen):
    held = grant(person("pia.provider"), Capability.APPROVE_STANDARD, organisation=provider)
    with pytest.raises(IntegrityError, match="continues_another"), transaction.atomic():
        Grant.objects.filter(pk=held.pk).update(origin=GrantOrigin.MERGER)
