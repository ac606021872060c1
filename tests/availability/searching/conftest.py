import pytest

from tests.factories.organisations import PostcodeLocationFactory


@pytest.fixture(autouse=True)
def location(db):
    return PostcodeLocationFactory()
