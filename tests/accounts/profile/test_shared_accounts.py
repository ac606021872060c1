"""Shared accounts: a disclaimer at each login, search alone, and an audit that says so (CT-05)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.choices import AccountKind, Capability, GrantOrigin
from accounts.models import Grant, User
from accounts.profile.services import set_kind
from accounts.services import make_helpdesk
from accounts.sessions.limits import limits_of
from approvals.models import Item
from approvals.services import grant_item
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from organisations.models import Collaborative
from tests.factories.accounts import PASSWORD, commissioner, grant, helpdesk, person, searcher
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, ServiceGroupFactory, WardFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CT-05")]

LOGIN = {"login": "night.desk@trust.example", "password": PASSWORD}


@pytest.fixture
def desk():
    desk = searcher(ServiceGroupFactory(), "night.desk")
    set_kind(person=desk, kind=AccountKind.GENERIC, by=helpdesk())
    return User.objects.get(pk=desk.pk)


def test_what_it_is_already_it_is_not_made_again(desk):
    with pytest.raises(Conflict):
        set_kind(person=desk, kind=AccountKind.GENERIC, by=helpdesk("hugo.helpdesk"))
    assert AuditEvent.objects.filter(event="person.kind_changed").count() == 1


def test_each_login_asks_to_read_the_disclaimer(desk):
    for _ in range(2):
        client = Client()
        client.post("/login/", LOGIN)
        closed = client.get("/search/")
        assert closed["Location"] == "/your-account/shared/?next=/search/"
        assert "nobody can tell later" in client.get(closed["Location"]).content.decode()
        assert client.post(closed["Location"])["Location"] == "/search/"
        page = client.get("/search/")
        assert page.status_code == 200
        assert "Shared account" in page.content.decode()
        client.post("/logout/")


def test_a_remembered_login_would_not_ask_so_there_is_none(desk):
    assert limits_of(desk).remembered is None


def test_the_audit_says_that_the_person_is_unknown(client, desk):
    client.post("/login/", LOGIN)
    client.post("/your-account/shared/")
    client.post("/logout/")
    acted = AuditEvent.objects.filter(actor_id=desk.pk)
    assert acted.count() >= 2
    assert {event.details["person"] for event in acted} == {"unknown"}
    others = AuditEvent.objects.exclude(actor_id=desk.pk)
    assert others.exists()
    assert not others.filter(details__has_key="person").exists()


def test_the_database_gives_it_nothing_but_search(desk):
    for capability in set(Capability) - {Capability.AVAILABILITY_VIEW}:
        only = pytest.raises(IntegrityError, match="A shared account can only search")
        with only, transaction.atomic():
            Grant.objects.create(person=desk, capability=capability, origin=GrantOrigin.BOOTSTRAP)
    group = ServiceGroupFactory(code="perinatal", name="Perinatal", position=2)
    grant(desk, Capability.AVAILABILITY_VIEW, service_group=group)


def test_whoever_grants_is_told_so_in_words(desk):
    ward, richard = WardFactory(), person("richard.test1")
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    with pytest.raises(DomainError, match="can only search"):
        submitted_items(desk, ward)
    with pytest.raises(DomainError, match="can only search"):
        make_helpdesk(address=desk.email)
    _, edit = submitted_items(richard, ward)
    set_kind(person=richard, kind=AccountKind.GENERIC, by=helpdesk("hugo.helpdesk"))
    with pytest.raises(DomainError, match="can only search"):
        grant_item(Item.objects.get(pk=edit.pk), by=carol)


def test_an_account_that_holds_more_is_not_made_a_shared_one():
    carol = commissioner(CollaborativeFactory())
    with pytest.raises(DomainError, match="Commissioner approver"):
        set_kind(person=carol, kind=AccountKind.GENERIC, by=helpdesk())
    with pytest.raises(IntegrityError, match="holds more than search"), transaction.atomic():
        User.objects.filter(pk=carol.pk).update(kind=AccountKind.GENERIC)
    assert Collaborative.objects.exists()


@pytest.mark.parametrize("address", ["details", "preferences", "email-address", "disable"])
def test_nobody_who_shares_it_changes_it(client, desk, address):
    client.force_login(desk)
    client.post("/your-account/shared/")
    assert client.get(f"/your-account/{address}/").status_code == 403
    assert f"/your-account/{address}/" not in client.get("/your-account/").content.decode()


def test_a_persons_own_account_knows_no_disclaimer(client):
    client.force_login(person("richard.test1"))
    assert client.get("/your-account/shared/").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/request-access/",
        "/your-requests/",
        "/your-account/password/",
        "/your-account/two-step-login/",
    ],
)
def test_nobody_locks_the_others_out_or_asks_for_more(client, desk, address):
    client.post("/login/", LOGIN)
    client.post("/your-account/shared/")
    assert client.get(address).status_code == 403
    for page in ("/home/", "/your-account/", "/your-account/access/"):
        assert f'href="{address}"' not in client.get(page).content.decode()


def test_only_a_password_that_is_too_old_is_replaced_by_who_uses_it(client, desk, settings):
    User.objects.filter(pk=desk.pk).update(password_changed_at=timezone.now() - timedelta(days=366))
    client.post("/login/", LOGIN)
    client.post("/your-account/shared/")
    assert client.get("/home/", follow=True).wsgi_request.path == "/your-account/password/"
