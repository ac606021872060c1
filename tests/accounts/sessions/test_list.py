"""The page that lists where one is logged in, and ends it."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.sessions.browsers import browser_in_words
from accounts.sessions.services import end_sessions
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db
PAGE = "/your-account/sessions/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
EDGE = f"{CHROME} Edg/140.0.0.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


def log_in(person, agent=CHROME, address="192.0.2.7"):
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    client.post("/login/", {"login": person.email, "password": PASSWORD})
    return client


def logins(client):
    return client.get(PAGE).context["logins"]


def row_of(client):
    return UserSession.objects.get(session_key=client.session.session_key)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_the_browser_is_named_in_plain_words(agent, words):
    assert browser_in_words(agent) == words


def test_each_login_is_listed_with_browser_address_and_times_this_one_first(richard, move):
    here = log_in(richard)
    move(minutes=5)
    log_in(richard, agent=IPHONE, address="198.51.100.9")
    log_in(person("sam.searcher"))
    page = here.get(PAGE)
    shown = [(one.browser, one.address, one.is_this) for one in page.context["logins"]]
    assert shown == [
        ("Chrome on Windows", "192.0.2.7", True),
        ("Safari on iPhone", "198.51.100.9", False),
    ]
    first, second = page.context["logins"]
    assert (second.since - first.since).total_seconds() == pytest.approx(300, abs=2)
    assert page.content.decode().count("This one") == 1
    assert "2 places" in here.get("/your-account/").content.decode()


def test_last_used_and_the_address_follow_the_use(richard, move):
    here, there = log_in(richard), log_in(richard)
    move(minutes=5)
    there.get("/your-account/", REMOTE_ADDR="203.0.113.5")
    other = logins(here)[1]
    assert (other.seen_at - other.since).total_seconds() == pytest.approx(300, abs=2)
    assert other.address == "203.0.113.5"


def test_staying_logged_in_is_use_however_often_it_is_chosen(richard, move):
    here = log_in(richard)
    move(seconds=50)
    here.post("/session/extend/")
    assert row_of(here).last_seen_at == timezone.now()


def test_a_login_that_goes_on_with_a_new_password_is_listed_and_can_be_ended(richard):
    here = log_in(richard)
    new = {"password1": "Other-Pass-9", "password2": "Other-Pass-9"}
    here.post("/your-account/password/", {"current": PASSWORD, **new})
    assert [one.is_this for one in logins(here)] == [True]
    assert end_sessions(richard, by=None) == 1
    assert here.get(PAGE).status_code == 302


def test_one_is_ended_at_a_press(richard):
    here, there, elsewhere = (log_in(richard) for _ in range(3))
    page = here.post(f"{PAGE}{row_of(there).pk}/end/", follow=True)
    assert "That login has ended." in page.content.decode()
    assert len(page.context["logins"]) == 2
    assert there.get(PAGE).status_code == 302
    assert elsewhere.get(PAGE).status_code == 200


def test_all_others_are_ended_at_a_press(richard):
    here, there = log_in(richard), log_in(richard)
    page = here.post(f"{PAGE}end-others/", follow=True)
    assert "You are now logged in here only." in page.content.decode()
    assert "You are logged in nowhere else." in page.content.decode()
    assert there.get(PAGE).status_code == 302


def test_what_belongs_to_others_or_is_gone_looks_alike_and_stays(richard):
    here, gone = log_in(richard), log_in(richard)
    sam = log_in(person("sam.searcher"))
    gone_pk = row_of(gone).pk
    here.post(f"{PAGE}{gone_pk}/end/")
    for pk in (row_of(sam).pk, gone_pk, row_of(here).pk, 999_999, 10**30):
        assert here.post(f"{PAGE}{pk}/end/").status_code == 404
    assert sam.get(PAGE).status_code == 200
    assert here.get(f"{PAGE}{row_of(here).pk}/end/").status_code == 405


def test_a_login_that_is_over_is_not_listed(richard, move):
    log_in(richard)
    move(hours=2)
    assert len(logins(log_in(richard))) == 1


def test_an_unknown_address_or_browser_is_said(richard):
    client = Client()
    client.force_login(richard)
    page = client.get(PAGE).content.decode()
    assert "Unknown browser" in page
    assert "not known" in page


def test_hostile_browsers_are_text(richard):
    agent = "<script>alert(1)</script>\0" + "x" * 500
    page = log_in(richard, agent=agent).get(PAGE)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_costs_the_same_for_any_number(richard, number, django_assert_num_queries):
    clients = [log_in(richard) for _ in range(number)]
    with django_assert_num_queries(5):
        clients[0].get(PAGE)
