"""Changing the own password, and what is kept of the ones before."""

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import PasswordHistory, User
from accounts.passwords.services import change_password
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.accounts.test_sign_in import log_in, signed_in
from tests.factories.accounts import PASSWORD, UserFactory, helpdesk

pytestmark = pytest.mark.django_db
NEW = "Other-Pass-9"


def change(client, current=PASSWORD, password=NEW, again=None, **query):
    data = {"current": current, "password1": password, "password2": again or password}
    return client.post(reverse("change_password", query=query), data)


def has_password(person, password):
    return User.objects.get(pk=person.pk).check_password(password)


@pytest.mark.requirement("CQRS-12")
def test_the_current_password_is_needed(client, richard):
    client.force_login(richard)
    for current, words in (("Wrong-Pass-9", "not correct"), ("", "Enter your current password")):
        response = change(client, current)
        assert words in response.context["form"].errors["current"][0]
    assert has_password(richard, PASSWORD)
    assert change(client)["Location"] == reverse("your_account")
    assert has_password(richard, NEW)


@pytest.mark.requirement("CQRS-12")
def test_this_session_goes_on_and_every_other_ends(client, richard):
    elsewhere = Client()
    for browser in (client, elsewhere):
        log_in(browser)
        assert browser.get(reverse("your_account")).status_code == 200
    change(client)
    assert client.get(reverse("your_account")).status_code == 200
    assert elsewhere.get(reverse("your_account"))["Location"].startswith("/login/")
    log_in(elsewhere)
    assert not signed_in(elsewhere)


def test_a_change_is_mailed_and_recorded(client, richard):
    client.force_login(richard)
    change(client)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("password_changed", richard.email)
    assert NEW not in mail.text + mail.html
    event = AuditEvent.objects.get(event="password.changed")
    assert (event.actor, event.subject) == (richard, richard)


def test_wrong_current_passwords_are_limited_by_account(client, richard):
    client.force_login(richard)
    for _ in range(5):
        change(client, "Wrong-Pass-9")
    other = Client()
    other.force_login(richard)
    response = change(other)
    assert "too many times" in response.context["form"].errors["current"][0]
    assert has_password(richard, PASSWORD)


def test_the_refusal_of_used_passwords_does_not_tell_the_current_one(client, richard):
    client.force_login(richard)
    response = change(client, "Wrong-Pass-9", PASSWORD)
    assert response.context["form"].errors.keys() == {"current"}


def test_the_new_password_keeps_the_rules(client, richard):
    client.force_login(richard)
    for password, words in (
        ("groundnuts", "at least 1 upper case letter"),
        ("P@ssw0rd1!", "easy to guess"),
        ("Richards-Kettle-7", "must not contain your name"),
    ):
        errors = change(client, password=password).context["form"].errors
        assert words in " ".join(errors["password1"])
    assert change(client, again="Other-Pass-8").context["form"].errors.keys() == {"password2"}
    assert has_password(richard, PASSWORD)


def test_the_last_five_passwords_do_not_come_back(client, richard):
    client.force_login(richard)
    current = PASSWORD
    for number in range(1, 5):
        new = f"Kettle-Violin-{number}"
        assert change(client, current, new).status_code == 302
        current = new
    for used in (PASSWORD, "Kettle-Violin-1", "Kettle-Violin-4"):
        errors = change(client, current, used).context["form"].errors
        assert "not among your last 5" in errors["password1"][0]
    assert change(client, current, "Kettle-Violin-5").status_code == 302
    assert PasswordHistory.objects.count() == 4
    assert change(client, "Kettle-Violin-5", PASSWORD).status_code == 302


def test_others_passwords_are_no_history_of_mine(client, richard):
    other = UserFactory(email="other@trust.example", first_name="Other", surname="One")
    change_password(by=other, password=NEW)
    client.force_login(richard)
    assert change(client).status_code == 302


def test_no_password_stands_in_the_database_in_clear(client, richard):
    log_in(client)
    for current, new in ((PASSWORD, NEW), (NEW, "Third-Pass-9"), ("Wrong-Pass-9", "Fourth-Pass-9")):
        change(client, current, new)
    secrets = (PASSWORD, NEW, "Third-Pass-9", "Wrong-Pass-9", "Fourth-Pass-9")
    tables = {model._meta.db_table for model in apps.get_models()} | {"core_cache"}
    with connection.cursor() as cursor:
        for table in tables & set(connection.introspection.table_names()):
            cursor.execute(f"SELECT * FROM {table}")
            text = str(cursor.fetchall())
            assert not any(secret in text for secret in secrets), table


def test_who_has_no_password_is_led_to_the_mail(client, richard):
    richard.set_unusable_password()
    richard.save()
    client.force_login(richard)
    page = client.get(reverse("change_password")).content.decode()
    assert f'href="{reverse("account_reset_password")}"' in page
    change(client, "", NEW)
    assert not User.objects.get().has_usable_password()
    assert "You have none" in client.get(reverse("your_account")).content.decode()


def test_the_own_account_tells_when_the_password_was_changed(client, richard):
    User.objects.update(password_changed_at="2026-03-03T12:00Z")
    client.force_login(richard)
    page = client.get(reverse("your_account")).content.decode()
    assert "Changed 3 March 2026" in page
    assert f'href="{reverse("change_password")}"' in page


@pytest.mark.requirement("CQRS-04")
def test_the_helpdesk_cannot_set_anybodys_password(client, richard):
    client.force_login(helpdesk())
    before = User.objects.get(pk=richard.pk).password
    page = f"/admin/accounts/user/{richard.pk}/change/"
    assert 'name="password' not in client.get(page).content.decode()
    client.post(page, {"password": NEW, "password1": NEW, "password2": NEW, "email": "a@b.example"})
    for path in ("password/", "../password/", f"../../{richard.pk}/password/"):
        assert client.post(page + path, {"password1": NEW, "password2": NEW}).status_code != 200
    person = User.objects.get(pk=richard.pk)
    assert (person.password, person.email) == (before, richard.email)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"current": "a\0b", "password1": "Gr0und#\0nut", "password2": "Gr0und#\0nut"},
        {"current": "Aa1!" * 10_000, "password1": "Aa1!" * 10_000, "password2": "x"},
        {"current": PASSWORD, "password1": NEW, "person": "1", "email": "evil@trust.example"},
    ],
)
def test_bad_input_is_an_error_at_a_field(client, richard, data):
    client.force_login(richard)
    response = client.post(reverse("change_password"), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert has_password(richard, PASSWORD)


def test_a_hash_of_older_parameters_is_made_anew_at_login_and_the_password_gets_no_younger(
    client, richard, settings
):
    settings.PASSWORD_HASHERS = [
        "accounts.passwords.hashing.Argon2",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    User.objects.update(
        password=make_password(PASSWORD, hasher="md5"), password_changed_at="2026-03-03T12:00Z"
    )
    person = User.objects.get()
    assert person.check_password(PASSWORD)
    person.save()
    log_in(client)
    assert signed_in(client)
    person = User.objects.get()
    assert person.password.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert f"{person.password_changed_at:%Y-%m-%d}" == "2026-03-03"
    assert person.check_password(PASSWORD)
