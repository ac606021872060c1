"""A ward, and Wendy who keeps it."""

import pytest

from tests.factories.accounts import ward_editor
from tests.factories.availability import ward_with_beds


@pytest.fixture
def ward():
    return ward_with_beds(3)


@pytest.fixture
def wendy(ward, client):
    wendy = ward_editor(ward)
    client.force_login(wendy)
    return wendy
