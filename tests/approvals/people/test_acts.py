"""What approvers do to accounts: disable, enable, revoke, unlock."""

from collections import Counter

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.choices import Capability
from accounts.leaving import disable_person, revoke_grants
from accounts.lockout import is_locked_out
from accounts.models import Disabling, Grant
from approvals.choices import Outcome
from approvals.models import Stage
from approvals.people import services
from approvals.services import decide
from core.errors import DomainError
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from tests.approvals.people import lock_out, page, text_of
from tests.factories.accounts import PASSWORD, grant, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db


class TestDisable:
    @pytest.mark.requirement("CQRS-16")
    def test_the_leaver_is_out_at_the_next_request_and_told(self, client, pat, people):
        theirs = type(client)()
        theirs.force_login(people.wendy)
        assert theirs.get("/home/").status_code == 200
        response = client.post(page(people.wendy, "disable"), {"reason": "left"}, follow=True)
        assert "Wendy Ward can no longer log in" in text_of(response)
        assert "Disabled on" in text_of(response)
        sent = theirs.post("/your-account/details/", {"first_name": "W"}, follow=True)
        assert "because your account was disabled. What you sent is not saved" in text_of(sent)
        assert "to send it again" not in text_of(sent)
        disabling = Disabling.objects.get()
        assert (disabling.person, disabling.by, disabling.reason) == (people.wendy, pat, "left")
        mail = OutgoingMail.objects.get(kind="account_disabled")
        assert mail.address == people.wendy.email
        assert "Reason: Left organisation" in mail.text
        answer = theirs.post(
            "/login/", {"login": people.wendy.email, "password": PASSWORD}, follow=True
        )
        assert "this account has been disabled" in text_of(answer)
        assert f"It was disabled on {date_format(disabling.at)}: left org" in text_of(answer)
        assert "contact the helpdesk" in text_of(answer)

    @pytest.mark.requirement("CQRS-16")
    @pytest.mark.parametrize(
        ("sent", "error"),
        [
            ({}, "Choose why the account is disabled"),
            ({"reason": "unknown"}, "Choose why the account is disabled"),
            ({"reason": "other"}, "Enter the reason"),
            ({"reason": "other", "note": " "}, "Enter the reason"),
            ({"reason": "other", "note": "x" * 251}, "Enter 250 characters or fewer"),
            ({"reason": "other", "note": "\0"}, "Null characters are not allowed"),
            ({"reason": "other", "note": "of 943 476 5919"}, "Remove the NHS number"),
        ],
    )
    def test_it_needs_a_reason(self, client, pat, people, sent, error):
        text = text_of(client.post(page(people.wendy, "disable"), sent))
        assert error in text
        assert not Disabling.objects.exists()

    @pytest.mark.requirement("CQRS-16")
    def test_it_says_where_goes_what_nobody_else_decides(self, client, people):
        for number in range(2):
            items = submitted_items(ward=WardFactory(name=f"Ward {number}"))
        decide(item=items[-1], outcome=Outcome.APPROVED, by=people.carol, answers=YES)
        before = [one.decider for one in Stage.objects.filter(is_current=True)]
        client.force_login(people.rhona)
        shown = client.get(page(people.carol, "disable"))
        moves = {move.to: move.number for move in shown.context["moves"]}
        assert sum(moves.values()) == len(before)
        for to, number in moves.items():
            assert f"{number} request{'s' if number > 1 else ''} to {to}" in text_of(shown)
        grant(
            person("cora.second"),
            Capability.APPROVE_COMMISSIONER,
            collaborative=people.collaborative,
        )
        assert not client.get(page(people.carol, "disable")).context["moves"]
        Grant.objects.filter(person__first_name="Cora").update(revoked_at=timezone.now())
        client.post(page(people.carol, "disable"), {"reason": "left"})
        after = Stage.objects.filter(is_current=True)
        assert Counter(one.decider for one in after) == moves

    def test_asking_changes_nothing(self, client, pat, people):
        for act in ("disable", "revoke"):
            assert client.get(page(people.wendy, act)).status_code == 200
        people.wendy.refresh_from_db()
        assert people.wendy.is_active
        assert people.wendy.grants.live().count() == 2

    def test_who_comes_second_hears_by_whom_and_when(self, client, pat, people):
        services.disable(person=people.wendy, by=people.carol, reason="moved")
        response = client.post(page(people.wendy, "disable"), {"reason": "left"}, follow=True)
        assert "account was disabled by Carol Commissioner at" in text_of(response)
        assert OutgoingMail.objects.filter(kind="account_disabled").count() == 1

    def test_the_password_is_asked_again(self, client, pat, people):
        session = client.session
        session["proven_at"] = 0
        session.save()
        client.post(page(people.wendy, "disable"), {"reason": "left"})
        assert not Disabling.objects.exists()

    def test_the_service_refuses_who_may_not(self, people):
        with pytest.raises(DomainError):
            services.disable(person=people.wendy, by=people.otto, reason="left")
        with pytest.raises(DomainError):
            services.disable(person=people.pat, by=people.pat, reason="left")


class TestEnable:
    @pytest.mark.requirement("CQRS-17")
    def test_they_have_again_what_they_had_and_are_told(self, client, pat, people):
        theirs = type(client)()
        theirs.force_login(people.wendy)
        theirs.get("/home/")
        services.disable(person=people.wendy, by=people.pat, reason="left")
        text = text_of(client.get(page(people.wendy)))
        assert "Enable account" in text
        assert "while the account is disabled" in text
        assert client.get(page(people.wendy, "enable")).status_code == 200
        client.post(page(people.wendy, "enable"))
        people.wendy.refresh_from_db()
        assert people.wendy.is_active
        assert people.wendy.grants.live().count() == 2
        assert OutgoingMail.objects.get(kind="account_enabled").address == people.wendy.email
        # What was logged in before is out for good.
        assert theirs.get("/home/").status_code == 302
        response = client.post(page(people.wendy, "enable"), follow=True)
        assert "account was enabled by Pat Provider at" in text_of(response)


