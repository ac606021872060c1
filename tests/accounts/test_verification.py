"""The link that proves an address: one use, one address, a day, and a button."""

import re
import secrets
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import LinkPurpose, LinkState
from accounts.models import Consent, Link, Registration, User
from accounts.services import (
    LINK_MEMORY,
    REGISTRATION_LIFETIME,
    DeadLink,
    issue_link,
    mail_verification_link,
    verify_address,
)
from accounts.tasks import sweep_registrations
from accounts.views import OWN_REGISTRATION
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.accounts.test_registering import ADDRESS, register
from tests.factories.accounts import PASSWORD, person
from tests.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-12")]


@pytest.fixture
def zoe():
    """A person of the days when registration made the account at once."""
    return person("zoe.waiting", verified=False)


def issue(user):
    return issue_link(purpose=LinkPurpose.VERIFY_ADDRESS, person=user, address=user.email)


def is_verified(user):
    return EmailAddress.objects.get(user=user).verified


def mailed_path():
    text = OutgoingMail.objects.latest("pk").text
    return re.search(r"https?://[^/]+(/verify/\S+/)", text)[1]


def register_in(client):
    """Zoë registers in this browser."""
    registration = register()
    session = client.session
    session[OWN_REGISTRATION] = registration.pk
    session.save()
    return registration


def test_the_link_leads_to_a_button_and_back_to_the_landing_page(client):
    register_in(client)
    response = client.get(mailed_path(), follow=True)
    assert response.redirect_chain == [(reverse("verify"), 302)]
    assert "Verify my email address" in response.content.decode()
    assert not User.objects.exists()
    response = client.post(reverse("verify"), follow=True)
    assert response.redirect_chain == [(reverse("landing"), 302)]
    assert "Your email address is verified" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.requirement("CT-06", "CT-10")
def test_the_account_is_what_was_registered(client):
    registered_at = register_in(client).registered_at
    client.get(mailed_path())
    client.post(reverse("verify"))
    zoe = User.objects.get()
    assert (zoe.email, zoe.first_name, zoe.surname) == (ADDRESS, "Zoë", "O'Neill")
    assert (zoe.job_title, zoe.work_postcode) == ("Ward manager", "SL6 0PQ")
    assert zoe.contact_number == "01632 960001"
    assert zoe.check_password(PASSWORD)
    assert is_verified(zoe)
    assert (zoe.terms_version, zoe.communications) == ("2026-11-21", True)
    kept = set(Consent.objects.values_list("person", "kind", "version", "agreed", "at"))
    assert kept == {
        (zoe.pk, "terms", "2026-11-21", True, registered_at),
        (zoe.pk, "communications", "2026-11-21", True, registered_at),
    }
    for event in ("person.registered", "address.verified"):
        assert AuditEvent.objects.get(event=event).subject == zoe
    assert not Registration.objects.exists()
    assert client.login(email=ADDRESS, password=PASSWORD)


def test_the_token_does_not_stay_in_the_address(client):
    register()
    path = mailed_path()
    response = client.get(path)
    assert response["Location"] == "/verify/"
    assert "no-store" in response["Cache-Control"]
    assert path.split("/")[2] not in client.get("/verify/").content.decode()


def test_scanners_that_follow_the_link_use_nothing_up(client):
    register()
    path = mailed_path()
    for scanner in (Client(), Client(), client):
        assert scanner.get(path, follow=True).status_code == 200
        assert scanner.head(path).status_code == 302
        assert scanner.head("/verify/").status_code == 200
    assert client.post(path).status_code == 405
    client.post(reverse("verify"))
    assert User.objects.get().email == ADDRESS


def test_a_link_is_used_once(client):
    register()
    path = mailed_path()
    client.get(path)
    client.post(reverse("verify"))
    EmailAddress.objects.update(verified=False)
    response = client.get(path, follow=True)
    assert response.status_code == 410
    assert "This link has been used already" in response.content.decode()
    assert f'action="{reverse("new_link")}"' in response.content.decode()
    assert client.post(reverse("verify")).status_code == 410
    assert not EmailAddress.objects.get().verified


def test_a_newer_link_ends_the_older(client, zoe):
    old, new = issue(zoe), issue(zoe)
    with pytest.raises(DeadLink) as dead:
        verify_address(token=old)
    assert dead.value.state == LinkState.SUPERSEDED
    assert "newer link" in client.get(f"/verify/{old}/", follow=True).content.decode()
    verify_address(token=new)
    assert is_verified(zoe)


