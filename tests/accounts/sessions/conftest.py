from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import PASSWORD
from tests.factories.devices import authenticator, code_of


@pytest.fixture
def move(time_machine):
    """move(minutes=30): so long after the start of the test."""
    start = timezone.now()
    time_machine.move_to(start, tick=False)

    def to(**time):
        time_machine.move_to(start + timedelta(**time), tick=False)

    return to


def give_password_and_code(client, person, path="/login/", **data):
    """Log in, with a code where one is asked for; gives the page that follows."""
    typed = {"login": person.email, "password": PASSWORD, **data}
    response = client.post(path, typed, follow=True)
    if response.request["PATH_INFO"] == reverse("second_factor_code"):
        code = code_of(authenticator(person))
        response = client.post(reverse("second_factor_code"), {"code": code}, follow=True)
    return response
