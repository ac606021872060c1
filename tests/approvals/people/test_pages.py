"""The users list, a person's page, and what is done there."""

import csv
import io
from collections import Counter

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from openpyxl import load_workbook

from accounts.choices import Capability
from accounts.leaving import disable_person, revoke_grants
from accounts.lockout import is_locked_out
from accounts.models import Disabling, Grant, User
from approvals.choices import Outcome
from approvals.models import Stage
from approvals.people import services
from approvals.people.status import Status, with_status
from approvals.services import decide
from core.errors import DomainError
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from tests.factories.accounts import PASSWORD, grant, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import WardFactory
from tests.factories.people import staff

pytestmark = pytest.mark.django_db
USERS = "/approvals/users/"


@pytest.fixture
def people():
    return staff()


@pytest.fixture
def pat(people, client):
    client.force_login(people.pat)
    return people.pat


def text_of(response):
    return response.content.decode()


def page(whom, act=""):
    return f"{USERS}{whom.pk}/{act + '/' if act else ''}"


def lock_out(client, whom):
    for _ in range(5):
        client.post("/login/", {"login": whom.email, "password": "Wrong-Horse-7"})
    assert is_locked_out(whom.email)


class TestStatus:
    @pytest.mark.requirement("CQRS-10")
    def test_each_account_has_the_one_that_says_most(self, people, client):
        submitted_items(person=person("asif.asking"), ward=people.ward)
        person("nora.nothing")
        gone = person("dan.disabled", is_active=False)
        grant(gone, Capability.AVAILABILITY_EDIT, ward=people.ward)
        lock_out(client, people.otto)
        found = dict(with_status(User.objects.all()).values_list("first_name", "status"))
        assert found["Wendy"] == Status.ACTIVE
        assert found["Asif"] == Status.PENDING
        assert found["Nora"] == Status.NO_ACCESS
        assert found["Dan"] == Status.DISABLED
        assert found["Otto"] == Status.LOCKED
        cache.clear()
        assert with_status(User.objects.all()).get(pk=people.otto.pk).status == Status.ACTIVE


class TestList:
    @pytest.mark.requirement("CQRS-10")
    def test_it_shows_whom_i_look_after_and_nobody_else(self, client, pat, people):
        text = text_of(client.get(USERS))
        for words in (
            "The Huntercombe Group",
            "Wendy",
            "Ward",
            people.wendy.email,
            "Active",
            "Availability viewer, Availability editor",
            "Never logged in",
            page(people.wendy),
        ):
            assert words in text
        assert "otto" not in text
        assert people.carol.email not in text

    @pytest.mark.requirement("CQRS-10")
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=wen", {"Wendy"}),
            ("q=WARD wendy", {"Wendy"}),
            ("q=t.prov", {"Pat"}),
            ("status=disabled", set()),
            ("status=active&q=trust", {"Wendy", "Pat"}),
            ("role=approve_standard", {"Pat"}),
            ("organisation=huntercombe", {"Wendy", "Pat"}),
            ("organisation=nv2", {"Wendy", "Pat"}),
            ("organisation=far", set()),
            ("q=%00", set()),
            ("status=unknown", set()),
            (f"q={'x' * 300}", set()),
        ],
    )
    def test_it_is_searched_and_narrowed(self, client, pat, query, found):
        response = client.get(f"{USERS}?{query}")
        assert response.status_code == 200
        assert {row.person.first_name for row in response.context["rows"]} == found

    def test_names_are_found_with_accents_or_without(self, client, pat, people):
        User.objects.filter(pk=people.wendy.pk).update(first_name="N\u00f3ra", surname="Nu\u0301n")
        for typed in ("nora", "nun NORA", "n\u00f3ra", "no\u0301ra n\u00fan"):
            rows = client.get(USERS, {"q": typed}).context["rows"]
            assert [row.person.pk for row in rows] == [people.wendy.pk], typed
        helen = type(client)()
        helen.force_login(people.helen)
        found = helen.get("/admin/accounts/user/", {"q": "n\u00fan"}).context["cl"].queryset
        assert list(found) == [people.wendy]

    @pytest.mark.parametrize("number", [1, 30])
    def test_it_asks_a_fixed_number_of_queries(
        self, client, pat, people, number, django_assert_num_queries
    ):
        for position in range(number):
            submitted_items(person=person(f"asks.number{position}"), ward=people.ward)
        with django_assert_num_queries(19):
            client.get(USERS)

    def test_only_approvers_open_it(self, client, people):
        client.force_login(people.wendy)
        assert client.get(USERS).status_code == 403


