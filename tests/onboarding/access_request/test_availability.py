"""The service groups of availability (CPMS-20, ERN-04)."""

import pytest

from accounts.choices import Capability
from accounts.models import Role
from approvals.models import Item
from organisations.models import ServiceGroup
from tests.factories.organisations import (
    ServiceGroupFactory,
)
from tests.onboarding.access_request.conftest import text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("regions")]


@pytest.mark.requirement("CPMS-20")
def test_the_one_group_that_is_open_is_ticked_and_fixed(asking, ward):
    ServiceGroupFactory(code="perinatal", name="Perinatal", position=3, open_to_registration=False)
    asking.details()
    asking.provider(ward)
    text = asking.see("availability")
    assert "Access required for service groups" in text
    box = text.split('type="checkbox"')[1].split(">")[0]
    assert "checked" in box
    assert "disabled" in box
    assert "CYPMHS (CAMHS)" in text
    assert "Perinatal" not in text


@pytest.mark.requirement("ERN-04")
def test_roles_are_explained_in_the_helpdesks_words(asking, ward):
    Role.objects.update_or_create(
        capability=Capability.AVAILABILITY_EDIT, defaults={"explanation": "Keeps the board true."}
    )
    asking.details()
    asking.provider(ward)
    assert "Keeps the board true." in asking.see("availability")


def test_once_several_groups_are_open_each_is_chosen(asking, ward):
    perinatal = ServiceGroupFactory(
        code="perinatal", name="Perinatal", position=3, open_to_registration=True
    )
    asking.details()
    asking.provider(ward)
    assert "Select at least one" in text_of(asking.answer("availability", edit="no"))
    asking.answer("availability", edit="no", service_groups=[perinatal.pk])
    asking.send()
    assert Item.objects.get().service_group == perinatal


def test_a_posted_group_that_is_not_open_is_not_asked_for(asking, ward):
    closed = ServiceGroupFactory(
        code="perinatal", name="Perinatal", position=3, open_to_registration=False
    )
    asking.details()
    asking.provider(ward)
    asking.answer("availability", edit="no", service_groups=[closed.pk])
    asking.send()
    assert [item.service_group.code for item in Item.objects.all()] == ["cypmhs"]


def test_other_groups_than_those_answered_for_are_asked_anew(asking, ward):
    asking.everything(ward)
    ServiceGroupFactory(code="perinatal", name="Perinatal", position=3, open_to_registration=True)
    ServiceGroup.objects.filter(code="cypmhs").update(open_to_registration=False)
    assert asking.send().url == url("availability")
    assert not Item.objects.exists()
    asking.answer("availability", edit="no")
    asking.send()
    assert Item.objects.get().service_group.code == "perinatal"
