"""Waiting for the mail: asking for another, correcting the address."""

import re
import threading
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Link, Registration, User
from accounts.services import abandon_registration, lock_addresses, verify_address
from core.errors import Conflict
from core.models import AuditEvent
from notifications.models import OutgoingMail
from onboarding.models import RegistrationDraft
from onboarding.registration.drafts import change_address, mail_again
from tests.onboarding.registering import (
    AGAIN,
    CHANGE,
    CHECK_EMAIL,
    NAME,
    draft,
    register,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
CORRECT = "richard.right@trust.example"


def paths_mailed():
    """The path of each mailed link, in the order of the mails."""
    texts = OutgoingMail.objects.order_by("pk").values_list("text", flat=True)
    return [re.search(r"/verify/\S+/", text)[0] for text in texts]


def minutes_pass(minutes):
    RegistrationDraft.objects.update(mailed_at=timezone.now() - timedelta(minutes=minutes))


@pytest.mark.requirement("CT-16")
def test_the_page_names_the_sender_and_the_address(client):
    register(client)
    text = text_of(client.get(CHECK_EMAIL))
    assert "add no-reply@demo.example to your safe senders" in text
    assert f"We have sent an email to {NAME['email']}" in text


@pytest.mark.parametrize(("minutes", "words"), [(0, "in 3 minutes"), (2.5, "in 1 minute.")])
def test_another_mail_waits_and_says_how_long(client, minutes, words):
    register(client)
    minutes_pass(minutes)
    assert words in text_of(client.post(AGAIN, follow=True))
    assert OutgoingMail.objects.count() == 1


def test_another_mail_is_sent_after_three_minutes_and_ends_the_link_before(client):
    register(client)
    minutes_pass(3.01)
    response = client.post(AGAIN, follow=True)
    assert f"We have sent another email to {NAME['email']}" in text_of(response)
    old, new = paths_mailed()
    assert "has been replaced" in text_of(client.get(old, follow=True))
    client.get(new)
    client.post("/verify/")
    assert User.objects.get().email == NAME["email"]


def test_another_mail_is_asked_for_by_post_alone(client):
    register(client)
    assert client.get(AGAIN).status_code == 405


def test_the_address_can_be_corrected(client):
    register(client)
    assert f'value="{NAME["email"]}"' in client.get(CHANGE).content.decode()
    response = client.post(CHANGE, {"address": f" {CORRECT.upper()} "}, follow=True)
    assert f"We have sent the email to {CORRECT} instead" in text_of(response)
    assert f"We have sent an email to {CORRECT}" in text_of(client.get(CHECK_EMAIL))
    old, new = paths_mailed()
    assert "has been replaced" in text_of(Client().get(old, follow=True))
    other = Client()
    other.get(old)
    assert other.post("/verify/").status_code == 410
    other.get(new)
    other.post("/verify/")
    richard = User.objects.get()
    assert richard.email == CORRECT
    event = AuditEvent.objects.get(event="registration.address_corrected")
    assert event.target.startswith("accounts.registration:")


def test_the_same_address_again_sends_nothing(client):
    register(client)
    assert client.post(CHANGE, {"address": NAME["email"]})["Location"] == CHECK_EMAIL
    assert OutgoingMail.objects.count() == 1


def test_a_mistyped_correction_is_asked_about(client):
    register(client)
    response = client.post(CHANGE, {"address": "richard@nhs.ent"})
    assert "Did you mean richard@nhs.net?" in text_of(response)
    assert ">Send a new link" in re.sub(r">\s+", ">", response.content.decode())
    client.post(CHANGE, {"address": "richard@nhs.ent", "use_address": "richard@nhs.net"})
    assert draft().registered_as == "richard@nhs.net"


@pytest.mark.parametrize(
    "address", ["", "nonsense", "a\0b@trust.example", "x" * 300 + "@x.example"]
)
def test_a_bad_correction_is_an_error_at_the_field(client, address):
    register(client)
    response = client.post(CHANGE, {"address": address, "registration": "1"})
    assert response.context["form"].errors.keys() == {"address"}
    assert draft().registered_as == NAME["email"]
    assert OutgoingMail.objects.count() == 1


def test_once_proven_nothing_more_is_sent_and_the_page_does_not_tell(client):
    register(client)
    before = client.get(CHECK_EMAIL)
    other = Client()
    other.get(paths_mailed()[0])
    other.post("/verify/")
    after = client.get(CHECK_EMAIL)
    assert text_of(before).split("Reference")[0] == text_of(after).split("Reference")[0]
    minutes_pass(4)
    client.post(AGAIN)
    client.post(CHANGE, {"address": CORRECT})
    assert OutgoingMail.objects.count() == 1
    assert User.objects.get().email == NAME["email"]
    assert not Registration.objects.exists()


def test_too_many_corrections_are_refused_with_a_page(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "signup": "2/m/ip"}
    register(client)
    client.post(CHANGE, {"address": CORRECT})
    response = client.post(CHANGE, {"address": "another@trust.example"})
    assert response.status_code == 429
    assert draft().registered_as == CORRECT


def test_links_to_corrected_addresses_leave_one_live(client):
    register(client)
    for number in range(3):
        client.post(CHANGE, {"address": f"try{number}@trust.example"})
    live = Link.objects.filter(superseded_at__isnull=True, used_at__isnull=True)
    assert [link.address for link in live] == ["try2@trust.example"]


@pytest.mark.parametrize("asks", ["again", "change"])
def test_an_address_gets_no_more_mail_than_its_limit_and_the_page_does_not_tell(
    client, settings, asks
):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "registration_mail": "2/d/key"}
    address = NAME["email"] if asks == "again" else CORRECT
    register(client)
    if asks == "change":
        client.post(CHANGE, {"address": CORRECT})
    for _ in range(3):
        minutes_pass(4)
        if asks == "change":
            client.post(CHANGE, {"address": NAME["email"]})
            answer = client.post(CHANGE, {"address": CORRECT}, follow=True)
            assert f"We have sent the email to {CORRECT} instead" in text_of(answer)
        else:
            answer = client.post(AGAIN, follow=True)
            assert f"We have sent another email to {address}" in text_of(answer)
    assert OutgoingMail.objects.filter(address=address).count() == 2


