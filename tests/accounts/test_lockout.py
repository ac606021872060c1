"""Wrong passwords lock an address for a while, known or not, and the page says what to do."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.lockout import (
    PROOFS,
    count_attempt,
    is_locked_out,
    lift_lockout,
    seconds_locked,
)
from accounts.models import User
from core.models import AuditEvent
from tests.factories.accounts import PASSWORD, helpdesk, person

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "richard.test1@trust.example", "nobody.here01@trust.example"
WRONG = "Wrong-Pass-9"


def log_in(client, login=KNOWN, password=PASSWORD, **extra):
    return client.post("/login/", {"login": login, "password": password}, **extra)


def lock(client, login=KNOWN):
    for _ in range(5):
        assert "is not correct" in text_of(log_in(client, login, WRONG))


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.requirement("CQRS-20")
@pytest.mark.parametrize("login", [KNOWN, UNKNOWN])
def test_the_page_says_what_happened_how_long_and_how_it_ends(client, richard, login, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    lock(client, login)
    time_machine.move_to(start + timedelta(minutes=3, seconds=10), tick=False)
    page = log_in(client, login)
    assert page.status_code == 429
    assert page["Retry-After"] == "710"
    text = text_of(page)
    assert "You cannot log in for now" in text
    assert f"A wrong password was typed 5 times within 15 minutes for {login} ." in text
    assert "no password is accepted for this email address for 12 minutes." in text
    assert f'href="{reverse("account_reset_password")}"' in page.content.decode()
    assert "01632 960000" in text
    assert not signed_in(client)


@pytest.mark.requirement("CQRS-20")
@pytest.mark.parametrize("login", [KNOWN, UNKNOWN])
def test_it_ends_when_it_was_said_to(client, richard, login, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    lock(client, login)
    time_machine.move_to(start + timedelta(minutes=14, seconds=59), tick=False)
    assert "for 1 minute." in text_of(log_in(client, login))
    time_machine.move_to(start + timedelta(minutes=15, seconds=1), tick=False)
    assert log_in(client, login).status_code == (302 if login == KNOWN else 200)


def test_known_and_unknown_addresses_get_the_same_page(client, richard):
    pages = []
    for login in (KNOWN, UNKNOWN):
        lock(client, login)
        page = log_in(client, login)
        neutral = re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", text_of(page).replace(login, "ADDRESS"))
        pages.append((page.status_code, neutral, sorted(page.headers)))
    assert pages[0] == pages[1]


def test_however_the_address_and_the_host_are_spelt_it_is_counted_once(client, richard):
    for login, host in (
        (KNOWN, "testserver"),
        (KNOWN.upper(), "localhost"),
        (f" {KNOWN} ", "127.0.0.1:1"),
        (KNOWN.title(), "127.0.0.1:2"),
        (KNOWN, "127.0.0.1:3"),
    ):
        assert log_in(client, login, WRONG, headers={"Host": host}).status_code == 200
    assert log_in(client).status_code == 429


def test_another_person_on_the_same_network_is_not_locked_out(client, richard):
    lock(client)
    person("sam.searcher")
    assert log_in(client, "sam.searcher@trust.example").status_code == 302


def test_trying_while_locked_makes_it_no_longer(client, richard, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    lock(client)
    time_machine.move_to(start + timedelta(minutes=10), tick=False)
    assert log_in(client, password=WRONG).status_code == 429
    time_machine.move_to(start + timedelta(minutes=15, seconds=1), tick=False)
    assert log_in(client).status_code == 302


def test_lifting_it_lets_the_person_log_in_at_once(client, richard):
    lock(client)
    lift_lockout(KNOWN.upper())
    assert log_in(client).status_code == 302
    assert AuditEvent.objects.get(event="sign_in.unlocked").subject == richard


@pytest.mark.requirement("CQRS-20")
def test_lifting_it_lets_the_person_prove_themselves_again_too(rf, richard):
    for _ in range(6):
        count_attempt(rf.post("/"), PROOFS, str(richard.pk))
    assert seconds_locked(PROOFS, str(richard.pk))
    lift_lockout(richard.email)
    assert not seconds_locked(PROOFS, str(richard.pk))


def test_the_helpdesk_sees_and_lifts_it(client, richard):
    lock(client)
    helen = helpdesk()
    client.force_login(helen)
    shown = client.get(reverse("admin:accounts_user_change", args=[richard.pk]))
    assert "For 15 minutes, by wrong passwords" in text_of(shown)
    assert "Unlock: let the person log in at once" in text_of(shown)
    answer = client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "lift_lockouts", "_selected_action": richard.pk},
        follow=True,
    )
    assert "can log in again" in text_of(answer)
    event = AuditEvent.objects.get(event="sign_in.unlocked")
    assert (event.actor, event.subject) == (helen, richard)
    assert not is_locked_out(KNOWN)
    shown = client.get(reverse("admin:accounts_user_change", args=[richard.pk]))
    assert "Unlock: let the person" not in text_of(shown)


def test_a_network_that_tries_too_often_is_told_so(client, settings):
    limits = settings.ACCOUNT_RATE_LIMITS
    settings.ACCOUNT_RATE_LIMITS = {**limits, "login_failed": "2/m/ip,5/15m/key"}
    for name in ("a", "b"):
        log_in(client, f"{name}@trust.example")
    page = log_in(client, "c@trust.example")
    assert page.status_code == 429
    assert page["Retry-After"] == "60"
    assert "came from your network within a minute" in text_of(page)


def test_too_many_logins_from_one_network_are_refused_with_a_page(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}
    for _ in range(2):
        log_in(client, UNKNOWN)
    page = log_in(client, UNKNOWN)
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    assert "Wait 1 minute, then go back and try again." in text_of(page)


def test_every_limit_of_a_network_lasts_the_minute_that_the_page_names(settings):
    for action, rates in settings.ACCOUNT_RATE_LIMITS.items():
        of_network = [rate for rate in rates.split(",") if rate.endswith("/ip")]
        assert all(rate.split("/")[1] == "m" for rate in of_network), action


class TestWhatIsRecorded:
    def events(self):
        kept = AuditEvent.objects.filter(event__startswith="sign").order_by("pk")
        return [(event.event, event.subject_id) for event in kept]

    def test_wrong_passwords_and_the_lock_out_that_they_lead_to(self, client, richard):
        lock(client)
        log_in(client)
        failed = ("sign_in.failed", richard.pk)
        assert self.events() == [failed] * 5 + [("sign_in.locked_out", richard.pk)]

    def test_of_an_unknown_address_that_it_was_tried_and_not_what_was_typed(self, client):
        log_in(client, "My-Password-1@trust.example", WRONG)
        event = AuditEvent.objects.get()
        assert (event.event, event.subject, event.actor) == ("sign_in.failed", None, None)
        assert "password" not in str(AuditEvent.objects.values()).lower()

    def test_signing_in_and_out_with_the_method_and_the_reference(self, client, richard):
        reference = log_in(client).headers["X-Request-Reference"]
        event = AuditEvent.objects.get(event="sign_in.succeeded")
        assert (event.actor, event.reference) == (richard, reference)
        assert event.details["methods"] == ["password"]
        client.post("/logout/")
        assert self.events()[-1] == ("signed_out", richard.pk)

    def test_a_disabled_account_that_was_tried_with_its_password(self, client, richard):
        User.objects.update(is_active=False)
        log_in(client)
        assert self.events() == [("sign_in.refused", richard.pk)]
