"""What opens an account is the password to the letter and, where there is one, the code."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.choices import LinkPurpose
from accounts.links import issue_link
from accounts.models import User
from accounts.passwords.rules import MAX_LENGTH
from core.models import AuditEvent
from tests.accounts.test_sign_in import log_in, signed_in
from tests.factories.accounts import UserFactory, person
from tests.factories.devices import authenticator, code_of, wrong_code

pytestmark = pytest.mark.django_db

LONG = "Aa1!" + "x" * (MAX_LENGTH - 4)
NEW = "Other-Pass-9"
PASSWORD_INPUT = re.compile(r'<input[^>]*type="password"[^>]*>')


def test_no_account_is_there_from_the_start():
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "nearly"),
    [
        (" Correct-Horse-7 ", "Correct-Horse-7"),
        ("Correct-Horse-7", "correct-horse-7"),
        ("Körrect-Horse-7", "Korrect-Horse-7"),
        ("Correct-Horse-7", "Correct-Horse-7\x00"),
        (LONG, LONG[:-1]),
        (LONG, LONG[:-1] + "y"),
    ],
)
def test_a_password_counts_exactly_as_typed(client, password, nearly):
    UserFactory(password=password)
    log_in(client, password=nearly)
    assert not signed_in(client)
    log_in(client, password=password)
    assert signed_in(client)


def test_a_made_up_session_is_nobodys(client):
    client.force_login(UserFactory())
    key = client.session.session_key
    assert re.fullmatch("[a-z0-9]{32}", key)
    nearly = key[:-1]
    for forged in (nearly + ("a" if key[-1] != "a" else "b"), key.upper(), nearly + "\0", "1", ""):
        stranger = Client()
        stranger.cookies[settings.SESSION_COOKIE_NAME] = forged
        assert stranger.get(reverse("your_account")).url.startswith("/login/"), forged
    assert client.get(reverse("your_account")).status_code == 200


def test_a_disabled_account_is_out_with_its_next_click(client):
    richard = UserFactory()
    client.force_login(richard)
    assert client.get(reverse("your_account")).status_code == 200
    User.objects.filter(pk=richard.pk).update(is_active=False)
    assert client.get(reverse("your_account")).url.startswith("/login/")


def follow_reset_link(client, user):
    token = issue_link(purpose=LinkPurpose.RESET_PASSWORD, address=user.email, person=user)
    client.get(reverse("reset_link", args=[token]))


def test_a_password_chosen_by_mail_does_not_stand_for_the_code(client):
    amina = person("amina.approver")
    device = authenticator(amina)
    follow_reset_link(client, amina)
    client.post(reverse("choose_password"), {"password1": NEW, "password2": NEW})
    assert not signed_in(client)
    asked = log_in(client, amina.email, NEW)
    assert asked.url == reverse("second_factor_code")
    assert not signed_in(client)
    client.post(asked.url, {"code": code_of(device)})
    assert signed_in(client)


def test_a_wrong_code_is_recorded_with_whose_account_it_was(client):
    amina = person("amina.approver")
    device = authenticator(amina)
    client.post(log_in(client, amina.email).url, {"code": wrong_code(device)})
    assert not signed_in(client)
    event = AuditEvent.objects.get(event="second_factor.failed")
    assert (event.subject, event.actor) == (amina, None)


def test_passwords_are_hidden_and_password_managers_may_fill_them_in(client):
    richard = UserFactory()
    follow_reset_link(client, richard)
    inputs = password_inputs(client, "account_login", "choose_password")
    client.force_login(richard)
    inputs += password_inputs(client, "account_reauthenticate", "change_password")
    assert len(inputs) == 7
    for field in inputs:
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert not re.search(r"value=|readonly|onpaste|maxlength", field), field


def password_inputs(client, *names):
    pages = [client.get(reverse(name)).content.decode() for name in names]
    return [field for page in pages for field in PASSWORD_INPUT.findall(page)]
