"""Opening another person's details is recorded, and that person sees it."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.looks.words import PAGES
from accounts.models import Registration, User
from accounts.second_factor.resets import ask_for_reset
from approvals.choices import Outcome
from approvals.models import Item
from approvals.services import decide
from core import looking
from core.admin import PersonalAdmin
from core.looking import record_look
from core.models import AuditEvent
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.devices import authenticator
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db
PAGE = "/your-account/who-looked/"


@pytest.fixture
def carol():
    ward = WardFactory()
    return commissioner(CollaborativeFactory(members=[ward.unit.organisation]))


@pytest.fixture
def item(richard, carol):
    return submitted_items(person=richard)[1]


def looks():
    return AuditEvent.objects.filter(event="person.viewed")


def page_of(item):
    return reverse("approvals:item", args=[item.pk])


def text_of(client, viewer, address=PAGE):
    client.force_login(viewer)
    return " ".join(client.get(address).content.decode().split())


def test_an_approver_who_opens_a_request_is_recorded_with_role_and_reason(
    client, item, carol, richard
):
    client.force_login(carol)
    client.get(page_of(item))
    look = looks().get()
    assert (look.actor, look.subject) == (carol, richard)
    assert look.target == f"approvals.item:{item.pk}"
    assert look.details == {
        "page": "request",
        "role": "Commissioner approver, Thames Valley CYPMHS",
    }
    shown = text_of(client, richard)
    assert "Carol Commissioner, Commissioner approver, Thames Valley CYPMHS" in shown
    assert "To decide on your request" in shown


def test_what_was_decided_once_is_recorded_with_the_role_of_then(client, item, carol):
    decide(item=item, outcome=Outcome.REJECTED, by=carol, reason="Not known")
    carol.grants.update(revoked_at="2026-01-01T00:00Z")
    grant(carol, "approve_standard", organisation=item.request.organisation)
    client.force_login(carol)
    client.get(page_of(item))
    assert looks().get().details["role"] == "Commissioner approver, Thames Valley CYPMHS"


def test_within_an_hour_it_counts_once_for_each_viewer_and_kind_of_page(client, item, carol):
    client.force_login(carol)
    for opened in Item.objects.all():
        client.get(page_of(opened))
        client.get(page_of(opened))
    assert looks().count() == 1
    client.force_login(helpdesk())
    for _ in range(2):
        client.get(reverse("admin:accounts_user_change", args=[item.person_id]))
        client.get(reverse("admin:approvals_item_change", args=[item.pk]))
    assert looks().count() == 3


def test_after_an_hour_it_counts_again(carol, richard, monkeypatch):
    look = {"by": carol, "subject": richard, "page": "request", "target": richard}
    record_look(**look, role=lambda: "")
    monkeypatch.setattr(looking, "ONE_LOOK", timedelta(0))
    record_look(**look, role=lambda: "")
    assert looks().count() == 2


def test_a_head_request_and_ones_own_page_are_no_look(client, item, carol):
    client.force_login(carol)
    assert client.head(page_of(item)).status_code == 200
    helen = helpdesk()
    client.force_login(helen)
    client.get(reverse("admin:accounts_user_change", args=[helen.pk]))
    assert not looks().exists()


@pytest.mark.parametrize("header", ["sec-purpose", "purpose"])
def test_what_is_loaded_ahead_is_neither_recorded_nor_shown(client, item, carol, header):
    client.force_login(carol)
    response = client.get(page_of(item), headers={header: "prefetch;prerender"})
    assert response.status_code == 403
    assert item.person.email not in response.content.decode()
    assert not looks().exists()


def test_a_form_that_fails_shows_no_more_unrecorded(client, item, carol):
    client.force_login(carol)
    response = client.post(page_of(item), {"outcome": "rejected", "reason": ""})
    assert item.person.email in response.content.decode()
    assert looks().count() == 1


def test_of_the_helpdesk_no_names_are_shown(client, richard):
    helen = helpdesk()
    client.force_login(helen)
    client.get(reverse("admin:accounts_user_change", args=[richard.pk]))
    shown = text_of(client, richard)
    assert ">Helpdesk<" in shown
    assert "Helen" not in shown
    assert "Your account" in shown


def test_every_page_of_the_admin_about_a_person_records_the_look(client, item, carol, richard):
    decide(item=item, outcome=Outcome.APPROVED, by=carol, answers=YES)
    Registration.objects.create(
        address="rita.registers@trust.example", password_hash="", communications=False
    )
    helen = helpdesk()
    authenticator(richard)
    ask_for_reset(person=richard, note="Called back", by=helen)
    client.force_login(helen)
    for model, site in admin.site._registry.items():
        if not hasattr(model, "person") and model not in (User, Registration):
            continue
        assert isinstance(site, PersonalAdmin), model
        label = model._meta.label_lower
        rows = model.objects.filter(person=richard) if hasattr(model, "person") else model.objects
        address = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        row = richard if model is type(richard) else rows.first()
        assert client.get(reverse(address, args=[row.pk])).status_code == 200, label
        look = looks().get(details__page=label)
        assert look.subject == (None if model is Registration else richard)
        assert label in PAGES


def test_a_page_about_a_person_costs_one_query_more_once_recorded(
    client, richard, django_assert_num_queries
):
    look = {"by": helpdesk(), "subject": richard, "page": "accounts.user", "target": richard}
    record_look(**look, role=lambda: "Helpdesk")
    with django_assert_num_queries(1):
        record_look(**look, role=lambda: "Helpdesk")


class TestThePage:
    def test_it_shows_ones_own_alone_newest_first_a_page_at_a_time(
        self, client, richard, django_assert_max_num_queries
    ):
        other = person("olga.other")
        for number in range(30):
            viewer = person(f"viewer.number{number}")
            for subject in (richard, other) if number < 2 else (richard,):
                record_look(
                    by=viewer,
                    subject=subject,
                    page="request",
                    target=subject,
                    role=lambda: "Provider approver",
                )
        client.force_login(richard)
        with django_assert_max_num_queries(8):
            shown = client.get(PAGE).content.decode()
        assert shown.count("Provider approver") == 25
        assert shown.index("Viewer Number29") < shown.index("Viewer Number28")
        assert client.get(PAGE + "?page=2").content.decode().count("Provider approver") == 5
        assert text_of(client, other).count("Provider approver") == 2

    def test_nobody_has_looked(self, client, richard):
        assert "Nobody has looked at your details yet." in text_of(client, richard)

    @pytest.mark.parametrize("page", ["0", "-1", "9" * 30, "x", "%00"])
    def test_a_page_that_is_none_is_the_nearest(self, client, richard, page):
        client.force_login(richard)
        assert client.get(f"{PAGE}?page={page}").status_code == 200

    def test_it_is_reached_from_ones_account(self, client, richard):
        assert f'href="{PAGE}"' in text_of(client, richard, "/your-account/")
