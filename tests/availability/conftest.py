"""A ward, Wendy who keeps it, and Sam who searches."""

import pytest

from tests.factories.accounts import searcher, ward_editor
from tests.factories.availability import ward_with_beds
from tests.factories.organisations import ServiceGroupFactory


@pytest.fixture
def ward():
    return ward_with_beds(3)


@pytest.fixture
def wendy(ward, client):
    wendy = ward_editor(ward)
    client.force_login(wendy)
    return wendy


@pytest.fixture
def sam(client):
    sam = searcher(ServiceGroupFactory())
    client.force_login(sam)
    return sam
