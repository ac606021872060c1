import pytest

from tests.factories.organisations import OrganisationFactory
from tests.journeys.conftest import browser_type_launch_args

__all__ = ["browser_type_launch_args"]


@pytest.fixture
def huntercombe():
    return OrganisationFactory()


@pytest.fixture
def oxfords():
    """Three providers, of which two are alike in name."""
    return [
        OrganisationFactory(
            ods_code=code,
            ods_name=name,
            name=name,
            kind__code="nhs_provider",
            address="Littlemore, Oxford",
            postcode="OX4 4XN",
        )
        for code, name in (
            ("RNU", "Oxford Health"),
            ("RTH", "Oxford University Hospitals"),
            ("RX4", "Cumbria"),
        )
    ]
