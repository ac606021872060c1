"""A ward with sessions, and Wendy and Walter who keep it."""

import pytest
from django.utils import timezone

from tests.factories.accounts import ward_editor
from tests.factories.sessions import (
    ward_with_sessions,
)


@pytest.fixture(scope="module")
def ward(shared):
    # Of single weekdays, so that the sessions are few
    today = timezone.localdate().weekday()
    return ward_with_sessions((20, 1), (21, 4), days=[(today + 1) % 7, (today + 2) % 7])


@pytest.fixture(scope="module")
def people(ward):
    return ward_editor(ward), ward_editor(ward, "walter.ward")


@pytest.fixture
def wendy(people, client):
    client.force_login(people[0])
    return people[0]


@pytest.fixture
def walter(people):
    return people[1]
