"""What people read about each role."""

import pytest
from django.urls import reverse

from accounts.choices import Capability
from accounts.models import Role
from accounts.queries import UNEXPLAINED, role_explanations
from core.models import AuditEvent
from tests.factories.accounts import helpdesk

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ERN-04")]


def test_every_role_has_a_sentence_of_its_own(django_assert_num_queries):
    with django_assert_num_queries(1):
        explained = role_explanations()
    assert set(explained) == set(Capability.values)
    assert len(set(explained.values())) == len(explained)
    assert UNEXPLAINED not in explained.values()


def test_a_role_that_lost_its_sentence_says_whom_to_ask():
    Role.objects.all().delete()
    assert set(role_explanations().values()) == {UNEXPLAINED}


def test_the_helpdesk_words_the_sentence_and_nothing_else(client):
    helen = helpdesk()
    client.force_login(helen)
    address = reverse("admin:accounts_role_change", args=["plans_view"])
    client.post(address, {"explanation": "Reads plans.", "capability": "administer"})
    assert role_explanations()["plans_view"] == "Reads plans."
    assert role_explanations()["administer"] != "Reads plans."
    event = AuditEvent.objects.get(event="role.explained")
    assert (event.actor, event.target) == (helen, "accounts.role:plans_view")
    assert event.details == {"explanation": "Reads plans."}


@pytest.mark.parametrize("explanation", ["", " ", "x" * 301, "a\0b"])
def test_a_bad_sentence_changes_nothing(client, explanation):
    client.force_login(helpdesk())
    before = role_explanations()
    address = reverse("admin:accounts_role_change", args=["plans_view"])
    response = client.post(address, {"explanation": explanation})
    assert response.status_code == 200
    assert role_explanations() == before


def test_roles_are_neither_added_nor_deleted(client):
    client.force_login(helpdesk())
    assert client.get(reverse("admin:accounts_role_add")).status_code == 403
    address = reverse("admin:accounts_role_delete", args=["plans_view"])
    assert client.post(address, {"post": "yes"}).status_code == 403
