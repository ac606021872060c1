"""The page that sets two versions side by side."""

from datetime import date

import pytest
from django.urls import reverse

from capacity_plans.choices import VersionStatus
from capacity_plans.life.services import copy_version
from tests.factories.plan_life import approved, approver
from tests.factories.plans import change

pytestmark = pytest.mark.django_db

HUGE = str(10**30)


def url(name, key):
    return reverse(f"plans:{name}", args=[key])


def text_of(response):
    return response.content.decode()


def test_any_two_versions_are_set_side_by_side(client):
    first = approved()
    petra = first.item.person
    second = copy_version(version=first, by=petra, status=VersionStatus.DRAFT)
    change(second.lines.get(), date(2026, 9, 1), number=3)
    scenario = copy_version(version=second, by=petra, status=VersionStatus.SCENARIO, name="Later")
    client.force_login(petra)
    page = url("compare", second.pk)
    assert "From version 1 to version 2" in text_of(client.get(page))
    # Whichever of them the page is of, old comes before new.
    text = text_of(client.get(url("compare", first.pk), {"other": second.pk}))
    assert "From version 1 to version 2" in text
    text = text_of(client.get(page, {"other": scenario.pk}))
    assert "From version 2 to scenario Later" in text
    assert "Lines and assumptions are the same." in text


def test_a_version_that_is_none_is_refused_at_the_field(client):
    first = approved()
    copy_version(version=first, by=first.item.person, status=VersionStatus.DRAFT)
    client.force_login(first.item.person)
    for other in ("x", "\0", HUGE, "-1", ""):
        response = client.get(url("compare", first.pk), {"other": other})
        assert response.status_code == 200
        assert "Choose another version of this plan" in text_of(response)


def test_a_reader_does_not_compare_with_what_is_only_a_draft(client):
    first = approved()
    second = copy_version(version=first, by=first.item.person, status=VersionStatus.DRAFT)
    client.force_login(approver(first.plan.collaborative))
    assert "only version" in text_of(client.get(url("compare", first.pk)))
    response = client.get(url("compare", first.pk), {"other": second.pk})
    assert "From" not in text_of(response)
