"""The link that proves an address: one use, one address, a day, and a button."""

import re
import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.choices import LinkPurpose, LinkState
from accounts.models import Link
from accounts.services import DeadLink, issue_link, mail_verification_link, verify_address
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-12")]


@pytest.fixture
def zoe():
    return person("zoe.waiting", verified=False)


def issue(user):
    return issue_link(purpose=LinkPurpose.VERIFY_ADDRESS, person=user, address=user.email)


def is_verified(user):
    return EmailAddress.objects.get(user=user).verified


def mailed_path():
    text = OutgoingMail.objects.latest("pk").text
    return re.search(r"https?://[^/]+(/verify/\S+/)", text)[1]


def test_the_link_leads_to_a_button_and_back_to_the_landing_page(client, zoe):
    mail_verification_link(person=zoe, address=zoe.email)
    response = client.get(mailed_path(), follow=True)
    assert response.redirect_chain == [(reverse("verify"), 302)]
    assert "Verify my email address" in response.content.decode()
    assert not is_verified(zoe)
    response = client.post(reverse("verify"), follow=True)
    assert response.redirect_chain == [(reverse("landing"), 302)]
    assert "Your email address is verified" in response.content.decode()
    assert is_verified(zoe)
    assert AuditEvent.objects.get(event="address.verified").subject == zoe
    assert "_auth_user_id" not in client.session


def test_the_token_does_not_stay_in_the_address(client, zoe):
    path = mailed = f"/verify/{issue(zoe)}/"
    response = client.get(path)
    assert response["Location"] == "/verify/"
    assert "no-store" in response["Cache-Control"]
    assert mailed.split("/")[2] not in client.get("/verify/").content.decode()


def test_scanners_that_follow_the_link_use_nothing_up(client, zoe):
    path = f"/verify/{issue(zoe)}/"
    for _ in range(2):
        assert client.get(path, follow=True).status_code == 200
        assert client.head(path).status_code == 302
    assert client.post(path).status_code == 405
    client.post(reverse("verify"))
    assert is_verified(zoe)


def test_a_link_is_used_once(client, zoe):
    path = f"/verify/{issue(zoe)}/"
    client.get(path)
    client.post(reverse("verify"))
    EmailAddress.objects.update(verified=False)
    response = client.get(path, follow=True)
    assert response.status_code == 410
    assert "This link has been used already" in response.content.decode()
    assert f'action="{reverse("new_link")}"' in response.content.decode()
    assert client.post(reverse("verify")).status_code == 410
    assert not is_verified(zoe)


def test_a_newer_link_ends_the_older(client, zoe):
    old, new = issue(zoe), issue(zoe)
    with pytest.raises(DeadLink) as dead:
        verify_address(token=old)
    assert dead.value.state == LinkState.SUPERSEDED
    assert "newer link" in client.get(f"/verify/{old}/", follow=True).content.decode()
    verify_address(token=new)
    assert is_verified(zoe)


def test_a_link_ends_after_a_day(client, zoe, time_machine):
    token = issue(zoe)
    time_machine.move_to(timezone.now() + timedelta(hours=24, seconds=1))
    response = client.get(f"/verify/{token}/", follow=True)
    assert response.status_code == 410
    assert "too old" in response.content.decode()
    with pytest.raises(DeadLink) as dead:
        verify_address(token=token)
    assert dead.value.state == LinkState.EXPIRED
    assert not is_verified(zoe)


def test_a_link_works_for_almost_a_day(zoe, time_machine):
    token = issue(zoe)
    time_machine.move_to(timezone.now() + timedelta(hours=23, minutes=59))
    verify_address(token=token)
    assert is_verified(zoe)


def test_a_link_proves_only_the_address_that_it_was_sent_to(zoe):
    token = issue(zoe)
    EmailAddress.objects.filter(user=zoe).update(email="corrected@trust.example")
    with pytest.raises(DeadLink):
        verify_address(token=token)
    assert not is_verified(zoe)
    assert Link.objects.get().used_at is None


@pytest.mark.parametrize("token", ["x", "%00", "%FF%FE", "x" * 5_000, "..", "%F0%9F%9B%8F"])
def test_an_unknown_link_says_so(client, token):
    response = client.get(f"/verify/{token}/", follow=True)
    assert response.status_code in (404, 410)
    assert client.post(reverse("verify")).status_code == 410


def test_without_a_link_the_page_says_so(client):
    assert client.get(reverse("verify")).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_counts(zoe):
    token = issue(zoe)
    barrier = threading.Barrier(6)
    outcomes = []

    def work():
        barrier.wait()
        try:
            outcomes.append(verify_address(token=token))
        except DeadLink as dead:
            outcomes.append(dead.state)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(zoe) == 1
    assert outcomes.count(LinkState.USED) == 5
    assert AuditEvent.objects.filter(event="address.verified").count() == 1


@pytest.mark.django_db(transaction=True)
def test_links_issued_at_once_leave_one_live(zoe):
    def work():
        try:
            issue(zoe)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Link.objects.count() == 6
    assert Link.objects.filter(superseded_at__isnull=True).count() == 1


def ask_for_a_new_link(client, address):
    response = client.post(reverse("new_link"), {"address": address}, follow=True)
    return response.redirect_chain, response.content


def test_a_new_link_is_sent_to_who_waits(client, zoe):
    ask_for_a_new_link(client, " ZOE.waiting@trust.example ")
    client.get(mailed_path())
    client.post(reverse("verify"))
    assert is_verified(zoe)


def test_the_answer_is_the_same_for_every_address(client, zoe):
    verified, disabled = person("vera.verified"), person("dan.disabled", verified=False)
    disabled.is_active = False
    disabled.save()
    answers = {
        str(ask_for_a_new_link(client, address))
        for address in (zoe.email, verified.email, disabled.email, "nobody@trust.example")
    }
    assert len(answers) == 1
    assert [mail.address for mail in OutgoingMail.objects.all()] == [zoe.email]


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


def test_nothing_is_reachable_before_verification(client, zoe):
    client.post(reverse("account_login"), {"login": zoe.email, "password": PASSWORD})
    response = client.get(reverse("home"))
    assert response["Location"].startswith(reverse("account_login"))
