"""Nothing of signing in waits for Redis: here its address is one where nobody listens."""

import socket
import time

import pytest
from django.urls import reverse

from accounts.models import EmailDevice
from cpms.celery import app
from notifications.models import MailState, OutgoingMail
from tests.factories.accounts import PASSWORD, UserFactory

SECONDS = 2


@pytest.fixture
def no_redis(monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    for name in ("broker_url", "broker_write_url", "broker_read_url"):
        monkeypatch.setattr(app.conf, name, f"redis://127.0.0.1:{port}/0")


@pytest.mark.django_db(transaction=True)
def test_logging_in_with_a_mailed_code_and_asking_for_a_password_go_on(client, no_redis):
    richard = UserFactory()
    EmailDevice.objects.create(user=richard, name="Email", confirmed=True)
    assert client.get("/readyz").json()["redis"] == "degraded"
    steps = [
        ("/login/", {"login": richard.email, "password": PASSWORD}),
        (reverse("second_factor_email_code"), {"send": "1"}),
        (reverse("account_reset_password"), {"email": richard.email}),
    ]
    for path, data in steps:
        began = time.monotonic()
        assert client.post(path, data).status_code == 302, path
        assert time.monotonic() - began < SECONDS, path
    mails = OutgoingMail.objects.order_by("pk")
    assert {mail.state for mail in mails} == {MailState.QUEUED}
    assert {"second_factor_code", "password_reset"} <= {mail.kind for mail in mails}
