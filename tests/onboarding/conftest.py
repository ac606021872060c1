import pytest

from tests.factories.organisations import PostcodeLocationFactory


@pytest.fixture
def place():
    """The postcode sector in which people of the tests work."""
    return PostcodeLocationFactory()
