import pytest

from tests.factories.accounts import UserFactory


@pytest.fixture
def richard():
    return UserFactory()