def test_a_link_ends_after_a_day_and_a_new_one_can_be_asked_for(client, time_machine):
    register_in(client)
    path = mailed_path()
    time_machine.move_to(timezone.now() + timedelta(hours=24, seconds=1))
    sweep_registrations()
    response = client.get(path, follow=True)
    assert response.status_code == 410
    assert "too old" in response.content.decode()
    assert client.post(reverse("verify")).status_code == 410
    assert not User.objects.exists()
    ask_for_a_new_link(client, ADDRESS)
    client.get(mailed_path())
    client.post(reverse("verify"))
    assert User.objects.get().check_password(PASSWORD)


def test_a_link_works_for_almost_a_day(client, time_machine):
    register()
    client.get(mailed_path())
    time_machine.move_to(timezone.now() + timedelta(hours=23, minutes=59))
    client.post(reverse("verify"))
    assert User.objects.exists()


def test_after_a_week_nothing_is_kept_but_that_there_was_a_link(client, time_machine):
    register()
    path = mailed_path()
    start = timezone.now()
    time_machine.move_to(start + REGISTRATION_LIFETIME + timedelta(minutes=1))
    sweep_registrations()
    assert not Registration.objects.exists()
    assert "too old" in client.get(path, follow=True).content.decode()
    time_machine.move_to(start + LINK_MEMORY + timedelta(minutes=1))
    sweep_registrations()
    assert not Link.objects.exists()


def test_a_link_proves_only_the_address_that_it_was_sent_to(zoe):
    token = issue(zoe)
    EmailAddress.objects.filter(user=zoe).update(email="corrected@trust.example")
    with pytest.raises(DeadLink):
        verify_address(token=token)
    assert not is_verified(zoe)
    assert Link.objects.get().used_at is None


@pytest.mark.parametrize("token", ["x", "A" * 43])
def test_the_words_fit_a_link_that_is_broken_and_one_that_nobody_knows(client, token):
    page = client.get(f"/verify/{token}/", follow=True).content.decode()
    assert "This link does not work" in page
    assert "It may not be complete" in page
    assert "we no longer know its link" in page


@pytest.mark.parametrize("token", ["x", "%00", "%FF%FE", "x" * 5_000, "..", "%F0%9F%9B%8F"])
def test_an_unknown_link_says_so(client, token):
    response = client.get(f"/verify/{token}/", follow=True)
    assert response.status_code in (404, 410)
    assert client.post(reverse("verify")).status_code == 410


def test_without_a_link_the_page_says_so(client):
    for answer in (client.get(reverse("verify")), client.post(reverse("verify"))):
        assert answer.status_code == 410
        assert "This link does not work" in answer.content.decode()
    assert client.post(reverse("verify"), {"refuse": "yes"}).status_code == 410


def test_a_page_asks_one_question_of_the_links(client, django_assert_num_queries):
    register()
    client.get(mailed_path())
    # The session, and the link
    with django_assert_num_queries(2):
        client.get(reverse("verify"))


class TestSomebodySignedIn:
    def test_is_told_whose_account_stays_and_may_go_on(self, client):
        sam = person("sam.signed")
        client.force_login(sam)
        register_in(client)
        content = client.get(mailed_path(), follow=True).content.decode()
        assert "You are logged in as Sam Signed, with another email address" in content
        response = client.post(reverse("verify"), follow=True)
        assert f"{ADDRESS} is verified" in response.content.decode()
        assert client.session["_auth_user_id"] == str(sam.pk)
        assert User.objects.get(email=ADDRESS).check_password(PASSWORD)

    def test_is_told_so_when_the_link_is_dead(self, client):
        client.force_login(person("sam.signed"))
        content = client.get("/verify/nonsense/", follow=True).content.decode()
        assert "You are logged in as Sam Signed" in content


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_counts():
    register()
    token = mailed_path().split("/")[2]

    def use(position):
        try:
            return verify_address(token=token).person.email
        except DeadLink as dead:
            return dead.state

    outcomes = at_once(use, 6)
    assert outcomes.count(ADDRESS) == 1
    assert outcomes.count(LinkState.USED) == 5
    assert AuditEvent.objects.filter(event="address.verified").count() == 1


