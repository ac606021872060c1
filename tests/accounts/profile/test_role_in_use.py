"""One role of several in use: it limits whatever is asked, and never gives more."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Capability
from accounts.leaving import revoke_grants
from accounts.models import Grant, User
from accounts.profile.this_login import ROLE_IN_USE
from accounts.queries import holds, live_grants, may_approve, wards_editable_by, wards_viewable_by
from accounts.second_factor.queries import needs_second_factor
from accounts.sessions.limits import limits_of
from accounts.sign_ins import signed_in
from approvals.queries import queue_for
from organisations.models import Collaborative
from tests.factories.accounts import commissioner, grant, helpdesk, person, searcher
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db

CHOOSE = "/your-account/role/"


@pytest.fixture
def carol(client):
    """Searches, updates a ward, and decides for a collaborative."""
    ward = WardFactory()
    carol = commissioner(CollaborativeFactory())
    grant(carol, Capability.AVAILABILITY_VIEW, service_group=ward.service_type.group)
    grant(carol, Capability.AVAILABILITY_EDIT, ward=ward)
    client.force_login(carol)
    return carol


@pytest.mark.requirement("CQRS-15")
def test_the_header_names_the_role_in_use_and_leads_to_the_others(client, carol):
    for page in ("/home/", "/your-account/"):
        assert "Role: All my roles" in client.get(page).content.decode()
    page = client.get(CHOOSE).content.decode()
    for role in ("All my roles", "Availability viewer", "Availability editor", "Commissioner"):
        assert role in page
    client.post(CHOOSE, {"role": "availability_view"})
    home = client.get("/home/").content.decode()
    assert "Role: Availability viewer" in home
    assert "Find a bed" in home
    assert "Approvals" not in home
    client.post(CHOOSE, {"role": "all"})
    assert "Role: All my roles" in client.get("/home/").content.decode()


@pytest.mark.requirement("CQRS-15")
@pytest.mark.parametrize(
    ("role", "opens"),
    [
        ("availability_view", "availability:search"),
        ("availability_edit", "availability:wards"),
        ("approve_commissioner", "approvals:queue"),
    ],
)
def test_a_role_opens_its_own_pages_and_no_other(client, carol, role, opens):
    client.post(CHOOSE, {"role": role})
    for name in ("availability:search", "availability:wards", "approvals:queue"):
        status = client.get(reverse(name)).status_code
        assert (status == 403) == (name != opens), (name, status)
    refused = client.get("/admin/").content.decode()
    assert "change the role in use" in refused


@pytest.mark.requirement("CQRS-15")
def test_every_question_about_rights_is_answered_for_the_role(carol):
    assert wards_viewable_by(carol).exists()
    assert wards_editable_by(carol).exists()
    for role in carol.all_capabilities:
        one = User.objects.get(pk=carol.pk)
        one.chosen_role = role
        assert one.capabilities == {role}
        assert set(live_grants(one).values_list("capability", flat=True)) == {role}
        assert [holds(one, each) for each in Capability] == [each == role for each in Capability]
        assert wards_viewable_by(one).exists() == (role == Capability.AVAILABILITY_VIEW)
        assert wards_editable_by(one).exists() == (role == Capability.AVAILABILITY_EDIT)
        assert may_approve(one) == (role == Capability.APPROVE_COMMISSIONER)


@pytest.mark.requirement("CQRS-15")
@pytest.mark.parametrize("role", [*Capability, "", "no_role", "\0", None])
def test_whatever_is_chosen_gives_nothing_that_is_not_held(carol, role):
    held = set(live_grants(carol).values_list("pk", flat=True))
    carol.chosen_role = role
    assert set(live_grants(carol).values_list("pk", flat=True)) <= held
    assert carol.capabilities <= carol.all_capabilities
    assert not holds(carol, Capability.ADMINISTER)
    assert not carol.has_perm("anything")


def test_the_helpdesk_in_another_role_is_kept_out_of_the_admin(client):
    helen = helpdesk()
    grant(helen, Capability.AVAILABILITY_VIEW, service_group=WardFactory().service_type.group)
    client.force_login(helen)
    assert client.get("/admin/").status_code == 200
    client.post(CHOOSE, {"role": "availability_view"})
    assert client.get("/admin/").status_code == 403


def test_what_has_to_be_strict_looks_at_all_roles(carol):
    all_together = limits_of(carol)
    carol.chosen_role = Capability.AVAILABILITY_VIEW
    assert limits_of(carol) == all_together
    assert needs_second_factor(carol)


@pytest.mark.requirement("CQRS-15")
def test_a_role_that_is_revoked_falls_back_to_the_rest(client, carol):
    client.post(CHOOSE, {"role": "availability_edit"})
    revoke_grants(
        person=carol,
        by=helpdesk(),
        because="No longer on the ward",
        grants=Grant.objects.filter(person=carol, capability=Capability.AVAILABILITY_EDIT),
    )
    assert "Role: All my roles" in client.get("/home/").content.decode()
    assert client.get("/approvals/").status_code == 200


def test_each_login_begins_with_all_roles(rf, client, carol):
    client.post(CHOOSE, {"role": "availability_view"})
    request = rf.get("/")
    request.session = client.session
    signed_in(User, request=request, user=carol)
    assert ROLE_IN_USE not in request.session


@pytest.mark.parametrize("role", ["administer", "", "nothing", "a\0b", "x" * 5000])
def test_a_role_that_is_not_held_cannot_be_chosen(client, carol, role):
    response = client.post(CHOOSE, {"role": role})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["role"]
    assert client.get("/approvals/").status_code == 200


def test_who_has_one_role_sees_nothing_of_it(client):
    client.force_login(searcher(WardFactory().service_type.group))
    for page in ("/home/", "/your-account/"):
        assert "Role" not in client.get(page).content.decode()


def test_it_costs_no_query(client, carol):
    counts = []
    for role in ("all", "availability_view"):
        client.post(CHOOSE, {"role": role})
        client.get("/home/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/?postcode=SL6+0PQ")
        counts.append(len(queries))
    # That the queue's count is not asked for saves one.
    assert counts[1] <= counts[0]


def test_the_queue_is_empty_in_another_role(carol):
    ward = WardFactory()
    Collaborative.objects.get().members.add(ward.unit.organisation)
    submitted_items(person("richard.test1"), ward)
    assert queue_for(carol).exists()
    carol.chosen_role = Capability.AVAILABILITY_EDIT
    assert not queue_for(carol).exists()


def test_nobody_has_no_role():
    assert not live_grants(AnonymousUser()).exists()
    assert Client().get(CHOOSE).status_code == 302
