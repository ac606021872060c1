"""How long a login lasts, by what the person may do."""

import pytest
from django.test import Client

from accounts.choices import Capability
from accounts.sessions.limits import CHANGING_BEDS, DECIDING, LIMITS, VIEWING, limits_of
from core.models import AuditEvent
from tests.accounts.sessions.conftest import give_password_and_code
from tests.factories.accounts import (
    PASSWORD,
    UserFactory,
    commissioner,
    grant,
    helpdesk,
    searcher,
    ward_editor,
)
from tests.factories.organisations import CollaborativeFactory, ServiceGroupFactory, WardFactory

pytestmark = pytest.mark.django_db

IDLE = "You were logged out because you did nothing for {}."
LASTED = "You were logged out because a login lasts {} at most."


def log_in(person, **data):
    client = Client()
    give_password_and_code(client, person, **data)
    assert "_auth_user_id" in client.session
    return client


def is_in(client):
    return client.get("/your-account/").status_code == 200


def made(role):
    if role == "nothing":
        return UserFactory()
    if role == "searcher":
        return searcher(ServiceGroupFactory())
    if role == "ward editor":
        return ward_editor(WardFactory())
    if role == "plan editor":
        person = UserFactory()
        grant(person, Capability.PLANS_EDIT, collaborative=CollaborativeFactory())
        return person
    return helpdesk() if role == "helpdesk" else commissioner(CollaborativeFactory())


def test_every_capability_has_its_limits():
    assert set(LIMITS) == set(Capability.values)


@pytest.mark.parametrize(
    ("role", "limits"),
    [
        ("nothing", VIEWING),
        ("searcher", VIEWING),
        ("ward editor", CHANGING_BEDS),
        ("plan editor", DECIDING),
        ("approver", DECIDING),
        ("helpdesk", DECIDING),
    ],
)
def test_the_limits_of_a_role(role, limits):
    assert limits_of(made(role)) == limits


@pytest.mark.parametrize(
    ("role", "minutes", "words"),
    [
        ("searcher", 120, "2 hours"),
        ("ward editor", 60, "60 minutes"),
        ("approver", 30, "30 minutes"),
    ],
)
def test_who_does_nothing_is_logged_out_and_told_why(role, minutes, words, move):
    person = made(role)
    client = Client()
    client.force_login(person)
    move(minutes=minutes - 1)
    assert is_in(client)
    # That was use: the time counts anew.
    move(minutes=2 * minutes - 2)
    assert is_in(client)
    move(minutes=3 * minutes - 2)
    response = client.get("/your-account/?x=1", follow=True)
    assert response.redirect_chain[0][0] == "/login/?next=/your-account/%3Fx%3D1"
    assert IDLE.format(words) in response.content.decode()
    assert "logged out" not in client.get("/login/").content.decode()
    event = AuditEvent.objects.get(event="session.timed_out")
    assert (event.actor, event.subject, event.details) == (None, person, {"limit": "idle"})


@pytest.mark.parametrize(
    ("role", "hours", "step"),
    [("searcher", 24, 119), ("ward editor", 12, 59), ("approver", 12, 29)],
)
def test_who_works_on_is_logged_out_in_the_end(role, hours, step, move):
    client = Client()
    client.force_login(made(role))
    for minutes in range(step, hours * 60, step):
        move(minutes=minutes)
        assert client.post("/session/extend/").json()["remaining"]
    move(hours=hours)
    page = client.get("/your-account/", follow=True).content.decode()
    assert LASTED.format(f"{hours} hours") in page
    assert AuditEvent.objects.get(event="session.timed_out").details == {"limit": "absolute"}


def test_a_viewer_is_remembered_for_14_days_with_nothing_done(move):
    client = log_in(made("searcher"), remember="on")
    assert client.cookies["sessionid"]["max-age"] == 14 * 24 * 60 * 60
    move(days=13, hours=23)
    assert is_in(client)
    move(days=14)
    assert not is_in(client)


@pytest.mark.parametrize("role", ["ward editor", "plan editor", "approver", "helpdesk"])
def test_who_may_do_more_is_not_remembered_and_told_so(role, move):
    client = Client()
    page = give_password_and_code(client, made(role), remember="on")
    assert client.cookies["sessionid"]["max-age"] == ""
    assert "Your login details are not remembered" in page.content.decode()
    move(hours=2)
    assert not is_in(client)


