"""Mail: queued with what causes it, delivered at least once, never without an end."""

import threading
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from cpms.celery import app
from notifications.models import MailState, OutgoingMail
from notifications.services import queue_mail
from notifications.tasks import MAX_ATTEMPTS, deliver_outbox
from tests.factories.accounts import UserFactory

ADDRESS = "richard.test1@trust.example"


def queue(**fields):
    return queue_mail(
        kind="verify_address",
        address=fields.pop("address", ADDRESS),
        person=UserFactory(**fields),
        context={"link": "http://127.0.0.1:8000/verify/secret/", "hours": 24},
    )


def make_due():
    OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


class BrokenBackend:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("450 mailbox busy\0" + "x" * 500)


@pytest.mark.django_db
@pytest.mark.requirement("CPMS-11")
def test_a_mail_goes_out_as_the_service_with_replies_to_the_helpdesk(settings):
    settings.DEFAULT_FROM_EMAIL = f"{settings.SERVICE_NAME} <no-reply@demo.example>"
    queued = queue()
    deliver_outbox()
    [message] = mail.outbox
    assert message.from_email == ("Capacity Planning and Monitoring System <no-reply@demo.example>")
    assert message.reply_to == [settings.HELPDESK_EMAIL]
    assert message.to == [ADDRESS]
    assert message.subject == "NECS CPMS Account Registration"
    assert message.extra_headers == {"Message-ID": queued.message_id}
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    for body in (message.body, html):
        assert "Hi Richard," in body
        assert "http://127.0.0.1:8000/verify/secret/" in body
        assert settings.HELPDESK_TELEPHONE in body
        assert settings.HELPDESK_EMAIL in body


@pytest.mark.django_db
def test_a_delivered_mail_is_not_sent_again_and_keeps_no_body():
    queue()
    deliver_outbox()
    deliver_outbox()
    assert len(mail.outbox) == 1
    row = OutgoingMail.objects.get()
    assert (row.state, row.text, row.html) == (MailState.SENT, "", "")
    assert row.sent_at is not None


@pytest.mark.django_db
def test_text_is_not_escaped_and_html_is():
    queued = queue(first_name="Zoë <b>O'Neill</b>")
    assert "Hi Zoë <b>O'Neill</b>," in queued.text
    assert "Hi Zoë &lt;b&gt;O&#x27;Neill&lt;/b&gt;," in queued.html


@pytest.mark.django_db
def test_a_failure_backs_off_keeps_the_mail_and_delivers_later(settings, caplog):
    queued = queue()
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.notifications.test_outbox.BrokenBackend"
    deliver_outbox()
    row = OutgoingMail.objects.get()
    assert (row.state, row.attempts) == (MailState.QUEUED, 1)
    assert row.next_attempt_at > timezone.now() + timedelta(seconds=30)
    assert row.last_error.startswith("OSError('450 mailbox busy")
    assert "attempt 1: OSError" in caplog.text
    assert "mailbox busy" not in caplog.text
    settings.EMAIL_BACKEND = working
    deliver_outbox()
    assert mail.outbox == []
    make_due()
    deliver_outbox()
    assert mail.outbox[0].extra_headers["Message-ID"] == queued.message_id
    assert OutgoingMail.objects.get().last_error == ""


@pytest.mark.django_db
def test_a_mail_that_cannot_be_delivered_is_given_up_in_the_end(settings):
    settings.EMAIL_BACKEND = "tests.notifications.test_outbox.BrokenBackend"
    queue()
    for _ in range(MAX_ATTEMPTS + 2):
        make_due()
        deliver_outbox()
    row = OutgoingMail.objects.get()
    assert (row.state, row.attempts) == (MailState.FAILED, MAX_ATTEMPTS)


@pytest.mark.django_db
def test_one_mail_that_cannot_be_built_does_not_stop_the_next():
    queue(address="a@trust.example\nBcc: everyone@trust.example")
    queue()
    deliver_outbox()
    assert [message.to for message in mail.outbox] == [[ADDRESS]]


@pytest.mark.django_db
def test_a_name_cannot_add_headers():
    person = UserFactory(first_name="Mallory\r\nBcc: everyone@trust.example")
    row = queue_mail(
        kind="verify_address", address=ADDRESS, person=person, context={"link": "x", "hours": 24}
    )
    assert "\n" not in row.subject
    deliver_outbox()
    assert mail.outbox[0].recipients() == [ADDRESS]


@pytest.mark.django_db(transaction=True)
def test_a_mail_of_a_transaction_that_fails_was_never_there():
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_goes_on_without_the_broker(monkeypatch, caplog):
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    began = time.monotonic()
    queue()
    assert time.monotonic() - began < 2
    assert OutgoingMail.objects.get().state == MailState.QUEUED
    assert "deliver_outbox" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_mail_once():
    with transaction.atomic():
        for _ in range(20):
            queue()

    def work():
        try:
            deliver_outbox()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(sent) == 20
    assert len(set(sent)) == 20
