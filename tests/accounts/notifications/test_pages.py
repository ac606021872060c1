"""The notifications of who is logged in, and the choice whether they are mailed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditEvent
from notifications.models import Notification, Preference
from notifications.services import notify
from tests.factories.accounts import person

PAGE, SETTINGS = "/notifications/", "/your-account/notifications/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def richard(client):
    richard = person("richard.reader")
    client.force_login(richard)
    return richard


def tell(who, text="Something happened", **changes):
    told = notify(person=who, kind="access_approved", address="/your-requests/", text=text)
    Notification.objects.filter(pk=told.pk).update(**changes)
    return told


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def unread():
    return Notification.objects.filter(read_at__isnull=True).count()


class TestList:
    @pytest.mark.requirement("CQRS-09")
    def test_it_shows_date_and_time_type_name_and_review(self, client, richard):
        noon = timezone.datetime(2026, 3, 2, 12, 5, tzinfo=timezone.get_current_timezone())
        told = tell(richard, "You may <search>", created_at=noon)
        tell(person("olga.other"), "For somebody else")
        response = client.get(PAGE)
        said = words_of(response)
        assert "Date and time Type Name Action" in said
        assert "2 March 2026, 12:05" in said
        assert "Request approved New" in said
        assert "You may &lt;search&gt;" in said
        assert f'href="/notifications/{told.pk}/">Review<' in response.content.decode()
        assert "For somebody else" not in said

    def test_the_unread_come_first_then_the_newest_a_page_at_a_time(self, client, richard):
        now = timezone.now()
        for age in range(30):
            at = now - timedelta(hours=age)
            tell(richard, f"Number {age}.", created_at=at, read_at=now if age < 28 else None)
        said = words_of(client.get(PAGE))
        shown = [int(number) for number in re.findall(r"Review : Number (\d+)\.", said)]
        assert shown == [28, 29, *range(23)]
        assert said.count(" New ") == 2
        assert "Review : Number 27." in words_of(client.get(f"{PAGE}?page=2"))

    def test_there_are_none(self, client, richard):
        said = words_of(client.get(PAGE))
        assert "You have no notifications." in said
        assert "Mark all as read" not in said

    @pytest.mark.parametrize("number", [2, 25])
    def test_it_costs_the_same_for_any_number(
        self, client, richard, number, django_assert_num_queries
    ):
        for _ in range(number):
            tell(richard)
        # The session, the person, what they hold, how many are unread, how many there are, they
        with django_assert_num_queries(6):
            client.get(PAGE)

    @pytest.mark.parametrize("page", ["0", "-1", "9" * 30, "x", "%00"])
    def test_a_page_that_is_none_is_the_nearest(self, client, richard, page):
        assert client.get(f"{PAGE}?page={page}").status_code == 200


class TestReview:
    def test_it_leads_on_and_counts_as_read_once(self, client, richard):
        told, other = tell(richard), tell(richard)
        response = client.get(f"/notifications/{told.pk}/")
        assert (response.status_code, response["Location"]) == (302, "/your-requests/")
        told.refresh_from_db()
        first = told.read_at
        client.get(f"/notifications/{told.pk}/")
        told.refresh_from_db()
        assert told.read_at == first
        other.refresh_from_db()
        assert other.read_at is None

    def test_who_asks_for_the_head_alone_has_read_nothing(self, client, richard):
        assert client.head(f"/notifications/{tell(richard).pk}/").status_code == 302
        assert unread() == 1

    def test_somebody_elses_is_not_there(self, client, richard):
        told = tell(person("olga.other"))
        assert client.get(f"/notifications/{told.pk}/").status_code == 404
        assert unread() == 1

    def test_all_that_the_page_showed_are_marked_as_read(self, client, richard):
        tell(richard)
        tell(richard)
        page = client.get(PAGE).content.decode()
        tell(person("olga.other"))
        arrived = tell(richard, "Arrived since")
        assert client.get(f"{PAGE}read/").status_code == 405
        sent = {"up_to": re.search(r'name="up_to" value="(\d+)"', page)[1]}
        assert client.post(f"{PAGE}read/", sent)["Location"] == PAGE
        assert unread() == 2
        arrived.refresh_from_db()
        assert not arrived.read_at

    @pytest.mark.parametrize("sent", [{}, {"up_to": "x\0"}, {"up_to": "9" * 400}, {"up_to": "-1"}])
    def test_what_was_shown_is_a_number_or_nothing_is_marked(self, client, richard, sent):
        tell(richard)
        assert client.post(f"{PAGE}read/", sent)["Location"] == PAGE
        assert unread() == 1


class TestHead:
    def test_every_page_says_how_many_are_new(self, client, richard):
        assert "Notifications (" not in words_of(client.get("/your-account/"))
        tell(richard)
        tell(richard)
        tell(person("olga.other"))
        assert "Notifications (2 new )" in words_of(client.get("/your-account/"))

    def test_nobody_is_asked_who_is_not_logged_in(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert b"Notifications" not in client.get("/contact-us/").content


class TestSettings:
    @pytest.mark.requirement("CQRS-19")
    def test_mails_are_switched_off_and_on(self, client, richard):
        assert "Email notifications Sent to you" in words_of(client.get("/your-account/"))
        page = client.get(SETTINGS).content.decode()
        assert "Please send me email notifications" in page
        assert re.search(r'<input[^>]*name="by_mail"[^>]*checked', page)
        assert client.post(SETTINGS, {})["Location"] == "/your-account/"
        assert not Preference.objects.get(person=richard).by_mail
        assert "Not sent: shown in the service only" in words_of(client.get("/your-account/"))
        assert not re.search(
            r'<input[^>]*name="by_mail"[^>]*checked', client.get(SETTINGS).content.decode()
        )
        client.post(SETTINGS, {"by_mail": "on"})
        assert Preference.objects.get(person=richard).by_mail
        event = AuditEvent.objects.filter(event="notifications.chosen").latest("pk")
        assert (event.actor, event.subject, event.details) == (richard, richard, {"by_mail": True})

    @pytest.mark.requirement("CQRS-19")
    def test_the_page_says_what_is_always_sent_and_why(self, client, richard):
        said = words_of(client.get(SETTINGS))
        assert "Whatever you choose here, we email you: when your password" in said
        assert "so that nobody can change who gets into your account without your knowing" in said

    @pytest.mark.parametrize("typed", ["\0", "x" * 5000, "9" * 400])
    def test_whatever_is_sent_is_a_tick(self, client, richard, typed):
        sent = {"by_mail": typed, "person": "1", "nothing": "x"}
        assert client.post(SETTINGS, sent).status_code == 302
        assert Preference.objects.get().person == richard
