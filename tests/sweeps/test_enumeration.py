"""No answer tells whether an address has an account: neither page, nor headers, nor work done.

How long the answers take is measured by `make bench` (bench/enumeration.py). Invitations do not
exist yet; an invitation's pages belong here once they do.
"""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.lockout import SIGN_INS, count_attempt
from tests.factories.accounts import helpdesk, person
from tests.factories.organisations import PostcodeLocationFactory
from tests.onboarding.registering import fill, neutral

pytestmark = pytest.mark.django_db

# Equally long, so that not even the length of a page differs.
UNKNOWN, KNOWN = "anna.nobody@trust.example", "anna.person@trust.example"
DISABLED, WITH_DEVICE = "anna.gone00@trust.example", "anna.device@trust.example"
WRONG = "Wrong-Horse-77"


@pytest.fixture(autouse=True)
def accounts(time_machine):
    # What an answer says of the time differs by the second.
    time_machine.move_to(timezone.now(), tick=False)
    PostcodeLocationFactory()
    person("anna.person")
    person("anna.gone00", is_active=False)
    helpdesk("anna.device")
    cache.clear()


def log_in(client, address):
    return client.post("/login/", {"login": address, "password": WRONG})


def reset(client, address):
    return client.post("/password/reset/", {"email": address})


def new_link(client, address):
    return client.post("/verify/new-link/", {"address": address})


def register(client, address):
    name = {"first_name": "Zoë", "surname": "Else", "email": address}
    fill(client, name=name)
    return client.post("/register/check-your-answers/", {"confirmed": "on", "website": ""})


def after_registration(client, address):
    register(client, address)
    return client.get("/register/check-your-email/")


WAYS = [log_in, reset, new_link, register, after_registration]


def answer_to(way, address):
    """What somebody can see of an answer, and what the database was asked for."""
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        response = way(client, address)
    headers = {
        name: value.replace(address, "ADDRESS")
        for name, value in response.headers.items()
        if name not in ("X-Request-Reference", "Content-Security-Policy")
    }
    cookies = sorted((name, morsel["max-age"]) for name, morsel in response.cookies.items())
    seen = response.status_code, neutral(response, address), headers, cookies
    return seen, writes(query["sql"] for query in queries)


def writes(queries) -> list[str]:
    """What was written, without its values: the verb and the table."""
    written = (re.match(r'(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql) for sql in queries)
    return [" ".join(found.groups()) for found in written if found]


@pytest.mark.parametrize("address", [KNOWN, DISABLED, WITH_DEVICE])
@pytest.mark.parametrize("way", WAYS)
def test_a_known_address_is_answered_like_an_unknown_one(way, address):
    unknown, _ = answer_to(way, UNKNOWN)
    known, _ = answer_to(way, address)
    assert known == unknown


@pytest.mark.parametrize("way", [log_in, reset, new_link, register])
def test_the_same_is_written_for_both(way):
    _, unknown = answer_to(way, UNKNOWN)
    cache.clear()
    _, known = answer_to(way, KNOWN)
    assert known == unknown


@pytest.mark.parametrize("address", [UNKNOWN, KNOWN, DISABLED, WITH_DEVICE])
def test_after_too_many_attempts_every_address_is_locked_out_alike(rf, address):
    answers = []
    for one in (UNKNOWN, address):
        cache.clear()
        for _ in range(5):
            count_attempt(rf.post("/login/"), SIGN_INS, one)
        answers.append(answer_to(log_in, one)[0])
    assert answers[0] == answers[1]
