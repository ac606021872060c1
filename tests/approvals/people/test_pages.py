"""The users list, its export, and a person's page."""

import csv
import io

import pytest
from django.core.cache import cache
from openpyxl import load_workbook

from accounts.choices import Capability
from accounts.models import User
from approvals.people.status import Status, with_status
from core.models import AuditEvent
from tests.approvals.people import USERS, lock_out, page, text_of
from tests.factories.accounts import grant, person
from tests.factories.approvals import submitted_items
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db


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
