"""Invented people have no devices: the demonstration shows their codes, and nothing else does."""

import re

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts.demo.second_factor import NAME, give_authenticators
from accounts.models import AuthenticatorDevice
from tests.accounts.second_factor.conftest import give_password, is_signed_in
from tests.cpms.test_production import PRODUCTION, start
from tests.factories.accounts import helpdesk, person

pytestmark = pytest.mark.django_db

CODE = "/login/code/"


@pytest.fixture
def invented(db):
    user = person("ivy.invented")
    give_authenticators([user])
    return user


def shown(client):
    page = client.get(CODE).content.decode()
    found = re.search(r"the code is (\d{3} \d{3}) now", page)
    return found[1] if found else page


def test_the_code_that_is_shown_signs_in_as_often_as_two_in_half_a_minute(client, invented):
    with time_machine.travel(timezone.now().replace(second=10), tick=False):
        for _ in range(2):
            give_password(client, invented)
            client.post(CODE, {"code": shown(client)})
            assert is_signed_in(client)
            client.logout()
        give_password(client, invented)
        assert "in 30 seconds" in shown(client)


def test_the_code_of_a_device_that_somebody_has_set_up_is_not_shown(client, db):
    helen = helpdesk()
    give_password(client, helen)
    assert "Demonstration: the code" not in client.get(CODE).content.decode()
    assert AuthenticatorDevice.objects.get().name != NAME


def test_without_the_demonstrations_settings_no_code_is_shown(client, invented, settings):
    processors = settings.TEMPLATES[0]["OPTIONS"]["context_processors"]
    kept = [name for name in processors if "demo" not in name]
    assert len(kept) == len(processors) - 1
    settings.TEMPLATES = [
        {
            **settings.TEMPLATES[0],
            "OPTIONS": {**settings.TEMPLATES[0]["OPTIONS"], "context_processors": kept},
        },
        *settings.TEMPLATES[1:],
    ]
    give_password(client, invented)
    assert "Demonstration: the code" not in client.get(CODE).content.decode()


def test_production_has_nothing_of_it():
    probe = (
        "import django; django.setup()\n"
        "import sys\n"
        "from django.conf import settings\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "from django.template import engines; engines.all()[0].engine.template_context_processors\n"
        "print([name for name in sys.modules if name.startswith('accounts.demo')],"
        " 'demo' in str(settings.TEMPLATES))"
    )
    assert start("-c", probe, **PRODUCTION).stdout.strip() == "[] False"
    assert "accounts.demo" in str(settings.TEMPLATES)
