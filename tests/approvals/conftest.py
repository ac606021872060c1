"""A ward, and Carol who decides for its provider's collaborative."""

import pytest

from tests.factories.accounts import commissioner
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def collaborative(ward):
    return CollaborativeFactory(members=[ward.unit.organisation])


@pytest.fixture
def carol(collaborative):
    return commissioner(collaborative)


@pytest.fixture
def items(ward, carol):
    return submitted_items(ward=ward)
