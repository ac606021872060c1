"""Openings and closings of approved plans in a calendar, at an address that works for its maker."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Capability
from accounts.leaving import disable_person, revoke_grants
from accounts.models import Grant, User
from approvals.models import Decision
from capacity_plans.calendar.ical import Event, calendar, escaped, folded
from capacity_plans.choices import ChangeKind
from capacity_plans.models import CalendarAddress
from core.models import AuditEvent
from tests.availability.pages import text_of
from tests.factories import plan_life, plans
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.organisations import CollaborativeFactory, WardFactory
from tests.factories.sessions import sessional_ward

# The address, its maker's rights and gates, the limit, and one for all changes
QUERIES = 15
NEW, LIST = "plans:new_calendar", "plans:calendar"


@pytest.fixture
def ours():
    return CollaborativeFactory()


@pytest.fixture
def rita(ours):
    """Reads the plans of one collaborative."""
    user = person("rita.reader")
    grant(user, Capability.PLANS_VIEW, collaborative=ours)
    return user


@pytest.fixture
def approved(ours):
    """Ash opens 4 for good, and closes 2 for a winter; Oak is planned; a draft says more."""
    version = plans.draft(plans.plan(ours))
    ash = plans.line(version, WardFactory(name="Ash"))
    plans.change(ash, date(2026, 9, 1), 4, ChangeKind.OPENING, reason="Agreed; funded, too")
    plans.change(
        ash,
        date(2026, 11, 1),
        1,
        ChangeKind.TEMPORARY_CLOSING,
        until=date(2027, 1, 31),
        reference="E 22",
    )
    plans.decided(version, by=person("paula.planner"))
    return version


def proven(client, user):
    """Signed in just now, so that no password is asked for."""
    client.logout()
    client.force_login(user)


def made(client, user, plans_of="all"):
    """The path of a new address."""
    proven(client, user)
    answer = client.post(reverse(NEW), {"plans": plans_of})
    found = re.search(r"<code>\s*https?://[^/]+(\S+\.ics)\s*</code>", answer.content.decode())
    return found[1] if found else answer


def unfolded(answer):
    return answer.content.decode().replace("\r\n ", "").split("\r\n")


@pytest.mark.django_db
@pytest.mark.requirement("CPMS-03")
class TestFeed:
    def test_shows_what_was_approved_as_whole_days(self, client, rita, approved):
        path = made(client, rita)
        client.logout()
        answer = client.get(path)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        lines = unfolded(answer)
        assert lines.count("BEGIN:VEVENT") == 2
        assert "SUMMARY:Ash ward: +4 beds (opening)" in lines
        assert "SUMMARY:Ash ward: -1 bed (temporary closing)" in lines
        assert "DTSTART;VALUE=DATE:20260901" in lines
        # The day after the last one
        assert "DTEND;VALUE=DATE:20270201" in lines
        told = next(line for line in lines if "Agreed" in line)
        assert told.startswith("DESCRIPTION:Reason: Agreed\\; funded\\, too\\nWhere: ")
        assert any("Reference: E 22" in line for line in lines)
        assert any(
            line.startswith("URL:") and line.endswith(reverse("plans:version", args=[approved.pk]))
            for line in lines
        )

    def test_one_session_is_one(self, client, rita, ours):
        version = plans.draft(plans.plan(ours, kind="sessional"))
        plans.change(plans.line(version, sessional_ward()), date(2026, 9, 1), 1)
        plans.decided(version, by=person("petra.planner"))
        path = made(client, rita)
        assert any("+1 session a day (increase)" in line for line in unfolded(client.get(path)))

    def test_an_event_is_the_same_in_the_next_version(self, client, rita, approved):
        path = made(client, rita)
        lines = unfolded(client.get(path))
        first = {line for line in lines if line.startswith("UID:")}
        assert "SEQUENCE:1" in lines
        following = plans.draft(approved.plan)
        ash = plans.line(following, WardFactory(name="Ash"))
        plans.change(ash, date(2026, 9, 1), 6, ChangeKind.OPENING)
        approved.plan.versions.filter(pk=approved.pk).update(status="superseded")
        plans.decided(following, by=person("paula.planner"))
        lines = unfolded(client.get(path))
        assert "SUMMARY:Ash ward: +6 beds (opening)" in lines
        assert "SEQUENCE:2" in lines
        then = {line for line in lines if line.startswith("UID:")}
        assert len(first) == 2
        assert len(then) == 1
        assert then < first

    def test_is_of_the_moment_of_the_approval(self, client, rita, ours):
        version = plans.draft(plans.plan(ours))
        plans.change(plans.line(version), date(2026, 9, 1))
        plan_life.approved(version)
        at = f"{Decision.objects.get().at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        lines = unfolded(client.get(made(client, rita)))
        assert f"DTSTAMP:{at}" in lines
        assert f"LAST-MODIFIED:{at}" in lines

    def test_is_sent_once_while_nothing_changes(self, client, rita, approved):
        path = made(client, rita)
        etag = client.get(path)["ETag"]
        again = client.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405

    def test_queries_do_not_grow(self, client, rita, approved, django_assert_num_queries):
        path = made(client, rita)
        program = Client()
        program.get(path)

        def fetched():
            with django_assert_num_queries(QUERIES):
                program.get(path)

        fetched()
        other = plans.draft(plans.plan(CollaborativeFactory(name="Other")))
        line = plans.line(other)
        for day in range(1, 9):
            plans.change(line, date(2027, 1, day))
        plans.decided(other, by=person("paula.planner"))
        grant(rita, Capability.PLANS_VIEW, collaborative=other.plan.collaborative)
        fetched()
        assert unfolded(client.get(path)).count("BEGIN:VEVENT") == 10

    def test_of_one_collaborative_shows_no_other(self, client, rita, approved):
        other = CollaborativeFactory(name="Other")
        grant(rita, Capability.PLANS_VIEW, collaborative=other)
        path = made(client, rita, str(other.pk))
        assert unfolded(client.get(path)).count("BEGIN:VEVENT") == 0

    def test_stops_with_the_right(self, client, rita, approved):
        path = made(client, rita, str(approved.plan.collaborative_id))
        assert client.get(path).status_code == 200
        other = CollaborativeFactory(name="Other")
        grant(rita, Capability.PLANS_VIEW, collaborative=other)
        Grant.objects.filter(person=rita).exclude(collaborative=other).update(
            revoked_at=timezone.now()
        )
        assert client.get(path).status_code == 404

    def test_stops_with_the_account(self, client, rita, approved):
        path = made(client, rita)
        disable_person(person=rita, by=helpdesk(), reason="left")
        assert client.get(path).status_code == 404

    def test_stops_for_good_with_the_last_right(self, client, rita, approved):
        path = made(client, rita)
        revoke_grants(person=rita, by=helpdesk(), because="left")
        assert AuditEvent.objects.filter(event="calendar_address.ended", subject=rita).exists()
        grant(rita, Capability.PLANS_VIEW, collaborative=approved.plan.collaborative)
        assert client.get(path).status_code == 404

    def test_stops_before_a_gate(self, client, rita, approved):
        path = made(client, rita)
        User.objects.filter(pk=rita.pk).update(terms_version="old")
        assert client.get(path).status_code == 404

    def test_stops_when_nobody_asks_for_a_year(self, client, rita, approved):
        path = made(client, rita)
        client.get(path)
        address = CalendarAddress.objects.get()
        assert address.last_used_at
        CalendarAddress.objects.update(last_used_at=timezone.now() - timedelta(days=366))
        assert client.get(path).status_code == 404
        assert isinstance(made(client, rita), str)

    def test_is_limited_like_the_exports(self, client, rita, approved, settings):
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"export": "1/m/key"}
        path = made(client, rita)
        assert client.get(path).status_code == 200
        assert client.get(path).status_code == 429


@pytest.mark.django_db
class TestAddresses:
    def test_is_shown_once_and_kept_as_a_hash(self, client, rita, ours):
        path = made(client, rita, str(ours.pk))
        token = path.rsplit("/", 1)[1].removesuffix(".ics")
        address = CalendarAddress.objects.get(person=rita, collaborative=ours)
        assert token not in address.token_hash
        page = client.get(reverse(LIST))
        assert ours.name in text_of(page)
        assert token not in page.content.decode()
        assert "1 in use" in text_of(client.get(reverse("your_account")))
        assert AuditEvent.objects.filter(event="calendar_address.made", actor=rita).exists()

    def test_there_is_one_for_the_same_plans(self, client, rita):
        made(client, rita)
        assert "You have an address for these plans" in text_of(made(client, rita))

    @pytest.mark.parametrize("sent", ["", "999999999", "9" * 30, "\0", "x" * 5000])
    def test_plans_out_of_reach_are_refused(self, client, rita, sent):
        CollaborativeFactory(name="Other")
        assert "Choose which plans" in text_of(made(client, rita, sent))
        assert not CalendarAddress.objects.exists()

    def test_is_withdrawn_by_its_maker_alone(self, client, rita, ours):
        path = made(client, rita)
        address = CalendarAddress.objects.get()
        withdrawal = reverse("plans:withdraw_calendar", args=[address.pk])
        other = person("otto.other")
        grant(other, Capability.PLANS_VIEW, collaborative=ours)
        proven(client, other)
        assert client.post(withdrawal).status_code == 404
        proven(client, rita)
        assert "works no more" in text_of(client.post(withdrawal, follow=True))
        assert client.get(path).status_code == 404


LINE_BREAKS = re.compile(r"\r\n?|\n")


@given(st.text() | st.text(min_size=80))
def test_any_text_comes_through_escaped_and_folded(text):
    """Read back as RFC 5545 says (3.1, 3.3.11)."""
    lines = folded(f"SUMMARY:{escaped(text)}").split("\r\n ")
    sizes = [len(line.encode("utf-8", "surrogatepass")) for line in lines]
    assert sizes[0] <= 75
    assert all(size <= 74 for size in sizes[1:])
    value = "".join(lines).removeprefix("SUMMARY:")
    assert not re.search(r"[\r\n]", value)
    read = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), value)
    assert read == re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", LINE_BREAKS.sub("\n", text))


def test_a_day_ends_before_the_next_one():
    event = Event(
        "a@b", date(2026, 12, 31), None, "S", "D", "https://x.example", "C", datetime.now(UTC), 1
    )
    text = calendar("Plans", [event])
    assert "DTEND;VALUE=DATE:20270101\r\n" in text
    assert text.endswith("END:VCALENDAR\r\n")