@pytest.mark.parametrize(
    "ask",
    [mail_again, lambda draft: change_address(draft=draft, address=CORRECT)],
    ids=["send again", "change address"],
)
def test_of_two_that_saw_the_same_page_one_is_sent(client, ask):
    register(client)
    seen = draft()
    mail_again(draft=seen)
    with pytest.raises(Conflict):
        ask(draft=seen)
    assert OutgoingMail.objects.count() == 2
    assert draft().registered_as == NAME["email"]


def test_who_corrected_the_address_meanwhile_is_not_sent_a_mail_to_the_old_one(client):
    register(client)
    seen = draft()
    change_address(draft=seen, address=CORRECT)
    RegistrationDraft.objects.update(mailed_at=seen.mailed_at)
    with pytest.raises(Conflict):
        mail_again(draft=seen)


def somebody_waits_for_an_address():
    """Look, for a few seconds, until another transaction does."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone():
                return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [verify_address, abandon_registration])
@pytest.mark.parametrize(
    "ask",
    [mail_again, lambda draft: change_address(draft=draft, address=CORRECT)],
    ids=["send again", "change address"],
)
def test_who_asks_while_the_link_is_used_waits_for_the_address_and_holds_nothing(client, ask, end):
    # The counts of mail outlive a test that commits.
    cache.clear()
    register(client)
    waits, token, answers = draft(), paths_mailed()[0].split("/")[2], []

    def ask_meanwhile():
        try:
            ask(draft=waits)
        except Conflict:
            answers.append("conflict")
        else:
            answers.append("done")
        finally:
            connection.close()

    other = threading.Thread(target=ask_meanwhile)
    with transaction.atomic():
        lock_addresses(waits.registered_as)
        other.start()
        assert somebody_waits_for_an_address()
        end(token=token)
    other.join()
    # Without a registration, changing the address only changes what the page says.
    assert answers == ["conflict" if ask is mail_again else "done"]
    assert not Registration.objects.exists()
    assert OutgoingMail.objects.count() == 1
