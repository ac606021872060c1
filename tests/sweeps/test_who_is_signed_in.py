"""On a shared computer every page says who is signed in and offers to log out."""

import re

import pytest
from django.urls import reverse

from accounts.choices import Capability
from tests.counts import LONG
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.organisations import WardFactory
from tests.sweeps.addresses import every_address, is_alike

pytestmark = pytest.mark.django_db

LOG_OUT = re.compile(rf'<form[^>]*action="{reverse("account_logout")}"[^>]*>')
# Parts of a page
NO_PAGES = {"onboarding:request_find"}


@pytest.fixture
def helen(db):
    """The helpdesk, who also records a ward's beds and searches."""
    ward = WardFactory()
    helen = helpdesk()
    grant(helen, Capability.AVAILABILITY_VIEW, service_group=ward.service_type.group)
    grant(helen, Capability.AVAILABILITY_EDIT, ward=ward)
    return helen


def test_every_page_names_who_is_signed_in_and_offers_to_log_out(client, helen):
    client.force_login(helen)
    lacking, pages = [], 0
    for address in every_address():
        if is_alike(address.name) and not LONG:
            continue
        answer = client.get(address.path)
        is_page = answer["Content-Type"].startswith("text/html") and not answer.streaming
        if answer.status_code != 200 or not is_page or address.name in NO_PAGES:
            continue
        pages += 1
        text = answer.content.decode()
        if not LOG_OUT.search(text) or "Helen" not in text:
            lacking.append(address.name)
    assert lacking == []
    assert pages > 50


def test_so_do_the_pages_of_who_stands_before_a_gate(client):
    waiting = person("wanda.waiting", terms_version="")
    client.force_login(waiting)
    text = client.get(reverse("terms_of_use")).content.decode()
    assert LOG_OUT.search(text)
    assert "Wanda Waiting" in text
