"""The page about cookies lists exactly those that the service sets, with how long they last."""

import re
from datetime import timedelta
from html import unescape
from http.cookies import Morsel

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from core.cookies import in_words
from notifications.models import OutgoingMail
from tests.accounts.sessions.conftest import give_password_and_code
from tests.factories.accounts import PASSWORD, helpdesk, ward_editor
from tests.factories.organisations import PostcodeLocationFactory, WardFactory
from tests.onboarding.registering import confirm, fill

pytestmark = pytest.mark.django_db


class Visitor(Client):
    """A client that keeps every cookie that it was ever given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, Morsel] = {}

    def request(self, **request: object) -> HttpResponse:
        response = super().request(**request)
        self.given |= {name: cookie for name, cookie in response.cookies.items() if cookie.value}
        return response


def rows(client: Client) -> dict[str, str]:
    """The page's names of cookies, each with when it ends."""
    html = unescape(client.get("/cookies/").content.decode())
    row = r'__key">([^<]+)</dt>.*?<p>Ends: ([^<]+)</p>'
    return dict(re.findall(row, html, re.DOTALL))


def live_through_everything(visitor: Visitor) -> None:
    """Register, verify, log in, ask for access; update beds; look after people; log out."""
    PostcodeLocationFactory()
    ward = WardFactory()
    fill(visitor)
    assert confirm(visitor).status_code == 302
    link = re.search(r"https?://[^/]+(/verify/\S+/)", OutgoingMail.objects.latest("pk").text)
    assert link
    visitor.get(link[1], follow=True)
    visitor.post("/verify/", follow=True)
    # The last one is remembered, since nothing is granted there yet.
    for address in (ward_editor(ward).email, helpdesk().email, "rdjtest1@trust.example"):
        visitor.get("/login/")
        person = User.objects.get(email=address)
        home = give_password_and_code(visitor, person, remember="on")
        assert home.context["user"].email == address
        for path in ("/home/", "/request-access/", "/search/", f"/wards/{ward.pk}/", "/admin/"):
            visitor.get(path, follow=True)
        visitor.post("/logout/")


@pytest.mark.requirement("CPMS-05")
@pytest.mark.parametrize("names", ["development", "production"])
def test_the_page_lists_the_cookies_that_are_set(settings, names):
    if names == "production":
        settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    visitor = Visitor()
    live_through_everything(visitor)
    assert set(visitor.given) == set(rows(visitor))


def test_the_page_says_how_long_each_cookie_lasts(settings):
    settings.SESSION_COOKIE_AGE = 3 * 24 * 60 * 60
    settings.CSRF_COOKIE_AGE = 5 * 60 * 60
    visitor = Visitor()
    live_through_everything(visitor)
    ends = rows(visitor)
    lasting = {name: one["max-age"] for name, one in visitor.given.items() if one["max-age"]}
    assert len(lasting) == 3
    for name, seconds in lasting.items():
        assert in_words(timedelta(seconds=seconds)) in ends[name]


def test_a_login_that_is_not_to_be_remembered_ends_with_the_browser():
    visitor, person = Visitor(), helpdesk()
    visitor.post("/login/", {"login": person.email, "password": PASSWORD})
    assert visitor.given["sessionid"]["max-age"] == ""
    assert "when you close your browser" in rows(visitor)["sessionid"]


@pytest.mark.parametrize(
    ("lifetime", "words"),
    [
        (timedelta(days=14), "14 days"),
        (timedelta(days=1), "24 hours"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(hours=1), "1 hour"),
    ],
)
def test_a_lifetime_is_in_words(lifetime, words):
    assert in_words(lifetime) == words
