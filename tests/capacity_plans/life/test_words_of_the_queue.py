"""The queue speaks of a plan as the pages of plans do: it is submitted, and returned."""

import pytest
from django.urls import reverse

from capacity_plans.life.deciding import submit_version, take_back
from capacity_plans.life.services import copy_version, discard_version
from capacity_plans.models import Version
from tests.availability.pages import text_of
from tests.factories.plan_life import approver, decided, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(client):
    version = submitted()
    client.force_login(approver(version.plan.collaborative))
    return version


def address(name, version):
    return reverse(f"approvals:{name}", args=[version.item_id])


def test_who_decides_is_asked_to_approve_or_return_the_plan(client, version):
    page = text_of(client.get(address("item", version)))
    assert "Plan submitted by Petra Planner" in page
    assert "What was submitted" in page
    assert "Who submitted it" in page
    assert "Approve Return" in page
    assert "If you return it, its editors are told your reason" in page
    for word in ("Reject", "reject", "Request of", "asking"):
        assert word not in page, word


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose Approve or Return"),
        ({"outcome": "rejected"}, "Enter a reason for returning the plan"),
    ],
)
def test_what_is_missing_is_said_in_the_same_words(client, version, sent, said):
    assert said in text_of(client.post(address("item", version), sent))


def test_what_became_of_it_is_called_returned_everywhere(client, version):
    sent = {"outcome": "rejected", "reason": "The gap is not explained"}
    told = client.post(address("item", version), sent, follow=True)
    assert "You have returned the plan of Petra Planner." in text_of(told)
    pages = {
        reverse("approvals:decided"): "Returned",
        address("item", version): "Returned by Carol Commissioner",
        address("why", version): "State Returned",
    }
    for page, said in pages.items():
        text = text_of(client.get(page))
        assert said in text, page
        assert "Declined" not in text, page


def test_what_became_of_others_beside_it_is_said_in_the_same_words(client, version):
    returned = decided(version, "rejected")
    petra = returned.item.person
    second = copy_version(version=returned, by=petra, status="draft")
    submit_version(version=second, by=petra)
    first = Version.objects.get(pk=second.pk)
    take_back(version=first, by=petra)
    discard_version(version=first, by=petra)
    third = submit_version(
        version=copy_version(version=returned, by=petra, status="draft"), by=petra
    )
    text = text_of(client.get(address("item", third)))
    assert "version 1, 2026/27 to 2028/29: returned" in text
    # Its number is given again: what was discarded names none.
    assert third.number == second.number
    assert f"A plan of {third.plan.collaborative}, discarded or submitted anew since: " in text
    assert "since: taken back" in text


def test_a_plan_that_was_decided_meanwhile_is_told_of_in_the_same_words(client, version):
    second = approver(version.plan.collaborative, "cora.commissioner")
    decided(version, "rejected", by=second)
    answer = client.post(address("item", version), {"outcome": "approved"})
    assert answer.status_code == 409
    assert "Returned by Cora Commissioner at " in text_of(answer)


def test_it_is_found_by_its_collaborative(client, version):
    queue = reverse("approvals:queue")
    name = version.plan.collaborative.name
    assert "Petra Planner" in text_of(client.get(queue, {"q": name}))
    assert "Petra Planner" not in text_of(client.get(queue, {"q": f"{name} elsewhere"}))
