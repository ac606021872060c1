"""A password lasts 365 days: reminders before, a gate after (CT-14)."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone

from accounts.gates import GATES
from accounts.models import User
from accounts.passwords.life import is_too_old
from accounts.tasks import remind_of_passwords
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, person, searcher
from tests.factories.organisations import ServiceGroupFactory

pytestmark = pytest.mark.django_db
NEW = "Other-Pass-9"


def with_days_left(somebody, days):
    """Let the password have so many days left, less a minute."""
    changed = timezone.now() - timedelta(days=365 - days, minutes=1)
    User.objects.filter(pk=somebody.pk).update(password_changed_at=changed)


def reminders():
    remind_of_passwords()
    return OutgoingMail.objects.filter(kind="password_reminder").count()


def change(client, path):
    data = {"current": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post(path, data)


@pytest.mark.requirement("CT-14")
def test_after_365_days_a_new_password_comes_before_anything_else(client, richard):
    with_days_left(richard, 1)
    client.force_login(richard)
    assert client.get(reverse("your_account")).status_code == 200
    with_days_left(richard, 0)
    response = client.get(reverse("your_account"))
    path = f"{reverse('change_password')}?next={reverse('your_account')}"
    assert response["Location"] == path
    page = client.get(path).content.decode()
    assert "Your password is more than 365 days old. Choose a new one" in page
    assert "Log out instead" in page
    assert change(client, path)["Location"] == reverse("your_account")
    assert client.get(reverse("your_account")).status_code == 200


def test_it_leads_nowhere_outside(client, richard):
    with_days_left(richard, 0)
    client.force_login(richard)
    path = reverse("change_password", query={"next": "https://evil.example/"})
    assert change(client, path)["Location"] == reverse("home")


def test_a_change_that_the_gate_stopped_is_kept(client, richard):
    with_days_left(richard, 0)
    client.force_login(richard)
    page = client.post(reverse("terms_of_use"), {"communications": "agree"}, follow=True)
    path = f"{reverse('change_password')}?next={reverse('continue')}"
    assert page.redirect_chain == [(path, 302)]
    assert "What you sent is kept: choose a new one to send it again." in page.content.decode()
    assert change(client, path)["Location"] == reverse("continue")
    assert "agree" in client.get(reverse("continue")).content.decode()


def test_log_out_and_forgotten_password_stay_open(client, richard):
    with_days_left(richard, 0)
    client.force_login(richard)
    assert client.get(reverse("account_reset_password")).status_code == 200
    assert client.post(reverse("account_logout"))["Location"] == reverse("landing")


def test_it_stands_between_terms_and_second_factor():
    pages = [gate.page for gate in GATES]
    before, after = pages.index("terms_of_use"), pages.index("second_factor_set_up")
    assert before < pages.index("change_password") < after


@pytest.mark.parametrize("days", [0, None])
def test_it_can_be_turned_off(richard, settings, days):
    with_days_left(richard, -1_000)
    richard.refresh_from_db()
    assert is_too_old(richard)
    settings.PASSWORD_DAYS = days
    assert not is_too_old(richard)
    assert reminders() == 0


def test_who_has_no_password_has_none_that_ends(richard):
    richard.set_unusable_password()
    richard.save()
    for days in (0, 5):
        with_days_left(richard, days)
        richard.refresh_from_db()
        assert not is_too_old(richard)
        assert reminders() == 0


@pytest.mark.requirement("CT-14")
def test_reminders_go_out_30_7_and_1_days_before_once_each(richard):
    sent = []
    for days in (31, 30, 29, 8, 7, 6, 2, 1, 0):
        with_days_left(richard, days)
        reminders()
        sent.append(reminders())
    assert sent == [0, 1, 1, 1, 2, 2, 2, 3, 3]
    mail = OutgoingMail.objects.earliest("pk")
    assert mail.address == richard.email
    assert "It ends in 30 days, on " in mail.text
    assert "It ends in 1 day, on " in OutgoingMail.objects.latest("pk").text
    assert reverse("change_password") in mail.text


def test_days_without_a_worker_lead_to_one_reminder_with_the_days_that_are_left(richard):
    with_days_left(richard, 5)
    assert reminders() == 1
    assert "It ends in 5 days" in OutgoingMail.objects.get().text


def test_a_new_password_is_reminded_of_anew(client, richard):
    with_days_left(richard, 5)
    assert reminders() == 1
    client.force_login(richard)
    change(client, reverse("change_password"))
    assert reminders() == 1
    with_days_left(richard, 30)
    assert reminders() == 2


def test_nobody_else_is_reminded():
    for somebody in (
        person("dora.disabled", is_active=False),
        person("una.unverified", verified=False),
    ):
        with_days_left(somebody, 5)
    with_days_left(person("eve.ended"), 0)
    assert reminders() == 0


def test_reminders_are_on_the_schedule():
    tasks = {entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()}
    assert "accounts.tasks.remind_of_passwords" in tasks


def test_who_was_reminded_costs_nothing_more(richard, django_assert_num_queries):
    with_days_left(richard, 5)
    assert reminders() == 1
    with django_assert_num_queries(3):
        remind_of_passwords()


def test_the_home_page_warns_in_the_last_30_days(client):
    sam = searcher(ServiceGroupFactory())
    client.force_login(sam)
    with_days_left(sam, 31)
    assert "Your password ends on" not in client.get(reverse("home")).content.decode()
    with_days_left(sam, 30)
    assert "Your password ends on" in client.get(reverse("home")).content.decode()
