"""What registration keeps until the address is proven, and what its owner is told."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Link, Registration, User
from accounts.services import register_person
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, person
from tests.races import at_once

pytestmark = pytest.mark.django_db
ADDRESS = "zoe.oneill@trust.example"


def register(**fields):
    return register_person(
        **{
            "address": ADDRESS,
            "first_name": "Zoë",
            "surname": "O'Neill",
            "job_title": "Ward manager",
            "contact_number": "01632 960001",
            "work_postcode": "SL6 0PQ",
            "password_hash": make_password(PASSWORD),
            "terms_version": "2026-11-21",
            "communications": True,
            **fields,
        }
    )


def token_of(mail):
    return mail.text.split("/verify/")[1].split("/")[0]


@pytest.mark.requirement("CPMS-11")
def test_a_registration_waits_and_its_link_is_mailed(settings):
    registration = register()
    assert not User.objects.exists()
    assert Link.objects.get().registration == registration
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("verify_address", ADDRESS)
    assert mail.subject == "NECS CPMS Account Registration"
    for body in (mail.text, mail.html):
        assert "Hi Zoë," in body
        assert "Thank you for registering to CPMS." in body
        assert f"{settings.SERVICE_URL}/verify/{token_of(mail)}/" in body
        assert settings.HELPDESK_TELEPHONE in body
        assert settings.HELPDESK_EMAIL in body
    event = AuditEvent.objects.get(event="registration.started")
    assert (event.actor, event.target) == (None, f"accounts.registration:{registration.pk}")


@pytest.mark.requirement("CPMS-11")
def test_the_subject_has_the_name_of_the_service_from_the_settings(settings):
    settings.SERVICE_SHORT_NAME = "BEDS"
    register()
    assert OutgoingMail.objects.get().subject == "NECS BEDS Account Registration"


def test_the_token_is_in_the_mail_alone():
    register()
    token = token_of(OutgoingMail.objects.get())
    assert len(token) > 40
    assert token not in str(Link.objects.values())
    assert token not in str(AuditEvent.objects.values())


def test_a_known_address_changes_nothing_and_its_owner_is_told():
    owner = person("zoe.oneill")
    register(first_name="Mallory", password_hash=make_password("Other-Pass-9"))
    owner.refresh_from_db()
    assert owner.first_name == "Zoe"
    assert owner.check_password(PASSWORD)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("already_registered", ADDRESS)
    for body in (mail.text, mail.html):
        assert "Mallory" not in body
        assert "You already have an account, so nothing was changed" in body
        assert "/password/reset/" in body


def test_a_disabled_account_is_known_too():
    owner = person("zoe.oneill", is_active=False, verified=False)
    register()
    assert OutgoingMail.objects.get().kind == "already_registered"
    owner.refresh_from_db()
    assert not owner.is_active


def test_an_unproven_account_of_earlier_days_is_no_obstacle():
    person("zoe.oneill", verified=False)
    register()
    assert OutgoingMail.objects.get().kind == "verify_address"
    assert not EmailAddress.objects.get().verified


@pytest.mark.django_db(transaction=True)
def test_registrations_at_once_each_have_one_live_link():
    at_once(lambda number: register(first_name=f"Number {number}"), 5)
    assert Registration.objects.count() == OutgoingMail.objects.count() == 5
    live = Link.objects.filter(superseded_at__isnull=True)
    assert set(live.values_list("registration")) == set(Registration.objects.values_list("pk"))
    assert live.count() == 5
