"""A version without assumptions, on the pages that work with them."""

import pytest
from django.urls import reverse

from capacity_plans.choices import VersionStatus
from capacity_plans.life.services import copy_version
from tests.availability.pages import text_of
from tests.factories.plan_life import approved, planner
from tests.factories.plans import assumption, draft, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def without(client):
    """A draft whose assumptions were removed since the approved version."""
    version = draft()
    assumption(version, line(version), admissions=123)
    petra = planner(version.plan.collaborative)
    client.force_login(petra)
    copy = copy_version(version=approved(version), by=petra, status=VersionStatus.DRAFT)
    copy.assumptions.all().delete()
    return copy


def test_nothing_is_adjusted_where_nothing_is_assumed(client, without):
    answer = client.get(reverse("plans:what_if", args=[without.pk]))
    assert "Change the assumptions of all types at once" not in text_of(answer)
    assert "Add assumptions first." in text_of(answer)
    add = f"{reverse('plans:edit', args=[without.pk])}#assumptions"
    assert f'href="{add}"' in answer.content.decode()


def test_what_was_removed_is_compared_with_what_it_was(client, without):
    page = text_of(client.get(reverse("plans:compare", args=[without.pk])))
    assert "Removed Admissions a year 123" in page
