import pytest

from accounts.choices import Capability
from tests.factories import plans
from tests.factories.accounts import grant, person
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)


@pytest.fixture
def provider():
    return OrganisationFactory()


@pytest.fixture
def planned(provider):
    """A collaborative of one provider, with two wards and one that its plan does not know."""
    collaborative = CollaborativeFactory(members=[provider])
    unit = UnitFactory(organisation=provider)
    kind = ServiceTypeFactory(group=collaborative.service_group)
    for name in ("Ash", "Beech", "Cedar"):
        WardFactory(unit=unit, name=name, service_type=kind, commissioned_beds=12)
    return collaborative


@pytest.fixture
def version(planned):
    return plans.draft(plans.plan(planned))


@pytest.fixture
def paula(planned):
    user = person("paula.planner")
    grant(user, Capability.PLANS_EDIT, collaborative=planned)
    return user


@pytest.fixture
def client(client, paula):
    client.force_login(paula)
    return client
