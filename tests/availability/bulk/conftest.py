import pytest

from tests.factories.accounts import ward_editor
from tests.factories.availability import bed_manager, ward_with_beds


@pytest.fixture
def wards():
    """Two wards of one unit, three beds each."""
    first = ward_with_beds(3, name="Avon")
    return [first, ward_with_beds(3, name="Brent", unit=first.unit)]


@pytest.fixture
def bella(wards, client):
    """The provider's bed manager, logged in."""
    bella = bed_manager(wards[0])
    client.force_login(bella)
    return bella


@pytest.fixture
def walter(wards):
    """A colleague on the first ward."""
    return ward_editor(wards[0], "walter.ward")
