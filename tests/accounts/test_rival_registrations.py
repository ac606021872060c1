"""Several people register one address: whose password counts, after which click."""

import re

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.models import Consent, Link, Registration, User
from accounts.services import (
    DeadLink,
    correct_address,
    mail_verification_link,
    register_person,
    verify_address,
)
from accounts.views import OWN_REGISTRATION
from core.errors import Conflict
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.accounts.test_registering import ADDRESS, register
from tests.factories.accounts import PASSWORD, person
from tests.races import at_once

pytestmark = pytest.mark.django_db
EVIL = "Evil-Mallory-9"


def owner_registers():
    """Zoë, with a browser that remembers it."""
    browser = Client()
    registration = register()
    session = browser.session
    session[OWN_REGISTRATION] = registration.pk
    session.save()
    return browser


def mallory_registers():
    return register(first_name="Mallory", password_hash=make_password(EVIL), communications=False)


def last_link():
    return re.search(r"/verify/\S+/", OutgoingMail.objects.latest("pk").text)[0]


def press(browser, path):
    browser.get(path)
    return browser.post(reverse("verify"))


def may_log_in(password):
    return authenticate(None, email=ADDRESS, password=password) is not None


def test_who_registered_last_and_alone_in_the_browser_gets_the_own_password():
    mallory_registers()
    browser = owner_registers()
    assert press(browser, last_link())["Location"] == reverse("landing")
    assert may_log_in(PASSWORD)
    assert not may_log_in(EVIL)
    assert User.objects.get().first_name == "Zoë"


def test_a_later_registration_of_somebody_else_changes_nothing_in_the_own_browser():
    browser = owner_registers()
    first = last_link()
    mallory_registers()
    assert "Verify my email address" in browser.get(first, follow=True).content.decode()
    press(browser, last_link())
    assert may_log_in(PASSWORD)
    assert not may_log_in(EVIL)
    zoe = User.objects.get()
    assert (zoe.first_name, zoe.communications) == ("Zoë", True)
    assert Consent.objects.get(kind="communications").agreed


@pytest.mark.parametrize("order", [(mallory_registers, register), (register, mallory_registers)])
def test_in_another_browser_no_password_of_rivals_counts_and_the_owner_chooses_one(order):
    for registers in order:
        registers()
    phone = Client()
    response = press(phone, last_link())
    assert response["Location"] == reverse("choose_password")
    assert not may_log_in(PASSWORD)
    assert not may_log_in(EVIL)
    page = phone.get(response["Location"])
    assert "choose the password of your account now" in page.content.decode()
    form = {"password1": "Brand-New-5", "password2": "Brand-New-5"}
    done = phone.post(response["Location"], form)
    assert done["Location"] == reverse("password_chosen")
    assert may_log_in("Brand-New-5")
    assert not Registration.objects.exists()
    assert User.objects.get().emailaddress_set.get().verified


@pytest.mark.requirement("CT-10")
@pytest.mark.parametrize("registers", [mallory_registers, register], ids=["rival", "herself"])
def test_in_another_browser_nothing_counts_as_agreed_and_the_first_login_asks(registers):
    registered = registers()
    phone = Client()
    press(phone, last_link())
    zoe = User.objects.get()
    assert (zoe.terms_version, zoe.communications, zoe.contact_number) == ("", None, "")
    assert (zoe.first_name, zoe.work_postcode) == (registered.first_name, "SL6 0PQ")
    assert not Consent.objects.exists()
    phone.force_login(zoe)
    page = phone.get(reverse("home"), follow=True)
    assert page.redirect_chain[0][0].startswith(reverse("terms_of_use"))
    assert "checked" not in page.content.decode().split("<main")[1]


def test_the_password_that_nobody_chose_can_still_be_reset_by_mail():
    mallory_registers()
    register()
    press(Client(), last_link())
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    mail = OutgoingMail.objects.get(kind="password_reset")
    path = re.search(r"/password/reset/\S+/", mail.text)[0]
    page = Client().get(path, follow=True)
    assert page.redirect_chain == [(reverse("choose_password"), 302)]


def test_once_proven_a_rivals_link_is_of_no_use():
    browser = owner_registers()
    first = last_link()
    press(browser, first)
    assert Link.objects.filter(used_at__isnull=True, superseded_at__isnull=True).count() == 0
    mallory_registers()
    assert OutgoingMail.objects.latest("pk").kind == "already_registered"
    assert may_log_in(PASSWORD)


def test_a_remembered_registration_of_another_address_counts_for_nothing():
    browser = Client()
    other = register_person(
        address="other@trust.example",
        first_name="Mallory",
        surname="Evil",
        job_title="",
        contact_number="",
        work_postcode="SL6 0PQ",
        password_hash=make_password(EVIL),
        terms_version="2026-11-21",
        communications=False,
    )
    session = browser.session
    session[OWN_REGISTRATION] = other.pk
    session.save()
    register()
    response = press(browser, last_link())
    assert response["Location"] == reverse("choose_password")
    assert not may_log_in(PASSWORD)
    assert Registration.objects.get() == other


