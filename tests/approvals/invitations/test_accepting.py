"""Accepting: an account with what was offered, if its inviter still may."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability, GrantOrigin
from accounts.leaving import disable_person, revoke_grants
from accounts.links import DeadLink
from accounts.models import Grant, User
from approvals.coverage import Wanted
from approvals.invitations.accepting import accept_invitations
from approvals.invitations.models import Invitation, OfferedAccess
from approvals.invitations.services import send_invitation, withdraw_invitation
from approvals.models import Item
from core.errors import DomainError
from core.models import AuditEvent
from notifications.models import Notification
from organisations.choices import ApprovalLevel
from organisations.models import Organisation
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.invitations import (
    DETAILS,
    JESSICA,
    PASSWORD,
    invited_to_edit,
    jessica,
    mailed_token,
    multi_level,
    viewer,
)
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    return invited_to_edit()


def accept(token: str | None = None) -> User:
    return accept_invitations(
        token=token or mailed_token(), password=PASSWORD, communications=False, **DETAILS
    )


def held(user: User) -> set[str]:
    return {one.describe() for one in Grant.objects.live().filter(person=user)}


OFFERED = {
    "Availability viewer: CYPMHS (CAMHS)",
    "Availability editor: The Huntercombe Group: Huntercombe Hospital - Maidenhead: "
    "CAMHS-Kennet-ED",
}


@pytest.mark.requirement("CQRS-06", "CT-13")
def test_what_was_offered_works_at_once_without_approval(invitation):
    user = accept()
    assert user.email == JESSICA
    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert held(user) == OFFERED
    assert {one.origin for one in user.grants.all()} == {GrantOrigin.INVITATION}
    assert not Item.objects.exists()
    invitation.refresh_from_db()
    assert (invitation.status, invitation.person) == ("accepted", user)
    assert {one.grant for one in invitation.offered.all()} == set(user.grants.all())
    told = Notification.objects.get(person=invitation.by)
    assert (told.kind, "Jessica Finn" in told.text) == ("invitation_accepted", True)
    events = set(AuditEvent.objects.filter(subject=user).values_list("event", flat=True))
    assert {"person.registered", "address.verified", "invitation.accepted", "grant.made"} <= events


@pytest.mark.requirement("CT-13")
def test_the_link_works_once(invitation):
    token = mailed_token()
    accept(token)
    with pytest.raises(DeadLink):
        accept(token)
    assert User.objects.filter(email=JESSICA).count() == 1


def single_level(invitation):
    Organisation.objects.update(approval_level=ApprovalLevel.SINGLE)


def disabled(invitation):
    disable_person(person=invitation.by, by=helpdesk(), reason="left")


def revoked(invitation):
    revoke_grants(person=invitation.by, by=helpdesk(), because="Moved")


@pytest.mark.requirement("CQRS-05", "CQRS-06")
@pytest.mark.parametrize("meanwhile", [single_level, disabled, revoked])
def test_what_its_inviter_may_not_give_any_more_becomes_a_request(client, invitation, meanwhile):
    carol = commissioner(CollaborativeFactory(members=[invitation.organisation]))
    meanwhile(invitation)
    user = accept()
    assert not held(user)
    invitation.refresh_from_db()
    request = invitation.request
    assert {item.describe() for item in request.items.all()} == OFFERED
    assert request.organisation == invitation.organisation
    # Routed as usual: nobody of the provider is left or it is single-level.
    waits = {item.stages.get(is_current=True).capability for item in request.items.all()}
    assert waits <= {Capability.APPROVE_COMMISSIONER, Capability.ADMINISTER}
    if meanwhile is single_level:
        assert waits == {Capability.APPROVE_COMMISSIONER}
        assert Notification.objects.filter(person=carol, kind="awaits_decision").exists()
        client.force_login(carol)
        item = request.items.first()
        page = client.get(reverse("approvals:item", args=[item.pk])).content.decode()
        for text in (
            "Invited by",
            "Amina Approver",
            "by: Provider approver, The Huntercombe Group.",
        ):
            assert text in page


def test_nothing_is_given_or_asked_at_an_organisation_that_has_closed(invitation):
    Organisation.objects.update(closed_on=timezone.localdate() - timedelta(days=1))
    user = accept()
    assert not held(user)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.request) == ("accepted", None)


def test_what_the_inviter_may_still_give_is_given_without_the_rest(invitation):
    """The ward has closed, and so cannot be asked for either."""
    ward = invitation.offered.get(capability=Capability.AVAILABILITY_EDIT).ward
    WardFactory(unit=ward.unit, name="Another of the group")
    ward.closed_on = timezone.localdate() - timedelta(days=1)
    ward.save()
    user = accept()
    assert held(user) == {"Availability viewer: CYPMHS (CAMHS)"}
    invitation.refresh_from_db()
    assert invitation.request is None


def test_all_that_is_pending_for_an_address_is_accepted_by_its_latest_link(invitation):
    first = mailed_token()
    helen = helpdesk()
    send_invitation(invited=jessica(None, viewer(WardFactory())), by=helen)
    with pytest.raises(DeadLink):
        accept(first)
    user = accept()
    assert held(user) == OFFERED
    assert Invitation.objects.filter(person=user).count() == 2


def test_a_withdrawn_one_opens_nothing(invitation):
    token = mailed_token()
    withdraw_invitation(invitation=invitation, by=invitation.by)
    with pytest.raises(DeadLink):
        accept(token)
    assert not User.objects.filter(email=JESSICA).exists()


def test_one_whose_time_is_over_opens_nothing(invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DeadLink):
        accept()
    assert not User.objects.filter(email=JESSICA).exists()


def test_who_has_an_account_by_now_keeps_it_as_it_is(invitation):
    owner = person("jessica.finn")
    with pytest.raises(DomainError, match="exists already"):
        accept()
    owner.refresh_from_db()
    assert not owner.check_password(PASSWORD)
    assert not owner.grants.exists()


def test_access_until_a_day_ends_with_it():
    ward = WardFactory()
    own = multi_level(ward)
    amina = person("amina.approver")
    grant(amina, Capability.APPROVE_STANDARD, organisation=own)
    until = timezone.now() + timedelta(days=3)
    send_invitation(invited=jessica(own, viewer(ward), valid_until=until), by=amina)
    user = accept()
    assert user.grants.get().valid_until == until


def test_access_whose_last_day_is_over_before_it_is_accepted_is_not_given(invitation):
    OfferedAccess.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    user = accept()
    assert not user.grants.exists()
    assert not Item.objects.exists()


@pytest.mark.requirement("CQRS-22")
def test_a_commissioner_invites_a_providers_approver():
    ward = WardFactory()
    own = ward.unit.organisation
    carol = commissioner(CollaborativeFactory(members=[own]))
    wanted = Wanted(Capability.APPROVE_STANDARD, own)
    send_invitation(invited=jessica(own, wanted), by=carol)
    assert held(accept()) == {"Provider approver: The Huntercombe Group"}
