"""What was typed survives logging in again, and is sent by its author's press alone."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.sessions.services import end_sessions
from approvals.models import Decision
from availability.models import WardConfirmation
from tests.accounts.sessions.conftest import give_password_and_code
from tests.factories.accounts import commissioner, person, ward_editor
from tests.factories.approvals import submitted_items
from tests.factories.availability import newest, ward_with_beds
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db
TYPED = {"reason": "Moved <b>away</b>", "note": ""}
WHERE = "/wards/1/confirm/"


def timed_out(person, move, **client_options):
    client = Client(**client_options)
    client.force_login(person)
    move(days=1)
    return client


def log_in_again(client, person, path="/login/?next=/continue/"):
    return give_password_and_code(client, person, path)


def test_it_is_shown_after_logging_in_and_sent_by_a_press(richard, move):
    client = timed_out(richard, move)
    login = client.post(WHERE, TYPED, headers={"Referer": "http://testserver/wards/1/?a=b"})
    assert login["Location"] == "/login/?next=/continue/"
    page = client.get(login["Location"]).content.decode()
    assert "You were logged out because you did nothing for 2 hours." in page
    assert "What you sent is kept: log in to send it again." in page
    response = log_in_again(client, richard)
    assert response.redirect_chain == [("/continue/", 302)]
    page = response.content.decode()
    assert "Continue where you left off" in page
    assert "Moved &lt;b&gt;away&lt;/b&gt;" in page
    assert f'action="{WHERE}"' in page
    assert '<input type="hidden" name="note" value="">' in page
    assert 'href="/wards/1/?a=b"' in page
    assert "Passwords, codes" not in page
    # Sent again, to its own view, which decides by its own checks: here, no such ward is theirs.
    assert client.post(WHERE, TYPED).status_code in (403, 404)
    assert client.get("/continue/")["Location"] == "/home/"


def test_what_nobody_typed_is_sent_again_and_not_shown(richard, move):
    client = timed_out(richard, move)
    hidden = {"seen": "6a0f8d5ffd57", "seen_entry": "4711", "grants": "815", "item": "642"}
    client.post(WHERE, TYPED | hidden)
    page = log_in_again(client, richard).content.decode()
    for name, value in hidden.items():
        assert page.count(value) == 1
        assert f'name="{name}" value="{value}"' in page


def test_left_it_is_gone(richard, move):
    client = timed_out(richard, move)
    client.post(WHERE, TYPED, headers={"Referer": "http://testserver/help/"})
    log_in_again(client, richard)
    assert client.post("/continue/")["Location"] == "/help/"
    assert client.get("/continue/")["Location"] == "/home/"


def test_nobody_else_sees_it(richard, move):
    client = timed_out(richard, move)
    client.post(WHERE, TYPED)
    other = person("sam.searcher")
    response = log_in_again(client, other)
    assert "away" not in response.content.decode()
    assert "kept_post" not in client.session


def test_it_is_its_authors_when_the_session_was_ended_elsewhere(richard, move):
    client = Client()
    client.force_login(richard)
    end_sessions(richard, by=richard)
    page = client.post(WHERE, TYPED, follow=True).content.decode()
    assert "You were logged out because you ended this login elsewhere." in page
    assert client.session["kept_post"]["person"] == richard.pk


def test_whose_it_is_may_be_unknown_and_is_said(richard):
    client = Client()
    client.post(WHERE, TYPED)
    assert "this may be theirs" in log_in_again(client, richard).content.decode()


def test_it_is_gone_after_an_hour(richard, move):
    client = timed_out(richard, move)
    client.post(WHERE, TYPED)
    log_in_again(client, richard)
    move(days=1, minutes=59)
    assert client.get("/continue/").status_code == 200
    move(days=1, minutes=60)
    assert client.get("/continue/")["Location"] == "/home/"
    move(days=1, minutes=62)
    client.get("/your-account/")
    assert "kept_post" not in client.session


def test_the_session_of_nobody_does_not_outlive_it(richard, move):
    client = timed_out(richard, move)
    client.post(WHERE, TYPED)
    assert client.cookies["sessionid"]["max-age"] == 3600
    log_in_again(client, richard)
    assert client.cookies["sessionid"]["max-age"] == ""


@pytest.mark.parametrize(
    "name",
    ["password", "oldpassword", "password1", "proof", "code", "otp_token", "recovery-code", "pin"],
)
def test_secrets_are_not_kept(richard, move, name):
    client = timed_out(richard, move)
    client.post(WHERE, {name: "hunter2", "reason": "Moved", "csrfmiddlewaretoken": "x" * 64})
    assert client.session["kept_post"]["fields"] == [["reason", "Moved"]]
    assert "Passwords, codes" in log_in_again(client, richard).content.decode()
    client = timed_out(richard, move)
    move(days=2)
    page = client.post(WHERE, {name: "hunter2"}, follow=True).content.decode()
    assert "Your last change was not saved. Log in and make it again." in page
    assert "kept_post" not in client.session


def test_a_postcode_is_no_secret_and_an_nhs_number_is_not_kept(richard, move):
    client = timed_out(richard, move)
    nobody = "943 476 5919"
    client.post(WHERE, {"work_postcode": "SL6 0PQ", "note": f"for {nobody}", nobody: "x"})
    assert client.session["kept_post"]["fields"] == [["work_postcode", "SL6 0PQ"]]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"note": "x" * 70_000}},
        {"data": {"note": "ü" * 33_000}},
        {"data": '{"note": "x"}', "content_type": "application/json"},
    ],
    ids=["too long", "too many bytes", "no form"],
)
def test_what_cannot_be_kept_is_said_to_be_lost(richard, move, sent):
    client = timed_out(richard, move)
    page = client.post(WHERE, **sent, follow=True).content.decode()
    assert "Your last change was not saved. Log in and make it again." in page
    assert "kept_post" not in client.session


@pytest.mark.parametrize("path", ["/your-account/sessions/1/end/", "/continue/"])
def test_some_forms_are_not_worth_keeping(richard, move, path):
    client = timed_out(richard, move)
    client.post(path)
    assert "kept_post" not in client.session


@pytest.mark.parametrize("path", ["/login/", "/password/reset/", "/session/extend/"])
def test_open_pages_keep_nothing(richard, move, path):
    client = timed_out(richard, move)
    client.post(path, {"email": "x", "note": "y"})
    assert "kept_post" not in client.session


def test_hostile_text_is_kept_and_shown_as_text(richard, move):
    client = timed_out(richard, move)
    client.post(WHERE, {'"><script>': "a\0'\"></script><script>alert(1)</script>"})
    response = log_in_again(client, richard)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_foreign_page_is_not_led_back_to(richard, move):
    client = timed_out(richard, move)
    client.post(WHERE, TYPED, headers={"Referer": "https://evil.example/x"})
    assert client.session["kept_post"]["page"] == ""
    client.post(WHERE, TYPED, headers={"Referer": "http://testserver//evil.example/x"})
    log_in_again(client, richard)
    assert client.post("/continue/")["Location"] == "/%2Fevil.example/x"


def test_a_fragment_leads_the_whole_page_to_the_login(richard, move):
    client = timed_out(richard, move)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/wards/1/"}
    asked = client.get("/wards/1/", headers=headers)
    assert asked["HX-Redirect"] == "/login/?next=/wards/1/"
    sent = client.post(WHERE, TYPED, headers=headers)
    assert sent["HX-Redirect"] == "/login/?next=/continue/"
    assert client.session["kept_post"]["page"] == "/wards/1/"


def test_keeping_has_a_limit(richard, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "keep_post": "1/m/ip"}
    clients = [Client(), Client()]
    for client in clients:
        client.post(WHERE, TYPED)
    assert ["kept_post" in client.session for client in clients] == [True, False]


class TestTokenOfAnotherLogin:
    """The page was opened before somebody logged in again, in another tab."""

    SAME = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}

    @pytest.fixture
    def client(self, richard):
        client = Client(enforce_csrf_checks=True)
        client.force_login(richard)
        client.cookies["csrftoken"] = "n" * 32
        return client

    def send(self, client, path=WHERE, **headers):
        return client.post(path, {**TYPED, "csrfmiddlewaretoken": "o" * 32}, headers=headers)

    def test_what_our_own_page_sent_is_kept_to_be_sent_again(self, client, richard):
        assert self.send(client, **self.SAME)["Location"] == "/continue/"
        assert "Moved" in client.get("/continue/").content.decode()
        assert client.session["kept_post"]["person"] == richard.pk

    def test_without_a_login_it_leads_there(self, client):
        Session.objects.all().delete()
        response = self.send(client, **self.SAME)
        assert response["Location"] == "/login/?next=/continue/"

    def test_after_the_limit_it_leads_to_the_login(self, client, move):
        move(days=1)
        response = self.send(client, **self.SAME)
        assert response["Location"] == "/login/?next=/continue/"
        assert not UserSession.objects.exists()

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "null"},
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
            {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver.evil.example"},
        ],
    )
    def test_what_anybody_else_sent_is_refused_and_forgotten(self, client, headers):
        response = self.send(client, **headers)
        assert response.status_code == 403
        assert "kept_post" not in client.session

    def test_open_pages_show_the_usual_page(self, client):
        assert self.send(client, "/login/", **self.SAME).status_code == 403


def send_again(client, person):
    """Press the button: the fields of the form, to its address."""
    kept = log_in_again(client, person).context["kept"]
    return client.post(kept.path, dict(kept.fields))


def test_a_tap_on_the_ward_board_is_sent_again(move):
    ward = ward_with_beds(1)
    bed = ward.beds.get()
    wendy = ward_editor(ward)
    client = timed_out(wendy, move)
    tap = {"state": "available", "seen_entry": newest(bed).pk}
    client.post(f"/beds/{bed.pk}/", tap, headers={"HX-Request": "true"})
    assert newest(bed).state == "occupied"
    response = send_again(client, wendy)
    assert response["Location"].startswith(f"/wards/{ward.pk}/")
    assert newest(bed).state == "available"
    assert newest(bed).by == wendy
    assert "kept_post" not in client.session


def test_nothing_has_changed_is_sent_again(move):
    ward = ward_with_beds(1)
    wendy = ward_editor(ward)
    client = timed_out(wendy, move)
    seen = {"seen_entry": newest(ward.beds.get()).pk}
    client.post(f"/wards/{ward.pk}/confirm/", seen)
    assert send_again(client, wendy).status_code == 302
    assert WardConfirmation.objects.get().ward == ward


def test_a_decision_is_sent_again_and_decided_by_its_own_checks(move):
    ward = WardFactory()
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    first, second = submitted_items(ward=ward)
    rejection = {"outcome": "rejected", "reason": "Left in May"}
    client = timed_out(carol, move)
    client.post(f"/approvals/{first.pk}/", rejection)
    assert not Decision.objects.exists()
    send_again(client, carol)
    assert Decision.objects.get().reason == "Left in May"
    client.post("/logout/")
    move(days=2)
    client.post(f"/approvals/{second.pk}/", rejection)
    carol.grants.update(revoked_at=timezone.now())
    assert send_again(client, carol).status_code in (403, 404)
    assert Decision.objects.count() == 1