@pytest.mark.requirement("CPMS-12")
def test_who_registers_anothers_address_gets_nothing_when_its_owner_verifies():
    mallory_registers()
    response = press(Client(), last_link())
    assert response["Location"] == reverse("choose_password")
    assert not may_log_in(EVIL)


class TestUnprovenAccountOfEarlierDays:
    @pytest.fixture
    def mallory(self):
        return person("zoe.oneill", verified=False, password=EVIL)

    def test_is_taken_over_by_who_proves_the_address_in_the_own_browser(self, mallory):
        press(owner_registers(), last_link())
        zoe = User.objects.get()
        assert (zoe.pk, zoe.first_name) == (mallory.pk, "Zoë")
        assert may_log_in(PASSWORD)
        assert not may_log_in(EVIL)

    def test_keeps_no_password_if_it_is_proven_in_another_browser(self, mallory):
        register()
        assert reverse("choose_password") in press(Client(), last_link())["Location"]
        assert not may_log_in(PASSWORD)
        assert not may_log_in(EVIL)

    def test_cannot_smuggle_its_password_in_by_asking_for_a_link_last(self, mallory):
        browser = owner_registers()
        mail_verification_link(person=mallory, address=ADDRESS)
        press(browser, last_link())
        assert may_log_in(PASSWORD)
        assert not may_log_in(EVIL)

    def test_nor_what_it_agreed_to(self, mallory):
        User.objects.update(terms_version="2026-11-21", communications=True)
        mail_verification_link(person=mallory, address=ADDRESS)
        press(Client(), last_link())
        zoe = User.objects.get()
        assert (zoe.terms_version, zoe.communications) == ("", None)

    def test_nor_when_the_owner_opens_that_link_elsewhere(self, mallory):
        register()
        mail_verification_link(person=mallory, address=ADDRESS)
        assert reverse("choose_password") in press(Client(), last_link())["Location"]
        assert not may_log_in(EVIL)


class TestNotMe:
    def test_the_owner_deletes_what_somebody_else_registered(self, client):
        mallory_registers()
        path = last_link()
        page = client.get(path, follow=True).content.decode()
        assert "I did not register" in page
        assert "Go on only if you registered yourself" in page
        response = client.post(reverse("verify"), {"refuse": "yes"}, follow=True)
        assert "has been deleted" in response.content.decode()
        assert not Registration.objects.exists()
        assert not User.objects.exists()
        assert AuditEvent.objects.get(event="registration.refused_by_owner")
        assert client.get(path, follow=True).status_code == 410

    @pytest.mark.parametrize("rival", [False, True])
    def test_who_registered_here_is_not_asked_whichever_link_was_followed(self, rival):
        browser = owner_registers()
        if rival:
            mallory_registers()
        page = browser.get(last_link(), follow=True).content.decode()
        assert "Verify my email address" in page
        assert "I did not register" not in page
        assert "Mallory" not in page

    def test_who_registered_another_address_here_is_asked(self):
        browser = owner_registers()
        register(address="other@trust.example", first_name="Mallory")
        page = browser.get(last_link(), follow=True).content.decode()
        assert "I did not register" in page
        assert "Mallory" in page

    def test_who_corrected_the_address_since_is_asked_at_the_old_link(self):
        browser = owner_registers()
        own = Registration.objects.get()
        mallory_registers()
        path = last_link()
        correct_address(registration=own, address="right@trust.example")
        assert "I did not register" in browser.get(path, follow=True).content.decode()


class TestAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_registering_and_verifying_never_leave_a_rivals_password(self):
        for number in range(20):
            address = f"zoe.{number}@trust.example"
            own = register(address=address)
            token = last_link().split("/")[2]

            def act(position, address=address, own=own, token=token):
                if position:
                    return register(address=address, password_hash=make_password(EVIL))
                try:
                    return verify_address(token=token, typed=own.pk)
                except DeadLink as dead:
                    return str(dead)

            verified, _ = at_once(act, 2)
            if verified == "This link has been replaced":
                assert not User.objects.filter(email=address).exists()
                assert Link.objects.filter(address=address, superseded_at=None).count() == 1
            else:
                assert authenticate(None, email=address, password=PASSWORD)
            assert not authenticate(None, email=address, password=EVIL)

    @pytest.mark.django_db(transaction=True)
    def test_correcting_and_verifying_end_in_one_account_at_most(self):
        for number in range(20):
            registration = register(address=f"zoe.{number}@trust.example")
            token = last_link().split("/")[2]

            def act(position, registration=registration, token=token, number=number):
                try:
                    if position:
                        correct_address(
                            registration=registration, address=f"right.{number}@trust.example"
                        )
                    else:
                        verify_address(token=token)
                except (DeadLink, Conflict) as refusal:
                    return str(refusal)
                return None

            refusals = [answer for answer in at_once(act, 2) if answer]
            assert len(refusals) == 1
            count = User.objects.filter(email__contains=f".{number}@").count()
            assert count + Registration.objects.count() == 1
            Registration.objects.all().delete()
