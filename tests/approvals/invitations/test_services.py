"""Sending, sending again, withdrawing and ending invitations."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.choices import Capability, GrantOrigin, LinkPurpose, LinkState
from accounts.leaving import revoke_grants
from accounts.models import Grant
from accounts.queries import mailed_link, state_of
from approvals.coverage import Wanted
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.lifecycle import INVITATION
from approvals.invitations.models import Invitation, OfferedAccess
from approvals.invitations.queries import pending_for
from approvals.invitations.services import (
    expire_invitations,
    forget_invitations,
    mail_due_invitations,
    make_invitations,
    resend_invitation,
    send_invitation,
    withdraw_invitation,
)
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from notifications.models import OutgoingMail
from notifications.services import site_url
from tests.factories.accounts import commissioner, helpdesk, person
from tests.factories.invitations import (
    JESSICA,
    invited_to_edit,
    jessica,
    mailed_token,
    multi_level,
    provider_approver,
    viewer,
)
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

STATES = list(InvitationStatus)


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))


@pytest.fixture
def invitation():
    return invited_to_edit()


def link_of(token):
    return mailed_link(purpose=LinkPurpose.INVITATION, token=token)


class TestSending:
    @pytest.mark.requirement("CQRS-05", "CQRS-06", "CT-13")
    def test_the_mail_names_the_organisation_and_what_is_offered_never_a_name(self, invitation):
        mail = OutgoingMail.objects.get(kind="invitation")
        assert mail.address == JESSICA
        for text in (mail.text, mail.html):
            assert "Hi Jessica Finn," in text
            assert "The Huntercombe Group" in text
            assert "Provider approver, The Huntercombe Group" in text
            assert "Availability viewer: CYPMHS (CAMHS)" in text
            assert "CAMHS-Kennet-ED" in text
            assert "Amina" not in text
        link = link_of(mailed_token())
        assert state_of(link) == LinkState.LIVE
        assert timedelta(days=6, hours=23) < link.expires_at - timezone.now() <= timedelta(days=7)
        assert events()[-1] == "invitation.sent"
        offered = invitation.offered.get(capability=Capability.AVAILABILITY_EDIT)
        assert offered.authority.person == invitation.by

    @pytest.mark.requirement("CQRS-05")
    @pytest.mark.parametrize("is_active", [True, False])
    def test_who_has_an_account_is_asked_to_log_in_and_request_access(self, is_active):
        jessica_finn = person("jessica.finn", is_active=is_active)
        invitation = invited_to_edit()
        resend_invitation(invitation=invitation, by=invitation.by)
        mails = OutgoingMail.objects.all()
        assert {(mail.kind, mail.person) for mail in mails} == {("invitation_known", jessica_finn)}
        for text in (mails[0].text, mails[1].html):
            assert "Provider approver, The Huntercombe Group" in text
            assert "Availability viewer: CYPMHS (CAMHS)" in text
            assert "You already have an account" in text
            assert site_url("/request-access/") in text
            assert "/invitation/" not in text
        assert list(pending_for(invitation.by)) == [invitation]
        assert not jessica_finn.grants.exists()

    def test_nobody_is_invited_twice_to_an_organisation(self, invitation):
        with pytest.raises(DomainError, match="invited already"):
            invited_to_edit(by=invitation.by)

    @pytest.mark.requirement("CQRS-03")
    def test_what_may_not_be_offered_is_not_sent(self, invitation):
        own = invitation.organisation
        for wanted in ((Wanted(Capability.APPROVE_STANDARD, own),), ()):
            with pytest.raises(DomainError, match="cannot offer"):
                send_invitation(
                    invited=jessica(own, *wanted, address="j@trust.example"), by=invitation.by
                )

    def test_there_is_a_limit_for_each_day(self, invitation, settings):
        settings.INVITATIONS_A_DAY = 1
        one = jessica(invitation.organisation, viewer(WardFactory()), address="b@trust.example")
        with pytest.raises(DomainError, match="in a day"):
            send_invitation(invited=one, by=invitation.by)
        Invitation.objects.update(made_at=timezone.now() - timedelta(hours=25))
        assert send_invitation(invited=one, by=invitation.by).is_open

    def test_a_list_is_all_or_nothing_and_mailed_by_the_worker(self, django_assert_num_queries):
        ward = WardFactory()
        own = multi_level(ward)
        amina = provider_approver(own)
        people = [
            jessica(own, viewer(ward), address=f"j{number}@trust.example") for number in range(20)
        ]
        bad = jessica(own, Wanted(Capability.APPROVE_STANDARD, own), address="bad@trust.example")
        with pytest.raises(DomainError):
            make_invitations(invited=[*people, bad], by=amina)
        assert not Invitation.objects.exists()
        # An audit event for each; all else does not grow.
        with django_assert_num_queries(35):
            make_invitations(invited=people, by=amina)
        assert not OutgoingMail.objects.exists()
        assert mail_due_invitations(batch=15) == 15
        assert mail_due_invitations() == 5
        assert mail_due_invitations() == 0
        assert OutgoingMail.objects.count() == 20


class TestSendingAgain:
    @pytest.mark.requirement("CQRS-05")
    def test_the_old_link_ends_and_the_time_begins_anew(self, invitation):
        old = mailed_token()
        before = invitation.expires_at
        resend_invitation(invitation=invitation, by=invitation.by)
        new = mailed_token()
        assert state_of(link_of(old)) == LinkState.SUPERSEDED
        assert state_of(link_of(new)) == LinkState.LIVE
        invitation.refresh_from_db()
        assert invitation.expires_at > before
        assert events()[-1] == "invitation.resent"

    def test_who_has_got_an_account_since_is_asked_to_log_in(self, invitation):
        person("jessica.finn")
        resend_invitation(invitation=invitation, by=invitation.by)
        kinds = OutgoingMail.objects.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["invitation", "invitation_known"]


class TestWithdrawing:
    @pytest.mark.requirement("CQRS-05")
    def test_the_link_ends(self, invitation):
        withdraw_invitation(invitation=invitation, by=invitation.by)
        invitation.refresh_from_db()
        assert invitation.status == InvitationStatus.WITHDRAWN
        assert state_of(link_of(mailed_token())) == LinkState.SUPERSEDED
        assert events()[-1] == "invitation.withdrawn"

    def test_the_link_goes_on_for_what_others_offer(self, invitation):
        ward = WardFactory()
        send_invitation(invited=jessica(None, viewer(ward)), by=helpdesk())
        withdraw_invitation(invitation=invitation, by=invitation.by)
        assert state_of(link_of(mailed_token())) == LinkState.LIVE


class TestExpiring:
    def test_what_is_overdue_ends_and_is_treated_so_before(self, invitation):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        invitation.refresh_from_db()
        assert not invitation.is_open
        assert not pending_for(invitation.by)
        with pytest.raises(Conflict, match="expired"):
            withdraw_invitation(invitation=invitation, by=invitation.by)
        assert expire_invitations() == 1
        assert expire_invitations() == 0
        invitation.refresh_from_db()
        assert invitation.status == InvitationStatus.EXPIRED
        assert events()[-1] == "invitation.expired"

    def test_what_nobody_accepted_is_deleted_in_the_end(self, invitation):
        withdraw_invitation(invitation=invitation, by=invitation.by)
        forget_invitations()
        assert Invitation.objects.exists()
        Invitation.objects.update(ended_at=timezone.now() - timedelta(days=91))
        forget_invitations()
        assert not Invitation.objects.exists()

    def test_who_was_invited_too_long_ago_can_be_invited_again(self, invitation):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        assert invited_to_edit(by=invitation.by).is_open


@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("at", STATES)
def test_every_pair_of_states_is_as_the_table_says(at, to):
    """Through the services, except for accepting, whose own tests are beside these."""
    invitation = invited_to_edit()
    ended = {} if at == InvitationStatus.PENDING else {"ended_at": timezone.now()}
    if at == InvitationStatus.ACCEPTED:
        ended["person"] = invitation.by
    Invitation.objects.filter(pk=invitation.pk).update(status=at, **ended)
    invitation.refresh_from_db()
    if (at, to) in INVITATION.steps:
        assert INVITATION.step(at, to).event
    else:
        with pytest.raises(Conflict):
            INVITATION.move(invitation, to)
    if at != InvitationStatus.PENDING:
        for act in (withdraw_invitation, resend_invitation):
            with pytest.raises(Conflict, match=str(at.label).lower()):
                act(invitation=invitation, by=invitation.by)
        invitation.refresh_from_db()
        assert invitation.status == at


def test_only_what_is_pending_goes_on():
    assert set(INVITATION.steps) == {
        (InvitationStatus.PENDING, to) for to in STATES if to != InvitationStatus.PENDING
    }


class TestWhoSees:
    def test_colleagues_with_the_same_right_and_the_helpdesk(self, invitation):
        own = invitation.organisation
        collaborative = CollaborativeFactory(members=[own])
        other = multi_level(
            WardFactory(
                unit=UnitFactory(
                    organisation=OrganisationFactory(ods_code="NV9", name="Other"),
                    ods_code="NV901",
                )
            )
        )
        assert list(pending_for(provider_approver(own, "anna.approver"))) == [invitation]
        assert list(pending_for(helpdesk())) == [invitation]
        assert not pending_for(provider_approver(other, "otto.other"))
        assert not pending_for(commissioner(collaborative))

    def test_who_has_lost_the_right_sees_nothing(self, invitation):
        revoke_grants(person=invitation.by, by=helpdesk(), because="left")
        assert not pending_for(invitation.by)


class TestDatabase:
    def refuses(self, name, write):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()

    def test_it_keeps_what_must_always_be_true(self, invitation):
        mine = Invitation.objects.filter(pk=invitation.pk)
        now = timezone.now()
        self.refuses(
            "invitation_accepted_has_person",
            lambda: mine.update(status="accepted", ended_at=now),
        )
        self.refuses("invitation_ended_has_time", lambda: mine.update(status="withdrawn"))
        self.refuses(
            "invitation_once_while_pending",
            lambda: Invitation.objects.create(
                address=JESSICA,
                first_name="J",
                surname="F",
                organisation=invitation.organisation,
                by=invitation.by,
                expires_at=now,
            ),
        )
        offer = invitation.offered.first()
        self.refuses(
            "offered_scope_fits_capability",
            lambda: OfferedAccess.objects.filter(pk=offer.pk).update(
                capability=Capability.PLANS_EDIT
            ),
        )

    def test_a_grant_by_invitation_is_one_that_was_offered(self):
        ward = WardFactory()

        def make():
            Grant.objects.create(
                person=person("sam.searcher"),
                capability=Capability.AVAILABILITY_EDIT,
                ward=ward,
                origin=GrantOrigin.INVITATION,
            )
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        self.refuses("grant_has_its_invitation", make)
