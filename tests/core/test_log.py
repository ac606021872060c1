"""The log: who got what answer, without what must not stand in it."""

import json
import logging
import re
import sys

import pytest
from django.test import Client
from django.urls import reverse

from core.log import JSONFormatter, LineFormatter
from core.models import AuditEvent
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "core.requests"]


def test_each_answer_is_a_line_with_page_status_and_person(client, caplog):
    zoe = person("zoe.oneill")
    client.force_login(zoe)
    with caplog.at_level(logging.INFO):
        client.get(reverse("home"))
        client.get(reverse("approvals:queue"))
    home, refused = lines(caplog)
    assert re.fullmatch(rf"GET home 30?[02] \d+ ms person {zoe.pk}", home)
    assert re.fullmatch(rf"GET approvals:queue 403 \d+ ms person {zoe.pk}", refused)


def test_neither_mailed_secrets_nor_searches_stand_in_the_log(client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.get(reverse("verify_link", args=["secret-token"]))
        client.get("/search/?age=15")
    assert len(lines(caplog)) == 2
    assert "secret-token" not in caplog.text
    assert "age=15" not in caplog.text


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("put", "/verify/secret-token/", 405),
        ("get", "/verify/secret-token/and/more/", 404),
        ("post", "/verify/secret-token/", 403),
        ("get", "/broken/", 500),
    ],
)
@pytest.mark.urls("tests.core.broken_urls")
def test_no_failure_writes_its_address_into_the_log(caplog, method, address, status):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        assert getattr(browser, method)(address).status_code == status
    assert len(lines(caplog)) == 1
    said = "".join(record.getMessage() for record in caplog.records)
    assert "secret-token" not in said
    assert address not in said


def test_what_was_typed_cannot_begin_a_line_and_times_are_utc():
    record = logging.makeLogRecord({"msg": "typed: %s", "args": ("a\r\nb",), "created": 1.5})
    line = LineFormatter().format(record)
    assert line.startswith("1970-01-01T00:00:01.500Z ")
    assert line.endswith(" typed: a\\r\\nb")


def test_the_collectors_line_holds_the_whole_failure():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
    text = JSONFormatter().format(record)
    assert "\n" not in text
    assert "ValueError: two\nlines" in json.loads(text)["exception"]


def test_the_reference_on_an_error_page_is_found_in_the_audit(client):
    zoe = person("zoe.oneill")
    client.force_login(zoe)
    for path, status in (("/approvals/", 403), ("/nowhere/", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        reference = answer.headers["X-Request-Reference"]
        assert reference in answer.content.decode()
        event = AuditEvent.objects.get(event="page.refused", reference=reference)
        assert (event.actor, event.details["status"]) == (zoe, status)


def test_who_is_not_signed_in_fills_no_table_with_errors(client):
    client.get("/nowhere/")
    assert not AuditEvent.objects.filter(event="page.refused").exists()
