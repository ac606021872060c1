"""Pressing Register: once, for people and not for programs, and the same for every address."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Link, Registration, User
from notifications.models import OutgoingMail
from onboarding.models import RegistrationDraft
from tests.factories.accounts import person
from tests.onboarding.registering import (
    AGAIN,
    CHANGE,
    CHECK_EMAIL,
    NAME,
    START,
    SUMMARY,
    confirm,
    draft,
    fill,
    neutral,
    register,
    text_of,
)
from tests.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


@pytest.mark.requirement("CPMS-10", "CPMS-11")
def test_register_mails_the_link(client):
    fill(client)
    confirm(client)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("verify_address", NAME["email"])
    assert not User.objects.exists()


def test_registering_twice_makes_one_registration_and_one_mail(client):
    fill(client)
    for _ in range(2):
        assert confirm(client)["Location"] == CHECK_EMAIL
    assert Registration.objects.count() == OutgoingMail.objects.count() == 1
    for path in (SUMMARY, "/register/name/"):
        assert client.get(path)["Location"] == CHECK_EMAIL


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_press_register_at_once_make_one_registration_and_one_mail(client):
    fill(client)

    def press(position):
        tab = Client()
        tab.cookies = client.cookies.copy()
        return confirm(tab)["Location"]

    assert at_once(press, 4) == [CHECK_EMAIL] * 4
    assert Registration.objects.count() == OutgoingMail.objects.count() == 1


class TestKnownAddress:
    """Whoever asks learns nothing; the owner is told."""

    @pytest.fixture
    def known(self):
        return person("known.person").email

    def test_every_page_is_the_same(self, known):
        answers = []
        for address in (known, "fresh.person@trust.example"):
            client = Client()
            fill(client, name={**NAME, "email": address})
            pages = [confirm(client), client.get(CHECK_EMAIL), client.get(CHANGE)]
            pages.append(client.post(AGAIN, follow=True))
            RegistrationDraft.objects.update(mailed_at=timezone.now() - timedelta(minutes=4))
            pages.append(client.post(AGAIN, follow=True))
            answers.append([(page.status_code, neutral(page, address)) for page in pages])
        assert answers[0] == answers[1]

    def test_a_corrected_address_is_answered_alike(self, known):
        answers = []
        for address in (known, "fresh.person@trust.example"):
            client = Client()
            register(client)
            response = client.post(CHANGE, {"address": address}, follow=True)
            answers.append((response.redirect_chain, neutral(response, address)))
        assert answers[0] == answers[1]
        kinds = OutgoingMail.objects.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == [
            *("verify_address", "already_registered"),
            *("verify_address", "verify_address"),
        ]

    def test_the_owner_is_told_and_nothing_changes(self, client, known):
        register(client, known, first_name="Mallory")
        mail = OutgoingMail.objects.get()
        assert (mail.kind, mail.address) == ("already_registered", known)
        assert "Mallory" not in mail.text + mail.html
        assert User.objects.get(email=known).first_name == "Known"

    def test_the_database_does_the_same_work(self, known):
        counts = []
        for address in (known, "fresh.person@trust.example"):
            client = Client()
            fill(client, name={**NAME, "email": address})
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                confirm(client)
            kinds = (re.match(r"\w+( \w+)?", query["sql"])[0] for query in queries.captured_queries)
            counts.append(list(kinds))
        assert counts[0] == counts[1]

    def test_the_link_that_nobody_was_sent_is_of_no_use(self, client, known):
        register(client, known)
        assert Link.objects.get().registration.address == known
        assert "/verify/" not in OutgoingMail.objects.get().text


class TestLimits:
    def test_an_address_gets_five_mails_a_day_and_the_page_answers_the_same(self, settings):
        assert settings.ACCOUNT_RATE_LIMITS["registration_mail"] == "5/d/key"
        pages = set()
        for _ in range(7):
            client = Client()
            register(client)
            pages.add(neutral(client.get(CHECK_EMAIL)))
        assert len(pages) == 1
        assert OutgoingMail.objects.count() == 5
        assert Registration.objects.count() == 7
        register(Client(), "other@trust.example")
        assert OutgoingMail.objects.count() == 6

    def test_the_link_sent_last_goes_on_working_when_no_more_are_sent(self, client, settings):
        settings.ACCOUNT_RATE_LIMITS = {
            **settings.ACCOUNT_RATE_LIMITS,
            "registration_mail": "1/d/key",
        }
        register(Client())
        register(client)
        assert Link.objects.filter(superseded_at__isnull=True).count() == 1

    @pytest.mark.requirement("CT-11")
    def test_too_many_from_one_network_are_told_what_to_do_and_lose_nothing(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "signup": "1/m/ip"}
        register(Client(), "first@trust.example")
        client = Client()
        fill(client)
        response = confirm(client)
        assert response.status_code == 429
        assert "Wait a minute, then press Register again" in text_of(response)
        assert re.search(r"<input[^>]* checked[ >]", response.content.decode())
        cache.clear()
        assert confirm(client)["Location"] == CHECK_EMAIL


class TestPrograms:
    @pytest.mark.requirement("CT-11")
    def test_one_that_fills_every_box_gets_the_same_page_and_nothing_else(self, client):
        fill(client)
        response = client.post(SUMMARY, {"confirmed": "on", "website": "https://spam.example"})
        assert response["Location"] == CHECK_EMAIL
        assert not Registration.objects.exists()
        assert not OutgoingMail.objects.exists()
        trapped = client.get(CHECK_EMAIL)
        other = Client()
        register(other)
        assert neutral(trapped) == neutral(other.get(CHECK_EMAIL))
        RegistrationDraft.objects.update(mailed_at=timezone.now() - timedelta(minutes=4))
        # A person whose browser filled the box learns that nothing is on its way.
        assert "register again" in text_of(client.post(AGAIN, follow=True))
        assert OutgoingMail.objects.count() == 1

    @pytest.mark.requirement("CT-11")
    def test_people_neither_see_nor_hear_the_box(self, client):
        content = client.get(fill(client)["Location"]).content.decode()
        before, box = content.split('name="website"')[0], content.split('name="website"')[1]
        wrapper = before[before.rindex('<div class="nhsuk-u-visually-hidden"') :]
        assert 'aria-hidden="true"' in wrapper
        assert "Leave this box empty" in wrapper
        tag = before[before.rindex("<input") :] + box.split(">")[0]
        assert 'tabindex="-1"' in tag
        assert 'autocomplete="off"' in tag
        assert "style=" not in content

    @pytest.mark.requirement("CT-11")
    def test_one_that_is_too_quick_is_told_so_and_loses_nothing(
        self, client, settings, time_machine
    ):
        settings.REGISTRATION_SECONDS = 3
        start = timezone.now()
        time_machine.move_to(start, tick=False)
        fill(client)
        time_machine.move_to(start + timedelta(seconds=2), tick=False)
        response = confirm(client)
        assert response.status_code == 200
        assert "press Register again. Nothing is lost." in text_of(response)
        assert re.search(r"<input[^>]* checked[ >]", response.content.decode())
        assert not Registration.objects.exists()
        time_machine.move_to(start + timedelta(seconds=4), tick=False)
        assert confirm(client)["Location"] == CHECK_EMAIL
        assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"confirmed": "\0"},
        {"confirmed": "on" * 5_000, "website": "\0"},
        {"confirmed": ["on", "on"], "previous": ""},
    ],
)
def test_bad_input_to_the_summary_is_answered(client, data):
    fill(client)
    assert client.post(SUMMARY, data).status_code in (200, 302)


def test_a_draft_of_another_browser_is_out_of_reach(client):
    register(client)
    assert Client().get(CHECK_EMAIL)["Location"] == "/register/name/"
    assert Client().post(AGAIN)["Location"] == "/register/name/"
    other = Client()
    assert other.post(CHANGE, {"address": "evil@trust.example"})["Location"] == "/register/name/"
    assert draft().registered_as == NAME["email"]
    assert client.get(START)["Location"] == "/register/name/"
