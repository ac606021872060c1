"""The list of plans: what a person may read, and what is to be done next."""

import pytest
from django.urls import reverse

from accounts.choices import Capability
from tests.factories.accounts import commissioner, grant, person, searcher
from tests.factories.organisations import CollaborativeFactory, ServiceGroupFactory
from tests.factories.plans import decided, draft, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def north():
    return CollaborativeFactory(name="North CYPMHS")


@pytest.fixture
def south():
    return CollaborativeFactory(name="South CYPMHS")


@pytest.fixture
def planner(client, north):
    user = person("paula.planner")
    grant(user, Capability.PLANS_EDIT, collaborative=north)
    client.force_login(user)
    return user


def text_of(client):
    return " ".join(client.get(reverse("plans:plans")).content.decode().split())


@pytest.mark.requirement("CPMS-03")
def test_a_nationwide_reader_sees_every_collaborative_and_who_has_no_approved_plan(
    client, north, south
):
    nell = person("nell.nation")
    grant(nell, Capability.PLANS_VIEW, service_group=north.service_group)
    version = decided(draft(plan(north)))
    draft(plan(south))
    client.force_login(nell)
    page = text_of(client)
    assert "1 of 2 provider collaboratives has no approved plan" in page
    assert f'href="{reverse("plans:version", args=[version.pk])}"' in page
    assert "South CYPMHS" in page
    assert "None yet" in page, "a draft is its editors' alone"


@pytest.mark.requirement("CPMS-24")
def test_an_editor_sees_the_draft_of_the_own_collaborative_and_no_other(
    client, planner, north, south
):
    decided(draft(plan(north)))
    mine = draft(plan(north))
    other = draft(plan(south))
    page = text_of(client)
    assert f'href="{reverse("plans:version", args=[mine.pk])}"' in page
    assert "Draft" in page
    assert "South CYPMHS" not in page
    assert client.get(reverse("plans:version", args=[mine.pk])).status_code == 200
    assert client.get(reverse("plans:version", args=[other.pk])).status_code == 404


def test_a_returned_version_is_in_hand_until_a_newer_one_is_approved(client, planner, north):
    returned = decided(draft(plan(north)), "returned")
    address = reverse("plans:version", args=[returned.pk])
    assert address in text_of(client)
    decided(draft(plan(north)))
    assert address not in text_of(client)


@pytest.mark.parametrize("status", ["approved", "returned"])
def test_the_next_version_is_made_from_what_was_decided(client, planner, north, status):
    version = decided(draft(plan(north)), status)
    copied = reverse("plans:copy", args=[version.pk]) + "?status=draft"
    page = client.get(reverse("plans:version", args=[version.pk])).content.decode()
    assert f'href="{copied}"' in page
    assert (copied in text_of(client)) is (status == "approved"), "what was returned is in hand"


def test_beside_a_plan_of_beds_one_of_sessions_is_started(client, planner, north, south):
    start = reverse("plans:start", args=[north.pk]) + "?kind=sessional"
    assert start not in text_of(client), "what a first plan counts is asked"
    beds = plan(north)
    decided(draft(beds))
    assert f'href="{start}">Start a capacity plan' in text_of(client)
    chosen = client.get(start).content.decode().split('value="sessional"')[1].split(">")[0]
    assert "checked" in chosen
    assert client.get(start + "%00").status_code == 200
    draft(plan(north, kind="sessional"))
    assert "Start a capacity plan" not in text_of(client)


def test_who_searches_beds_alone_reads_no_plan(client, north):
    client.force_login(searcher(north.service_group))
    assert client.get(reverse("plans:plans")).status_code == 403


def test_an_approver_of_a_group_without_plans_is_told_whom_to_ask(client):
    perinatal = ServiceGroupFactory(
        code="perinatal", name="Perinatal", position=3, open_to_plans=False
    )
    client.force_login(commissioner(CollaborativeFactory(service_group=perinatal)))
    assert "tell the helpdesk" in text_of(client)


@pytest.mark.parametrize("number", [1, 5])
def test_the_number_of_queries_does_not_grow(
    client, planner, north, number, django_assert_num_queries
):
    for at in range(number):
        other = CollaborativeFactory(name=f"Other {at}")
        grant(planner, Capability.PLANS_EDIT, collaborative=other)
        decided(draft(plan(other)))
        draft(plan(other))
    client.get(reverse("plans:plans"))
    with django_assert_num_queries(10):
        client.get(reverse("plans:plans"))