def test_nobody_else_is_remembered_in_the_place_of_who_asked_for_it(move):
    asked, other = made("searcher"), UserFactory()
    client = Client()
    session = client.session
    session["remember_login_of"] = asked.pk
    session.save()
    client.cookies["sessionid"] = session.session_key
    client.force_login(other)
    assert client.session["remembered"] is False
    move(hours=2)
    assert not is_in(client)


def test_a_new_grant_shortens_a_login_that_is_under_way(move):
    person = made("searcher")
    client = log_in(person, remember="on")
    move(minutes=40)
    grant(person, Capability.ADMINISTER)
    page = client.get("/your-account/", follow=True).content.decode()
    assert IDLE.format("30 minutes") in page


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/session/", {}), ("/your-account/", {"X-Background": "1"})],
    ids=["status", "live refresh"],
)
def test_what_a_page_asks_by_itself_is_not_use(path, headers, move):
    client = Client()
    client.force_login(made("approver"))
    move(minutes=29)
    assert client.get(path, headers=headers).status_code == 200
    move(minutes=30)
    assert not is_in(client)


def test_use_is_written_once_a_minute(move, django_assert_num_queries):
    client = Client()
    client.force_login(made("nothing"))
    client.get("/your-account/sessions/")
    with django_assert_num_queries(5):
        client.get("/your-account/sessions/")
    move(seconds=61)
    with django_assert_num_queries(9):
        client.get("/your-account/sessions/")
    with django_assert_num_queries(5):
        client.get("/your-account/sessions/")


def test_a_session_that_does_not_say_when_it_began_is_refused():
    client = Client()
    client.force_login(made("nothing"))
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert not is_in(client)


def test_an_open_page_forgets_who_was_logged_in(move):
    client = Client()
    client.force_login(made("nothing"))
    move(hours=2)
    page = client.get("/help/")
    assert page.status_code == 200
    assert "Richard" not in page.content.decode()


def test_a_login_gets_a_new_key_and_a_log_out_leaves_nothing():
    person = made("nothing")
    client = Client()
    session = client.session
    session["anything"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post("/login/", {"login": person.email, "password": PASSWORD})
    assert client.session.session_key != before
    during = client.session.session_key
    client.post("/logout/")
    client.cookies["sessionid"] = during
    assert not is_in(client)


class TestStatus:
    def test_nobody_learns_nothing(self, client):
        for response in (client.get("/session/"), client.post("/session/extend/")):
            assert response.json() == {"remaining": 0}
            assert "no-store" in response["Cache-Control"]

    def test_it_says_what_remains_without_using_it(self, move):
        person = made("approver")
        client = Client()
        client.force_login(person)
        move(minutes=10)
        answer = client.get("/session/").json()
        assert answer.pop("token")
        assert answer == {"remaining": 20 * 60, "extendable": True, "person": person.pk}

    def test_extending_starts_the_time_anew_up_to_the_last_hour(self, move):
        client = Client()
        client.force_login(made("approver"))
        for minutes in range(29, 12 * 60 - 20, 29):
            move(minutes=minutes)
            assert client.post("/session/extend/").json()["remaining"] == 30 * 60 or minutes > 690
            move(minutes=minutes, seconds=30)
            assert client.post("/session/extend/").json()["remaining"] == 30 * 60 or minutes > 689
        move(minutes=11 * 60 + 59)
        answer = client.post("/session/extend/").json()
        assert (answer["remaining"], answer["extendable"]) == (60, False)

    def test_after_the_end_it_says_so_and_ends_the_session(self, move):
        client = Client()
        client.force_login(made("approver"))
        move(minutes=30)
        assert client.get("/session/").json() == {"remaining": 0}
        assert AuditEvent.objects.filter(event="session.timed_out").count() == 1
        page = client.get("/your-account/", follow=True).content.decode()
        assert IDLE.format("30 minutes") in page

    def test_extending_needs_the_token(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(made("nothing"))
        assert client.post("/session/extend/").status_code == 403