@pytest.mark.django_db(transaction=True)
def test_links_issued_at_once_leave_one_live(zoe):
    at_once(lambda position: issue(zoe), 6)
    assert Link.objects.count() == 6
    assert Link.objects.filter(superseded_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_links_issued_at_once_for_a_registration_leave_one_live():
    registration = register()
    for _ in range(5):
        at_once(
            lambda position: issue_link(
                purpose=LinkPurpose.VERIFY_ADDRESS, address=ADDRESS, registration=registration
            ),
            4,
        )
    assert Link.objects.count() == 21
    assert Link.objects.filter(superseded_at__isnull=True).count() == 1


class TestDatabase:
    """What no code can write past."""

    @pytest.fixture
    def write(self, zoe):
        def write(**fields):
            return Link.objects.create(
                **{
                    "purpose": LinkPurpose.VERIFY_ADDRESS,
                    "address": ADDRESS,
                    "token_hash": secrets.token_hex(32),
                    "expires_at": timezone.now(),
                    **fields,
                }
            )

        return write

    def test_two_live_links_of_one_registration_to_one_address(self, write):
        registration = register()
        now = {"superseded_at": timezone.now()}
        write(registration=registration, **now)
        with pytest.raises(IntegrityError, match="link_one_live_for_each_who_asked"):
            write(registration=registration)

    def test_two_live_links_of_nobody_to_one_address(self, write):
        write()
        with pytest.raises(IntegrityError, match="link_one_live_for_each_who_asked"):
            write()

    def test_a_link_of_a_person_and_a_registration(self, write, zoe):
        registration = register()
        Link.objects.update(superseded_at=timezone.now())
        write(registration=registration)
        with pytest.raises(IntegrityError, match="link_of_person_or_registration"):
            write(registration=registration, person=zoe, address="other@trust.example")

    def test_a_link_that_was_used_and_replaced(self, write):
        now = timezone.now()
        write(used_at=now)
        write(superseded_at=now)
        with pytest.raises(IntegrityError, match="link_used_or_superseded"):
            write(used_at=now, superseded_at=now)


def ask_for_a_new_link(client, address):
    response = client.post(reverse("new_link"), {"address": address}, follow=True)
    return response.redirect_chain, response.content


def test_a_new_link_is_sent_to_who_waits(client, zoe):
    ask_for_a_new_link(client, " ZOE.waiting@trust.example ")
    client.get(mailed_path())
    client.post(reverse("verify"))
    assert is_verified(zoe)


def test_the_answer_is_the_same_for_every_address(client, zoe):
    register()
    verified, disabled = person("vera.verified"), person("dan.disabled", verified=False)
    disabled.is_active = False
    disabled.save()
    addresses = (ADDRESS, zoe.email, verified.email, disabled.email, "nobody@trust.example")
    answers = {str(ask_for_a_new_link(client, address)) for address in addresses}
    assert len(answers) == 1
    mailed = dict(OutgoingMail.objects.order_by("pk").values_list("address", "kind"))
    assert mailed == {
        ADDRESS: "verify_address",
        zoe.email: "verify_address",
        verified.email: "already_registered",
        disabled.email: "already_registered",
        "nobody@trust.example": "unknown_account",
    }


def test_asking_again_at_once_sends_nothing_more(client, zoe):
    first = ask_for_a_new_link(client, zoe.email)
    assert ask_for_a_new_link(client, zoe.email) == first
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", "nonsense", "a\0b@trust.example", "x" * 300 + "@x.example"]
)
def test_a_bad_address_is_an_error_at_the_field(client, address):
    response = client.post(reverse("new_link"), {"address": address})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"address"}
    assert not OutgoingMail.objects.exists()


def test_nothing_is_reachable_before_verification(client):
    register()
    login = {"login": ADDRESS, "password": PASSWORD}
    response = client.post(reverse("account_login"), login)
    assert "is not correct. If you have just registered" in response.content.decode()
    assert client.get(reverse("home"))["Location"].startswith(reverse("account_login"))


def test_nothing_is_reachable_for_unproven_accounts_of_earlier_days(client, zoe):
    client.post(reverse("account_login"), {"login": zoe.email, "password": PASSWORD})
    mail_verification_link(person=zoe, address=zoe.email)
    assert client.get(reverse("home"))["Location"].startswith(reverse("account_login"))
