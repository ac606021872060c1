"""Every list of the admin opens for the helpdesk, marked; nothing that is history can change."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Capability
from accounts.models import Link
from core.database_roles import append_only_tables
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.organisations import CollaborativeFactory, ServiceTypeFactory, WardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def helen(client):
    helen = helpdesk()
    client.force_login(helen)
    return helen


@pytest.mark.requirement("ERN-01")
def test_every_list_opens_and_is_marked(client, helen):
    assert len(admin.site._registry) > 10
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for address in (url, f"{url}?q=x"):
            response = client.get(address)
            assert response.status_code == 200, address
            assert "Training environment." in response.content.decode()


def test_history_is_read_only(helen, rf):
    request = rf.get("/")
    request.user = helen
    read_only = [Link._meta.db_table, *append_only_tables()]
    for model, site in admin.site._registry.items():
        assert not site.has_delete_permission(request), model
        if model._meta.db_table in read_only:
            assert not site.has_add_permission(request), model
            assert not site.has_change_permission(request), model


def test_a_person_is_found_by_part_of_the_address(client, helen):
    response = client.get(reverse("admin:accounts_user_changelist"), {"q": "helpdesk@trust"})
    assert "helen.helpdesk@trust.example" in response.content.decode()
    shown = client.get(reverse("admin:accounts_user_change", args=[helen.pk])).content.decode()
    assert "Helpdesk" in shown
    assert helen.password not in shown


def test_what_only_the_database_would_refuse_is_an_error_in_the_form(client, helen):
    ward = WardFactory()
    other = ServiceTypeFactory(code="other", name="Other", position=9)
    for model, pk, data in (
        ("servicetype", other.pk, {"name": ward.service_type.name, "position": 9}),
        ("servicetype", other.pk, {"name": "Other", "position": ward.service_type.position}),
    ):
        response = client.post(reverse(f"admin:organisations_{model}_change", args=[pk]), data)
        assert response.status_code == 200
        assert "errorlist" in response.content.decode()


def test_a_persons_page_asks_the_same_for_any_number_of_grants(client, helen):
    asked = []
    for number_of_grants in (1, 20):
        one = person(f"cora.with.{number_of_grants}")
        for number in range(number_of_grants):
            collaborative = CollaborativeFactory(name=f"Collaborative {number_of_grants} {number}")
            grant(one, Capability.APPROVE_COMMISSIONER, collaborative=collaborative)
        page = reverse("admin:accounts_user_change", args=[one.pk])
        client.get(page)  # that somebody looks is recorded once an hour
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        asked.append([query["sql"] for query in queries])
    assert len(asked[0]) == len(asked[1]), asked
    assert len(asked[1]) <= 36, asked[1]


def test_the_admin_has_no_form_for_passwords_of_its_own(client, helen):
    assert client.get("/admin/password_change/").status_code == 404
