"""Asking for approver rights (CT-17)."""

import pytest

from accounts.choices import Capability
from approvals.models import Item
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
)
from tests.onboarding.access_request.conftest import text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("regions")]


@pytest.mark.requirement("CT-17")
def test_a_providers_staff_may_ask_for_approver_rights(asking, ward):
    collaborative = CollaborativeFactory(members=[ward.unit.organisation])
    asking.details()
    assert asking.provider(ward, approver="on").url == url("approver")
    text = asking.see("approver")
    assert "Provider approver: The Huntercombe Group" in text
    assert "Commissioner approver: Thames Valley CYPMHS" in text
    asking.answer("approver", rights=[f"organisation:{ward.unit.organisation.pk}"])
    asking.answer("availability", edit="no")
    assert "Provider approver: The Huntercombe Group" in asking.summary()
    asking.send()
    right = Item.objects.get(capability=Capability.APPROVE_STANDARD)
    assert right.scope == ward.unit.organisation
    assert right.routing_group is None
    assert not Item.objects.filter(collaborative=collaborative).exists()


@pytest.mark.requirement("CT-17")
def test_regional_staff_may_ask_to_approve_for_their_regions_alone(asking):
    asking.details("nhs_england")
    asking.answer("region", regions=["Y56"], approver="on")
    text = asking.see("approver")
    assert "Regional approver: London" in text
    assert "Regional approver: South East" not in text


def test_an_unrelated_change_keeps_the_approver_rights(asking, ward):
    asking.details()
    asking.provider(ward, approver="on")
    asking.answer("approver", rights=[f"organisation:{ward.unit.organisation.pk}"])
    asking.answer("availability", edit="no")
    asking.details(plans="yes")
    assert "approver" in asking.answers


def test_outside_england_has_no_approver(asking):
    RegionFactory(code="outside-england", name="Outside England", position=7)
    asking.details("nhs_england")
    asking.answer("region", regions=["national"], approver="on")
    text = asking.see("approver")
    assert "Regional approver: London" in text
    assert "Outside England" not in text


def test_another_provider_asks_for_approver_rights_anew(asking, ward):
    other = OrganisationFactory(ods_code="NV9", name="Other Care")
    asking.details()
    asking.provider(ward, approver="on")
    asking.answer("approver", rights=[f"organisation:{ward.unit.organisation.pk}"])
    asking.answer("availability", edit="no")
    changed = asking.answer("provider", change=True, provider=other.name, approver="on")
    assert changed.url == url("approver")
    assert "approver" not in asking.answers


def test_a_provider_that_is_not_listed_has_no_approver_yet(asking):
    asking.details()
    response = asking.answer(
        "provider",
        provider="New Care",
        provider_choice="unlisted",
        provider_found="New Care",
        approver="on",
    )
    assert "once “New Care” is listed" in text_of(response)