class TestRevoke:
    @pytest.mark.requirement("CQRS-18")
    def test_every_role_goes_and_the_person_can_still_ask(self, client, pat, people):
        theirs = type(client)()
        theirs.force_login(people.wendy)
        keys = list(people.wendy.grants.values_list("pk", flat=True))
        sent = {"grants": keys, "because": "Works on another ward"}
        client.post(page(people.wendy, "revoke"), sent)
        assert not people.wendy.grants.live().exists()
        ended = Grant.objects.filter(person=people.wendy)
        assert {one.revoked_because for one in ended} == {"Works on another ward"}
        assert {one.revoked_by for one in ended} == {pat}
        assert theirs.get("/your-account/").status_code == 200
        assert theirs.get("/request-access/", follow=True).status_code == 200
        assert theirs.get("/wards/").status_code == 403
        told = Notification.objects.get(person=people.wendy, kind="access_revoked")
        assert "Reason: Works on another ward" in told.text
        assert OutgoingMail.objects.filter(kind="access_revoked").count() == 1
        again = client.post(page(people.wendy, "revoke"), sent, follow=True)
        assert "was revoked by Pat Provider at" in text_of(again)

    def test_nothing_is_chosen_beforehand_and_all_of_it_at_one_go(self, client, pat, people):
        response = client.get(page(people.wendy, "revoke"))
        assert " checked" not in text_of(response)
        everything = response.context["form"].all_of_it
        grant(people.wendy, Capability.AVAILABILITY_EDIT, ward=WardFactory(name="Later"))
        sent = {"grants": [everything], "because": "Left"}
        assert "Choose from the list" in text_of(client.post(page(people.wendy, "revoke"), sent))
        assert people.wendy.grants.live().count() == 3
        everything = client.get(page(people.wendy, "revoke")).context["form"].all_of_it
        client.post(page(people.wendy, "revoke"), sent | {"grants": [everything]})
        assert not people.wendy.grants.live().exists()

    def test_of_a_disabled_account_it_does_not_say_that_they_can_log_in(self, client, pat, people):
        services.disable(person=people.wendy, by=pat, reason="left")
        for act in ("", "revoke"):
            text = text_of(client.get(page(people.wendy, act)))
            assert "will not have this access when the account is enabled again" in text
            assert "can still log in" not in text

    def test_only_what_was_chosen_goes(self, client, pat, people):
        edit = people.wendy.grants.get(capability=Capability.AVAILABILITY_EDIT)
        client.post(page(people.wendy, "revoke"), {"grants": [edit.pk], "because": "Moved ward"})
        left = people.wendy.grants.live().get()
        assert left.capability == Capability.AVAILABILITY_VIEW

    def test_the_service_takes_only_what_may_be_taken_and_for_a_reason(self, people):
        here = people.wendy.grants.get(capability=Capability.AVAILABILITY_EDIT)
        elsewhere = people.otto.grants.get(ward__isnull=False).ward
        far = grant(people.wendy, Capability.AVAILABILITY_EDIT, ward=elsewhere)
        for because, taken in ((" ", here), ("Left", far)):
            with pytest.raises(DomainError):
                services.revoke(person=people.wendy, by=people.pat, because=because, grants=[taken])
        assert people.wendy.grants.live().count() == 3

    @pytest.mark.parametrize(
        ("grants", "because", "error"),
        [
            ([], "x", "Choose what you want to take away"),
            (["own"], "", "Enter why the access is taken away"),
            (["far"], "x", "Choose from the list"),
            (["\0"], "x", "Choose from the list"),
            ([2**70], "x", "Choose from the list"),
        ],
    )
    def test_nothing_else_can_be_sent(self, client, pat, people, grants, because, error):
        known = {
            "own": people.wendy.grants.first().pk,
            "far": people.otto.grants.first().pk,
        }
        sent = {"grants": [known.get(one, one) for one in grants], "because": because}
        response = client.post(page(people.wendy, "revoke"), sent)
        assert error in text_of(response)
        assert not Grant.objects.filter(revoked_at__isnull=False).exists()


class TestUnlock:
    @pytest.mark.requirement("CQRS-20")
    def test_they_can_log_in_again_and_are_told(self, client, people):
        lock_out(client, people.wendy)
        client.force_login(people.pat)
        text = text_of(client.get(page(people.wendy)))
        assert "Locked by wrong passwords. The account unlocks by itself in" in text
        client.post(page(people.wendy, "unlock"))
        assert not is_locked_out(people.wendy.email)
        assert OutgoingMail.objects.get(kind="account_unlocked").address == people.wendy.email
        assert AuditEvent.objects.get(event="sign_in.unlocked").actor_id == people.pat.pk
        response = client.get(page(people.wendy, "unlock"), follow=True)
        assert "account is not locked" in text_of(response)


class TestTheLastOfTheHelpdesk:
    @pytest.mark.requirement("CQRS-02")
    def test_stays(self, people):
        for end in (
            lambda: disable_person(person=people.helen, by=people.helen),
            lambda: revoke_grants(person=people.helen, by=None, because="x"),
        ):
            with pytest.raises(DomainError, match="last account of the helpdesk"):
                end()
