"""The plans to see or edit (CPMS-24)."""

import pytest

from accounts.choices import Capability
from approvals.models import Item
from tests.factories.accounts import grant
from tests.factories.organisations import CollaborativeFactory, ServiceGroupFactory
from tests.onboarding.access_request.conftest import SUMMARY, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def secure():
    return ServiceGroupFactory(
        code="adult-secure",
        name="Adult Secure",
        position=2,
        open_to_registration=False,
        open_to_plans=True,
    )


@pytest.fixture
def manchester(secure):
    return CollaborativeFactory(name="Greater Manchester Adult Secure", service_group=secure)


@pytest.fixture
def at_plans(asking, ward, manchester):
    """Richard asks for plans alone."""
    asking.details(availability="no", plans="yes")
    assert asking.provider(ward).url == url("plans")
    return asking


def view(asking, group, **buttons):
    return asking.answer("plans", service_group=group.pk, access="view", **buttons)


def edit(asking, collaborative, **buttons):
    data = {"service_group": collaborative.service_group.pk, "collaborative": collaborative.pk}
    return asking.answer("plans", access="edit", **data, **buttons)


@pytest.mark.requirement("CPMS-24")
@pytest.mark.requirement("CPMS-25")
def test_plans_are_added_removed_and_asked_for(at_plans, ward, secure, manchester):
    cypmhs = ward.service_type.group
    view(at_plans, secure, add="yes")
    edit(at_plans, manchester, add="yes")
    view(at_plans, cypmhs, add="yes")
    at_plans.answer("plans", remove=f"service_group:{cypmhs.pk}")
    assert "View/Edit" in at_plans.see("plans")
    assert at_plans.answer("plans", next="yes").url == SUMMARY
    summary = at_plans.summary()
    assert "Bed / capacity plans" in summary
    assert "Adult Secure: View only" in summary
    assert "Adult Secure: View/Edit: Greater Manchester<" in summary.replace(" <", "<")
    assert "CYPMHS (CAMHS): View only" not in summary
    at_plans.send()
    assert [(item.capability, item.scope) for item in Item.objects.order_by("pk")] == [
        (Capability.PLANS_VIEW, secure),
        (Capability.PLANS_EDIT, manchester),
    ]


def test_next_adds_what_is_filled_in(at_plans, secure):
    assert view(at_plans, secure, next="yes").url == SUMMARY
    assert at_plans.answers["plans"] == {"plans": [f"service_group:{secure.pk}"]}


def test_next_with_half_a_plan_says_what_is_missing(at_plans, secure):
    text = text_of(at_plans.answer("plans", service_group=secure.pk, next="yes"))
    assert "Select View only or View/Edit" in text


def test_next_without_a_plan_is_an_error(at_plans):
    text = text_of(at_plans.answer("plans", next="yes"))
    assert "Add at least one plan" in text
    assert 'href="#id_service_group"' in text


def test_only_groups_that_are_open_to_plans_are_offered(at_plans):
    ServiceGroupFactory(code="perinatal", name="Perinatal", position=3, open_to_plans=False)
    text = at_plans.see("plans")
    assert "Adult Secure" in text
    assert "Perinatal" not in text


def test_editing_needs_a_collaborative_of_the_same_group(at_plans, ward, secure):
    missing = at_plans.answer("plans", service_group=secure.pk, access="edit", add="yes")
    assert "Select a provider collaborative" in text_of(missing)
    other = CollaborativeFactory(name="Thames Valley CYPMHS")
    wrong = at_plans.answer(
        "plans", service_group=secure.pk, access="edit", collaborative=other.pk, add="yes"
    )
    assert "Select a provider collaborative of Adult Secure" in text_of(wrong)


def test_the_same_plan_is_not_added_twice(at_plans, secure):
    view(at_plans, secure, add="yes")
    assert "You have added this already" in text_of(view(at_plans, secure, add="yes"))
    assert len(at_plans.answers["plans"]["plans"]) == 1


def test_a_plan_that_is_held_is_not_asked_again(at_plans, richard, secure):
    grant(richard, Capability.PLANS_VIEW, service_group=secure)
    text = text_of(view(at_plans, secure, add="yes"))
    assert "You have this already: Adult Secure: View only." in text


def test_a_group_closed_to_plans_meanwhile_is_said_and_goes(at_plans, secure, ward):
    view(at_plans, secure, add="yes")
    view(at_plans, ward.service_type.group, add="yes")
    at_plans.answer("plans", next="yes")
    secure.open_to_plans = False
    secure.save()
    assert at_plans.send().url == url("plans")
    assert "Adult Secure" in at_plans.see("plans")
    assert at_plans.answer("plans", next="yes").url == SUMMARY


def test_the_page_asks_a_fixed_number_of_queries(client, at_plans, django_assert_num_queries):
    with django_assert_num_queries(13):
        client.get(url("plans"))
