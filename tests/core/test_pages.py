import logging
import re

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from core import pages
from core.log import LineFormatter


@pytest.mark.django_db
@pytest.mark.requirement("CPMS-04")
def test_the_landing_page_offers_login_and_an_account(client):
    text = " ".join(client.get("/").content.decode().split())
    assert "<h1>Capacity Planning and Monitoring System</h1>" in text
    assert "Let&#x27;s get started" in text or "Let's get started" in text
    assert (
        "In order to use CPMS, you must either login or create an account "
        "if you do not already have one." in text
    )
    assert re.search(r'href="/login/"[^>]*>Login<', text)
    assert re.search(r'href="/register/"[^>]*>Create an account<', text)


@pytest.mark.django_db
@pytest.mark.requirement("ERN-01")
@pytest.mark.parametrize("url", ["/", "/login/", "/register/", "/nowhere/", "/contact-us/"])
def test_the_training_environment_is_marked(client, url):
    assert "Training environment." in client.get(url, follow=True).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/nowhere/", "/login/", "/demo/inbox/"])
def test_the_content_security_policy_allows_nothing_inline(client, url):
    policy = client.get(url).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.urls("tests.core.broken_urls")
def test_a_failure_shows_the_reference_that_the_log_has():
    client = Client(raise_request_exception=False)
    response = client.get("/broken/")
    assert response.status_code == 500
    reference = response.headers["X-Request-Reference"]
    text = response.content.decode()
    assert reference in text
    assert "Training environment." in text
    assert "Contact us" in text
    assert "broken on purpose" not in text
    line = LineFormatter().format(logging.makeLogRecord({"msg": "x"}))
    assert f" {reference} " in line


def test_healthz_touches_no_database(client):
    assert client.get("/healthz").content == b"ok"


class TestReadiness:
    @pytest.mark.django_db
    def test_all_is_well(self, client):
        assert client.get("/readyz").json() == {"database": "ok", "redis": "ok"}

    @pytest.mark.django_db
    def test_without_redis_it_is_degraded_and_ready(self, client, monkeypatch):
        monkeypatch.setattr(pages, "broker_answers", lambda: False)
        response = client.get("/readyz")
        assert (response.status_code, response.json()["redis"]) == (200, "degraded")

    @pytest.mark.django_db
    def test_pending_migrations_are_not_ready(self, client, monkeypatch):
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: {})
        response = client.get("/readyz")
        assert (response.status_code, response.json()["database"]) == (503, "pending migrations")