class TestExport:
    def rows(self, client, kind, query=""):
        response = client.post(f"{USERS}export/{query}", {"format": kind})
        content = b"".join(response.streaming_content)
        if kind == "csv":
            return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        sheet = load_workbook(io.BytesIO(content), read_only=True).active
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    @pytest.mark.requirement("CQRS-10")
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_it_holds_what_the_list_shows_and_no_formula(self, client, pat, people, kind):
        User.objects.filter(pk=people.wendy.pk).update(first_name="=HYPERLINK(1)")
        head, *rows = self.rows(client, kind, "?q=ward")
        assert head[:4] == ["Organisation", "First name", "Last name", "Email"]
        assert rows == [
            [
                "The Huntercombe Group",
                "'=HYPERLINK(1)",
                "Ward",
                people.wendy.email,
                "Active",
                rows[0][5],
                "Availability viewer, Availability editor",
            ]
        ]
        event = AuditEvent.objects.get(event="people.exported")
        assert event.actor_id == pat.pk
        assert event.details == {"count": 1, "format": kind, "searched": True}

    def test_it_goes_on_beyond_a_batch(self, client, pat, people, monkeypatch):
        monkeypatch.setattr("approvals.people.export.BATCH", 1)
        assert len(self.rows(client, "csv")) == 3

    def test_too_many_for_a_spreadsheet_are_refused_in_words(self, client, pat, monkeypatch):
        monkeypatch.setattr("approvals.people.export.MOST_IN_SPREADSHEET", 1)
        response = client.post(f"{USERS}export/", {"format": "xlsx"}, follow=True)
        assert "Choose CSV, or narrow the list" in text_of(response)
        assert not AuditEvent.objects.filter(event="people.exported").exists()


class TestPerson:
    def test_it_shows_the_account_and_who_approved_what(self, client, pat, people):
        submitted_items(person=people.wendy, ward=WardFactory(name="Another ward"))
        text = text_of(client.get(page(people.wendy)))
        for words in (
            people.wendy.email,
            "Availability editor: The Huntercombe Group: Huntercombe Hospital - Maidenhead: "
            "CAMHS-Kennet-ED",
            "Set up by the service",
            "Pending",
            "Disable account",
            "Revoke access",
        ):
            assert words in text
        assert "Enable account" not in text
        look = AuditEvent.objects.get(event="person.viewed")
        assert look.subject_id == people.wendy.pk
        assert look.details["role"] == "Provider approver, The Huntercombe Group"

    def test_what_may_be_done_is_found_at_once(
        self, client, pat, people, django_assert_num_queries
    ):
        client.get(f"{USERS}{people.wendy.pk}/")
        with django_assert_num_queries(42):
            client.get(f"{USERS}{people.wendy.pk}/")

    def test_of_a_peer_it_says_who_can(self, client, pat, people):
        paula = person("paula.peer")
        grant(paula, Capability.APPROVE_STANDARD, organisation=people.provider)
        text = text_of(client.get(page(paula)))
        assert "Approvers of the same level never do this to each other" in text
        assert client.get(page(paula, "disable")).status_code == 404

    @pytest.mark.parametrize("act", ["", "disable", "enable", "revoke", "unlock"])
    def test_anothers_person_is_not_found(self, client, pat, people, act):
        for key in (people.otto.pk, 999_999_999, 2**63 + 7):
            address = f"{USERS}{key}/{act + '/' if act else ''}"
            assert client.get(address).status_code == 404
            if act:
                assert client.post(address, {"reason": "left"}).status_code == 404


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
