"""The routing table in the helpdesk's admin."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.choices import Capability
from approvals.choices import ApplicantKind, ApproverKind
from approvals.models import Route
from core.models import AuditEvent
from tests.factories.accounts import helpdesk

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(client):
    user = helpdesk()
    client.force_login(user)
    return user


def cell(capability=Capability.AVAILABILITY_VIEW, asker=ApplicantKind.SINGLE_LEVEL):
    return Route.objects.get(capability=capability, asker=asker)


def page_of(route):
    return reverse("admin:approvals_route_change", args=[route.pk])


@pytest.mark.requirement("CPMS-27")
def test_the_helpdesk_reads_the_whole_table(client, helper, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        html = client.get(reverse("admin:approvals_route_changelist")).content.decode()
    assert html.lower().count("the helpdesk</td>") == Route.objects.count() == 28
    assert "then Regional approver, then the helpdesk" in html


@pytest.mark.requirement("CPMS-27")
def test_a_change_is_kept_and_audited(client, helper):
    route = cell()
    sent = {"first": "provider", "second": "collaborative", "third": "region"}
    assert client.post(page_of(route), sent).status_code == 302
    route.refresh_from_db()
    assert route.approvers == ["provider", "collaborative", "region"]
    event = AuditEvent.objects.get(event="route.changed")
    assert event.actor == helper
    assert event.details["was"].startswith("Approver of the provider's collaborative, then")
    assert event.details["to"] == route.in_words


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"first": "", "second": "region"}, "The helpdesk is always the last"),
        ({"first": "region", "second": "region"}, "Name each approver once"),
        ({"first": "plans"}, "plans is not one of the available choices"),
        ({"first": "x\0" * 5000}, "is not one of the available choices"),
    ],
    ids=["nobody after the helpdesk", "twice", "no sense", "nonsense"],
)
def test_what_makes_no_sense_is_refused(client, helper, sent, words):
    before = cell().approvers
    html = client.post(page_of(cell()), sent).content.decode()
    assert words in html
    assert cell().approvers == before
    assert not AuditEvent.objects.filter(event="route.changed").exists()


@pytest.mark.requirement("CPMS-27")
def test_a_providers_approver_decides_on_beds_for_staff_of_providers_alone():
    refused = set()
    for route in Route.objects.all():
        route.approvers = [ApproverKind.PROVIDER]
        try:
            route.full_clean()
        except ValidationError:
            refused.add((route.capability, route.asker))
    beds = (Capability.AVAILABILITY_VIEW, Capability.AVAILABILITY_EDIT)
    staff = (ApplicantKind.SINGLE_LEVEL, ApplicantKind.MULTI_LEVEL)
    allowed = {(capability, asker) for capability in beds for asker in staff}
    assert refused == set(Route.objects.values_list("capability", "asker")) - allowed


def test_the_database_knows_the_approvers_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        Route.objects.filter(pk=cell().pk).update(approvers=["helpdesk"])
