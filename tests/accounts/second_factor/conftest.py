import re

import pytest

from accounts.models import EmailDevice
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, helpdesk, person
from tests.factories.devices import authenticator


@pytest.fixture
def amina(db):
    """Somebody whom nothing obliges, with an authenticator app."""
    user = person("amina.approver")
    authenticator(user)
    return user


@pytest.fixture
def elsie(db):
    """Somebody who gets codes by email."""
    user = person("elsie.email")
    EmailDevice.objects.create(user=user, name=EmailDevice.label, confirmed=True)
    return user


@pytest.fixture
def helen(db):
    return helpdesk()


@pytest.fixture
def harry(db):
    return helpdesk("harry.helpdesk")


def give_password(client, user, **more):
    return client.post("/login/", {"login": user.email, "password": PASSWORD, **more})


def mails(kind):
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def mailed_code():
    return re.search(r"^\d{6}$", mails("second_factor_code")[-1].text, re.MULTILINE)[0]


def is_signed_in(client):
    return "_auth_user_id" in client.session
