import pytest

from tests.factories.accounts import searcher
from tests.factories.organisations import PostcodeLocationFactory, ServiceGroupFactory


@pytest.fixture(autouse=True)
def location(db):
    return PostcodeLocationFactory()


@pytest.fixture
def sam(client):
    sam = searcher(ServiceGroupFactory())
    client.force_login(sam)
    return sam
