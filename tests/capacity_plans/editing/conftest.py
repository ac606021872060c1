"""A draft of Paula's collaborative, and the wards that it may plan for."""

from types import SimpleNamespace

import pytest

from accounts.choices import Capability
from tests.factories.accounts import grant, person
from tests.factories.organisations import CollaborativeFactory, UnitFactory, WardFactory
from tests.factories.plans import draft, plan


def planner(collaborative, name="paula.planner"):
    user = person(name)
    grant(user, Capability.PLANS_EDIT, collaborative=collaborative)
    return user


@pytest.fixture
def place():
    """The unit of a member, its wards Ash and Beech, and a draft of their collaborative."""
    unit = UnitFactory()
    ash, beech = WardFactory(unit=unit, name="Ash"), WardFactory(unit=unit, name="Beech")
    collaborative = CollaborativeFactory(members=[unit.organisation])
    version = draft(plan(collaborative))
    return SimpleNamespace(
        unit=unit, ash=ash, beech=beech, collaborative=collaborative, version=version
    )


@pytest.fixture
def paula(place, client):
    paula = planner(place.collaborative)
    client.force_login(paula)
    return paula


@pytest.fixture
def peter(place):
    return planner(place.collaborative, "peter.planner")
