"""Forgotten password: a link that is a row, used once, and known to its address alone."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import LinkPurpose
from accounts.links import DeadLink
from accounts.lockout import is_locked_out
from accounts.models import Link, User
from accounts.models.links import hash_of
from accounts.passwords.services import reset_password, send_reset_link
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.accounts.test_sign_in import log_in, neutral, signed_in
from tests.factories.accounts import PASSWORD, person
from tests.races import at_once

pytestmark = pytest.mark.django_db
ADDRESS = "richard.test1@trust.example"
NEW = "Other-Pass-9"


def ask_for_reset(client, address=ADDRESS):
    return client.post(reverse("account_reset_password"), {"email": address}, follow=True)


def reset_path():
    mail = OutgoingMail.objects.filter(kind="password_reset").latest("pk")
    return re.search(r"https?://[^/]+(/password/reset/\S+/)", mail.text)[1]


def token():
    return reset_path().split("/")[-2]


def choose(client, password=NEW, again=None):
    form = {"password1": password, "password2": again or password}
    return client.post(reverse("choose_password"), form, follow=True)


@pytest.mark.requirement("CQRS-12", "CQRS-04")
def test_a_forgotten_password_is_replaced_by_mail(client, richard, settings):
    settings.SERVICE_URL = "https://cpms.example"
    response = ask_for_reset(client, "Richard.Test1@trust.example")
    assert "Check your email" in response.content.decode()
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address, mail.person) == ("password_reset", richard.email, richard)
    assert "https://cpms.example/password/reset/" in mail.text
    assert "works for 1 hour." in mail.text
    client.get(reset_path())
    response = choose(client)
    assert "Your password has been changed" in response.content.decode()
    assert not signed_in(client)
    richard.refresh_from_db()
    assert richard.check_password(NEW)
    mail = OutgoingMail.objects.latest("pk")
    assert (mail.kind, mail.address) == ("password_changed", richard.email)
    assert AuditEvent.objects.filter(event="password.reset", actor=richard).count() == 1


def test_the_secret_leaves_the_address_at_once_and_looking_uses_nothing_up(client, richard):
    ask_for_reset(client)
    secret = token()
    assert not Link.objects.filter(token_hash=secret).exists()
    for _ in range(2):
        response = client.get(reset_path())
        assert response["Location"] == reverse("choose_password")
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        assert client.head(reset_path()).status_code == 302
    page = client.get(reverse("choose_password"))
    assert page.status_code == 200
    assert secret not in page.content.decode()
    assert Link.objects.get().used_at is None


def test_a_used_link_is_dead_and_offers_another(client, richard):
    ask_for_reset(client)
    path = reset_path()
    client.get(path)
    choose(client)
    page = Client().get(path, follow=True)
    assert page.status_code == 410
    assert "This link has been used already" in page.content.decode()
    assert f'action="{reverse("account_reset_password")}"' in page.content.decode()
    with pytest.raises(DeadLink, match="used already"):
        reset_password(token=path.split("/")[-2], password="Third-Pass-9")
    richard.refresh_from_db()
    assert richard.check_password(NEW)


def test_a_link_lasts_an_hour(client, richard, time_machine):
    ask_for_reset(client)
    secret = token()
    time_machine.move_to(timezone.now() + timedelta(minutes=59))
    assert client.get(reset_path(), follow=True).status_code == 200
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    page = client.get(reset_path(), follow=True)
    assert "too old" in page.content.decode()
    assert "too old" in choose(client).content.decode()
    with pytest.raises(DeadLink, match="too old"):
        reset_password(token=secret, password=NEW)


def test_only_the_latest_link_works(client, richard):
    ask_for_reset(client)
    first = reset_path()
    ask_for_reset(client)
    assert "has been replaced" in client.get(first, follow=True).content.decode()
    assert client.get(reset_path(), follow=True).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_twice_at_once_counts_once(richard):
    send_reset_link(address=ADDRESS)
    secret = token()

    def choose_one(number):
        try:
            return bool(reset_password(token=secret, password=f"Kettle-Violin-{number}"))
        except DeadLink:
            return False

    assert sorted(at_once(choose_one, 2)) == [False, True]


def test_a_verification_link_does_not_reset_a_password(client, richard):
    ask_for_reset(client)
    Link.objects.update(purpose=LinkPurpose.VERIFY_ADDRESS)
    assert client.get(reset_path(), follow=True).status_code == 410
    with pytest.raises(DeadLink):
        reset_password(token=token(), password=NEW)


@pytest.mark.requirement("CQRS-12")
def test_a_new_password_ends_every_session_and_lifts_the_lockout(client, richard):
    elsewhere = Client()
    log_in(elsewhere)
    assert elsewhere.get(reverse("your_account")).status_code == 200
    for _ in range(5):
        log_in(Client(), password="Wrong-Pass-9")
    assert is_locked_out(ADDRESS)
    ask_for_reset(client)
    client.get(reset_path())
    choose(client)
    assert elsewhere.get(reverse("your_account")).status_code == 302
    assert not is_locked_out(ADDRESS)
    assert signed_in_with(NEW)


def signed_in_with(password):
    browser = Client()
    log_in(browser, password=password)
    return signed_in(browser)


def test_the_new_password_keeps_the_rules_and_is_not_an_old_one(client, richard):
    ask_for_reset(client)
    client.get(reset_path())
    for password, words in (
        ("groundnuts", "at least 1 upper case letter"),
        ("7-long-words-and-richard-R", "must not contain your name"),
        ("Winter2026!", "easy to guess"),
        (PASSWORD, "You have used this password before"),
    ):
        response = choose(client, password)
        assert words in response.context["form"].errors["password1"][0]
    response = choose(client, NEW, "Other-Pass-8")
    assert response.context["form"].errors.keys() == {"password2"}
    richard.refresh_from_db()
    assert richard.check_password(PASSWORD)


def test_asking_for_an_unknown_or_disabled_address_is_answered_alike(client, richard):
    person("dora.disabled", is_active=False)
    known = ask_for_reset(client)
    for address in ("nobody@trust.example", "dora.disabled@trust.example"):
        assert neutral(ask_for_reset(client, address)) == neutral(known)
    assert list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True)) == [
        "password_reset",
        "unknown_account",
        "unknown_account",
    ]


def test_known_and_unknown_addresses_cost_the_same_rows(client, richard):
    def rows():
        return Link.objects.count(), AuditEvent.objects.count(), OutgoingMail.objects.count()

    before = rows()
    ask_for_reset(client, "nobody@trust.example")
    unknown = rows()
    ask_for_reset(client)
    known = rows()
    costs = [b - a for a, b in zip(before, unknown, strict=True)]
    assert costs == [b - a for a, b in zip(unknown, known, strict=True)] == [1, 1, 1]


def test_the_link_of_an_unknown_address_is_of_no_use(client):
    Link.objects.create(
        purpose=LinkPurpose.RESET_PASSWORD,
        address="nobody@trust.example",
        token_hash=hash_of("guessed"),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    page = client.get(reverse("reset_link", args=["guessed"]), follow=True)
    assert page.status_code == 410
    with pytest.raises(DeadLink):
        reset_password(token="guessed", password=NEW)


def test_who_was_disabled_meanwhile_gets_no_password(client, richard):
    ask_for_reset(client)
    client.get(reset_path())
    User.objects.update(is_active=False)
    assert choose(client).status_code == 410
    richard.refresh_from_db()
    assert richard.check_password(PASSWORD)


def test_a_link_to_an_address_that_is_the_accounts_no_more_gives_no_password(client, richard):
    ask_for_reset(client)
    client.get(reset_path())
    User.objects.update(email="richard.new@trust.example")
    assert choose(client).status_code == 410
    richard.refresh_from_db()
    assert richard.check_password(PASSWORD)


def test_an_address_gets_five_mails_an_hour_and_the_answer_stays(client, richard):
    answers = {neutral(ask_for_reset(client)) for _ in range(7)}
    assert len(answers) == 1
    assert OutgoingMail.objects.count() == 5
    assert client.get(reset_path(), follow=True).status_code == 200


def test_who_has_no_password_chooses_one_by_mail(client, richard):
    richard.set_unusable_password()
    richard.save()
    ask_for_reset(client)
    client.get(reset_path())
    choose(client)
    assert authenticate(None, email=ADDRESS, password=NEW) == richard


@pytest.mark.parametrize("path", ["x", "key/x-y", "%00", "é", "x" * 5_000])
def test_a_made_up_link_is_explained(client, path):
    response = client.get(f"/password/reset/{path}/", follow=True)
    assert response.status_code in (404, 410)
    if response.status_code == 410:
        assert "This link does not work" in response.content.decode()
        assert "send you a new link" in response.content.decode()


def test_without_a_link_there_is_nothing_to_choose(client, richard):
    assert choose(client).status_code == 410


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": ""},
        {"email": "a\0@trust.example"},
        {"email": "x" * 10_000 + "@trust.example"},
        {"email": ["nonsense", "a@b"], "user": "1", "is_active": ""},
    ],
)
def test_bad_input_when_asking_for_a_link_is_an_error_at_the_field(client, richard, data):
    response = client.post(reverse("account_reset_password"), data)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"email"}
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"password1": "", "password2": ""},
        {"password1": "Gr0und#\0nut", "password2": "Gr0und#\0nut"},
        {"password1": "Aa1!" * 10_000, "password2": "Aa1!" * 10_000},
        {"password1": "groundnuts", "password2": "groundnuts", "email": "evil@trust.example"},
    ],
)
def test_bad_input_when_choosing_a_password_is_an_error_at_a_field(client, richard, data):
    ask_for_reset(client)
    client.get(reset_path())
    response = client.post(reverse("choose_password"), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    richard.refresh_from_db()
    assert richard.check_password(PASSWORD)
    assert richard.email == ADDRESS
