import pytest

from tests.factories.people import staff


@pytest.fixture
def people():
    return staff()


@pytest.fixture
def pat(people, client):
    client.force_login(people.pat)
    return people.pat
