"""Decisions and what is secret ask for a fresh proof of who is at the keyboard."""

import re
import time

import pytest
from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.urls import include, path, reverse

from accounts.access import requires
from accounts.models import User
from accounts.reauthentication.proof import PROVEN_AT
from accounts.rules import signed_in
from approvals.models import Decision
from core.models import AuditEvent
from tests.factories.accounts import PASSWORD, commissioner, helpdesk
from tests.factories.approvals import YES_ON_PAGE, submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db
ASKS = "Confirm that it is you"


@requires(signed_in)
@reauthentication_required
def secret(request):
    return HttpResponse(f"secret {request.method} {request.POST.get('note', '')}")


urlpatterns = [path("secret/", secret), path("", include("cpms.urls"))]


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def carol(ward, client):
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    client.force_login(carol)
    return carol


@pytest.fixture
def item(ward, carol):
    return submitted_items(ward=ward)[0]


def age(client, minutes):
    """The last proof of this browser was so many minutes ago."""
    session = client.session
    session[PROVEN_AT] = time.time() - minutes * 60
    session.save()


def decide(client, item, **data):
    return client.post(reverse("approvals:item", args=[item.pk]), data)


def text_of(response):
    return response.content.decode()


APPROVAL = {"outcome": "approved", **YES_ON_PAGE}
REJECTION = {"outcome": "rejected", "reason": "Not “ours” & <b>unknown</b>\nhere"}


def test_who_has_just_logged_in_decides_at_once(client, item):
    age(client, 14)
    assert decide(client, item, **APPROVAL).status_code == 302


def test_after_a_quarter_of_an_hour_a_decision_asks_for_the_password(client, item):
    age(client, 16)
    answer = decide(client, item, **REJECTION)
    assert answer.status_code == 200
    assert ASKS in text_of(answer)
    assert "You are about to reject the request of Richard Test1." in text_of(answer)
    assert not Decision.objects.exists()


def test_what_was_typed_is_decided_once_the_password_is_typed(client, item):
    age(client, 16)
    page = text_of(decide(client, item, **REJECTION))
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert "&lt;b&gt;" in kept["reason"]
    assert kept["outcome"] == "rejected"
    answer = decide(client, item, **REJECTION, proof=PASSWORD)
    assert answer["Location"] == reverse("approvals:queue")
    assert Decision.objects.get().reason == REJECTION["reason"]
    assert AuditEvent.objects.get(event="proof.given").subject == Decision.objects.get().by


def test_a_wrong_password_keeps_what_was_typed_and_decides_nothing(client, item):
    age(client, 16)
    for proof, error in (("Wrong-Pass-9", "The password is not correct"), ("", "Enter your")):
        page = text_of(decide(client, item, **REJECTION, proof=proof))
        assert error in page
        assert "&lt;b&gt;unknown" in page
        assert "Wrong-Pass-9" not in page
    assert not Decision.objects.exists()
    assert AuditEvent.objects.filter(event="proof.failed").count() == 1


def test_five_wrong_passwords_stop_the_right_one_too_for_this_person_alone(client, item):
    age(client, 16)
    for _ in range(5):
        decide(client, item, **REJECTION, proof="Wrong-Pass-9")
    page = text_of(decide(client, item, **REJECTION, proof=PASSWORD))
    assert "Try again in 15 minutes" in page
    assert not Decision.objects.exists()
    client.force_login(helpdesk())
    age(client, 16)
    assert client.post("/login/again/", {"proof": PASSWORD}).status_code == 302


def test_what_may_not_be_decided_is_refused_without_asking_for_a_password(client, item):
    elsewhere = WardFactory(unit__ods_code="X1", unit__organisation__ods_code="X", name="Far")
    other = submitted_items(person=helpdesk("nora.north"), ward=elsewhere)[0]
    age(client, 16)
    assert decide(client, other, **APPROVAL).status_code == 404
    page = text_of(decide(client, item, outcome="rejected", reason=""))
    assert "Enter a reason" in page
    assert ASKS not in page


def test_a_right_lost_while_the_page_asks_is_lost(client, item, carol):
    """What was sent first goes through every check again with the password."""
    age(client, 16)
    assert ASKS in text_of(decide(client, item, **APPROVAL))
    carol.grants.update(revoked_at="2026-01-01T00:00Z")
    assert decide(client, item, **APPROVAL, proof=PASSWORD).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.urls("tests.accounts.test_reauthentication")
class TestPagesOfAllauthsKind:
    def test_a_page_leads_to_the_password_and_back(self, client, carol):
        assert client.get("/secret/").content == b"secret GET "
        age(client, 16)
        asked = client.get("/secret/?a=1")
        assert asked["Location"] == "/login/again/?next=%2Fsecret%2F%3Fa%3D1"
        assert ASKS in text_of(client.get(asked["Location"]))
        assert "not correct" in text_of(client.post(asked["Location"], {"proof": "x"}))
        answer = client.post(asked["Location"], {"proof": PASSWORD})
        assert answer["Location"] == "/secret/?a=1"
        assert client.get("/secret/").content == b"secret GET "

    def test_a_form_is_kept_in_the_page(self, client, carol):
        age(client, 16)
        assert 'name="note" value="kept"' in text_of(client.post("/secret/", {"note": "kept"}))
        answer = client.post("/secret/", {"note": "kept", "proof": PASSWORD})
        assert answer.content == b"secret POST kept"

    def test_a_fragment_does_not_hold_the_page(self, client, carol):
        age(client, 16)
        answer = client.post("/secret/", headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == "/login/again/"

    def test_who_has_no_password_logs_in_again(self, client, carol):
        """allauth itself takes them for proven."""
        User.objects.filter(pk=carol.pk).update(password=make_password(None))
        carol.refresh_from_db()
        client.force_login(carol)
        assert client.get("/secret/").content == b"secret GET "
        age(client, 16)
        page = text_of(client.get("/secret/", follow=True))
        assert "log out and log in again" in page
        assert 'value="/login/?next=%2Fsecret%2F"' in page
        answer = client.post("/logout/", {"next": "/login/?next=%2Fsecret%2F"})
        assert answer["Location"] == "/login/?next=%2Fsecret%2F"


def test_the_page_opens_before_a_closed_gate(client, carol, settings):
    settings.TERMS_VERSION = "2030-01-01"
    assert client.get("/home/").status_code == 302
    assert client.get("/login/again/").status_code == 200


@pytest.mark.parametrize(
    "data", [{}, {"proof": ""}, {"proof": "x\0"}, {"proof": "x" * 100_000}, {"proof": ["a", "b"]}]
)
def test_bad_input_is_an_error_at_the_field(client, item, data):
    age(client, 16)
    answer = client.post("/login/again/", data)
    assert answer.context["form"].errors.keys() == {"proof"}
    assert ASKS in text_of(decide(client, item, **APPROVAL, **data))
    assert not Decision.objects.exists()


def test_nobody_is_led_elsewhere(client, carol):
    for onwards in ("https://evil.example/", "//evil.example"):
        answer = client.post(f"/login/again/?next={onwards}", {"proof": PASSWORD})
        assert answer["Location"] == reverse("home")


def test_a_proof_gives_the_session_another_key_under_which_it_is_listed(client, carol):
    before = client.session.session_key
    client.post("/login/again/", {"proof": PASSWORD})
    after = client.session.session_key
    assert after != before
    assert UserSession.objects.get(user=carol).session_key == after
