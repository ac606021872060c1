"""Making the account, and what its owner is told."""

import threading

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection

from accounts.models import Link, User
from accounts.services import register_person
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db
ADDRESS = "zoe.oneill@trust.example"


def register(**fields):
    register_person(
        **{
            "email": ADDRESS,
            "first_name": "Zoë",
            "surname": "O'Neill",
            "job_title": "Ward manager",
            "work_postcode": "SL6 0PQ",
            "password_hash": make_password(PASSWORD),
            **fields,
        }
    )


@pytest.mark.requirement("CPMS-11")
def test_a_new_account_is_unverified_and_gets_a_link():
    register()
    zoe = User.objects.get()
    assert zoe.check_password(PASSWORD)
    assert zoe.work_postcode == "SL6 0PQ"
    assert EmailAddress.objects.get(user=zoe).verified is False
    assert Link.objects.get().address == ADDRESS
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("verify_address", ADDRESS)
    assert mail.subject == "NECS CPMS Account Registration"
    assert "Hi Zoë," in mail.text
    event = AuditEvent.objects.get(event="person.registered")
    assert event.actor == event.subject == zoe


def test_the_token_is_in_the_mail_alone():
    register()
    token = OutgoingMail.objects.get().text.split("/verify/")[1].split("/")[0]
    assert len(token) > 40
    assert token not in str(Link.objects.values())
    assert token not in str(AuditEvent.objects.values())


def test_a_known_address_changes_nothing_and_its_owner_is_told():
    owner = person("zoe.oneill")
    register(first_name="Mallory", password_hash=make_password("Other-Pass-9"))
    owner.refresh_from_db()
    assert owner.first_name == "Zoe"
    assert owner.check_password(PASSWORD)
    assert User.objects.count() == 1
    assert not Link.objects.exists()
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("already_registered", ADDRESS)
    assert "Mallory" not in mail.text + mail.html
    assert "not verified yet" not in mail.text


def test_an_address_that_waits_to_be_verified_is_known_too():
    register()
    register(first_name="Mallory", password_hash=make_password("Other-Pass-9"))
    zoe = User.objects.get()
    assert zoe.first_name == "Zoë"
    assert zoe.check_password(PASSWORD)
    assert Link.objects.filter(superseded_at__isnull=True).count() == 1
    told = OutgoingMail.objects.get(kind="already_registered")
    assert "not verified yet" in told.text
    assert "not verified yet" in told.html


@pytest.mark.django_db(transaction=True)
def test_registrations_that_race_for_an_address_make_one_account():
    barrier = threading.Barrier(5)
    errors = []

    def work(number):
        barrier.wait()
        try:
            register(first_name=f"Number {number}")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert User.objects.count() == 1
    assert sorted(OutgoingMail.objects.values_list("kind", flat=True)) == [
        *["already_registered"] * 4,
        "verify_address",
    ]
