"""Setting up, replacing and removing one's own devices."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import AuthenticatorDevice, EmailDevice, RecoveryCode, RecoveryDevice
from accounts.reauthentication.proof import PROVEN_AT
from accounts.second_factor.queries import NEED_SECOND_FACTOR, has_second_factor
from core.models import AuditEvent
from tests.accounts.second_factor.conftest import is_signed_in, mailed_code, mails
from tests.factories.accounts import commissioner, grant, person
from tests.factories.devices import authenticator, code_of, wrong_code
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ERN-03")]

ROOM = "/your-account/two-step-login/"
CODE_SHOWN = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){5}\b")


@pytest.fixture
def sam(client):
    user = person("sam.searcher")
    client.force_login(user)
    return user


def begin(client, method="authenticator"):
    client.post(f"{ROOM}set-up/", {"method": method})
    kind = AuthenticatorDevice if method == "authenticator" else EmailDevice
    return kind.objects.get(confirmed=False)


def set_up_app(client):
    """The recovery codes that the page shows."""
    device = begin(client)
    answer = client.post(f"{ROOM}authenticator/", {"code": code_of(device)}, follow=True)
    return list(dict.fromkeys(CODE_SHOWN.findall(answer.content.decode())))


def event(name):
    return AuditEvent.objects.filter(event=name).last()


def test_an_app_is_in_use_once_it_has_given_a_code(client, sam):
    device = begin(client)
    page = client.get(f"{ROOM}authenticator/").content.decode()
    assert device.secret_text in page
    assert "otpauth://totp/CPMS:sam.searcher@trust.example?secret=" in page
    assert "<svg" in page
    assert "style=" not in page
    assert not has_second_factor(sam)
    answer = client.post(f"{ROOM}authenticator/", {"code": wrong_code(device)})
    assert "The code is not correct" in answer.content.decode()
    assert device.secret_text in answer.content.decode()
    assert not has_second_factor(sam)
    client.post(f"{ROOM}authenticator/", {"code": code_of(device)})
    assert has_second_factor(sam)
    assert event("second_factor.set_up").subject == sam
    assert "Authenticator app: set up" in mails("second_factor_news")[0].subject


def test_a_secret_stays_the_same_while_it_is_set_up_and_is_not_shown_afterwards(client, sam):
    device = begin(client)
    assert begin(client).secret == device.secret
    set_up_app(client)
    assert client.get(f"{ROOM}authenticator/").url == f"{ROOM}set-up/"
    assert device.secret_text not in client.get(ROOM).content.decode()


def test_a_secret_that_was_shown_an_hour_ago_is_not_shown_again(client, sam):
    device = begin(client)
    AuthenticatorDevice.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert begin(client).secret != device.secret


def test_the_code_that_set_up_the_app_does_not_sign_in(client, sam):
    set_up_app(client)
    device = AuthenticatorDevice.objects.get()
    assert device.last_t > 0
    assert not device.verify_token(code_of(device))


def test_codes_by_email_are_in_use_once_one_has_arrived(client, sam):
    begin(client, "email")
    assert sam.email in client.get(f"{ROOM}email/").content.decode()
    client.post(f"{ROOM}email/", {"code": mailed_code()})
    assert EmailDevice.objects.get(user=sam).confirmed


SAVED = f"{ROOM}recovery-codes/saved/"


def test_recovery_codes_are_shown_until_they_are_saved_and_kept_by_nobody(client, sam):
    codes = set_up_app(client)
    assert len(codes) == 10
    assert not any(code in str(dict(client.session)) for code in codes)
    again = client.get(SAVED).content.decode()
    assert set(CODE_SHOWN.findall(again)) == set(codes)
    unticked = client.post(SAVED, {})
    assert "Save the codes, then tick the box" in unticked.content.decode()
    assert client.post(SAVED, {"saved": "on"}).url == ROOM
    for path in (ROOM, f"{ROOM}recovery-codes/", SAVED):
        assert not CODE_SHOWN.search(client.get(path, follow=True).content.decode())
    assert "10 are left" in " ".join(client.get(ROOM).content.decode().split())


def test_recovery_codes_can_be_downloaded(client, sam):
    codes = set_up_app(client)
    file = client.post(SAVED, {"download": "yes"})
    assert file["Content-Type"] == "text/plain"
    assert file["Content-Disposition"] == 'attachment; filename="cpms-recovery-codes.txt"'
    assert CODE_SHOWN.findall(file.content.decode()) == codes


def test_who_had_to_set_it_up_goes_on_to_where_they_wanted(client):
    carol = commissioner(CollaborativeFactory())
    AuthenticatorDevice.objects.all().delete()
    client.force_login(carol)
    asked = client.get("/approvals/", follow=True)
    assert asked.redirect_chain[-1][0] == f"{ROOM}set-up/?next=/approvals/"
    set_up_app(client)
    assert client.post(SAVED, {"saved": "on"}).url == "/approvals/"


def test_new_recovery_codes_end_the_earlier_ones(client, sam):
    set_up_app(client)
    before = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    answer = client.post(f"{ROOM}recovery-codes/", follow=True)
    assert len(set(CODE_SHOWN.findall(answer.content.decode()))) == 10
    assert not before & set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert event("second_factor.recovery_codes_made").subject == sam


def test_there_are_no_recovery_codes_without_a_device(client, sam):
    assert client.post(f"{ROOM}recovery-codes/").url == ROOM
    assert not RecoveryDevice.objects.exists()


def test_another_app_replaces_the_one_in_use_when_it_has_given_a_code(client, sam):
    set_up_app(client)
    old = AuthenticatorDevice.objects.get()
    new = begin(client)
    assert set(AuthenticatorDevice.objects.all()) == {old, new}
    assert client.post(f"{ROOM}authenticator/", {"code": code_of(new)}).url == ROOM
    assert AuthenticatorDevice.objects.get() == new
    assert event("second_factor.set_up").details["replaced"] is True


def test_who_needs_none_can_remove_it(client, sam):
    set_up_app(client)
    assert "password alone" in client.get(f"{ROOM}remove/authenticator/").content.decode()
    client.post(f"{ROOM}remove/authenticator/")
    assert not has_second_factor(sam)
    assert not RecoveryDevice.objects.exists()
    assert event("second_factor.removed").subject == sam
    assert "Authenticator app: removed" in mails("second_factor_news")[-1].subject


def test_who_needs_one_can_replace_but_not_remove_the_last(client, helen):
    client.force_login(helen)
    assert "You can replace it, but not remove it" in (
        client.get(f"{ROOM}remove/authenticator/").content.decode()
    )
    assert f"{ROOM}remove/" not in client.get(ROOM).content.decode()
    answer = client.post(f"{ROOM}remove/authenticator/", follow=True)
    assert "You can replace it, but not remove it" in answer.content.decode()
    assert has_second_factor(helen)
    EmailDevice.objects.create(user=helen, name=EmailDevice.label, confirmed=True)
    client.post(f"{ROOM}remove/authenticator/")
    assert not AuthenticatorDevice.objects.exists()


@pytest.mark.parametrize("method", ["email", "sample", "authenticator"])
def test_what_one_does_not_have_cannot_be_removed(client, sam, method):
    authenticator(person("bela.viewer"))
    assert client.get(f"{ROOM}remove/{method}/").status_code == 404
    assert client.post(f"{ROOM}remove/{method}/").status_code == 404


@pytest.mark.parametrize("change", ["set-up", "codes", "remove"])
def test_a_change_ends_the_other_sessions_of_the_person(client, sam, change):
    set_up_app(client)
    device = begin(client)
    elsewhere = Client()
    elsewhere.force_login(sam)
    if change == "set-up":
        client.post(f"{ROOM}authenticator/", {"code": code_of(device)})
    elif change == "codes":
        client.post(f"{ROOM}recovery-codes/")
    else:
        client.post(f"{ROOM}remove/authenticator/")
    assert elsewhere.get("/your-account/").status_code == 302
    assert client.get("/your-account/").status_code == 200


@pytest.mark.parametrize(
    "path", ["set-up/", "authenticator/", "email/", "recovery-codes/", "remove/authenticator/"]
)
def test_a_quarter_of_an_hour_after_signing_in_the_password_is_asked_again(client, sam, path):
    session = client.session
    session[PROVEN_AT] -= 16 * 60
    session.save()
    assert client.get(f"{ROOM}{path}").url.startswith("/login/again/")
    client.post(f"{ROOM}{path}", {"method": "authenticator"})
    assert not AuthenticatorDevice.objects.exists()


def test_a_method_that_is_not_offered_is_an_error(client, sam):
    for method in ("", "sms", "\0"):
        answer = client.post(f"{ROOM}set-up/", {"method": method, "confirmed": "on"})
        assert "Select how you want to get codes" in answer.content.decode()
    assert not AuthenticatorDevice.objects.exists()


# Who has to


@pytest.mark.parametrize("capability", Capability)
def test_approvers_planners_and_helpdesk_set_it_up_before_anything_else(client, capability):
    user = person("nina.newcomer")
    scope = {
        Capability.AVAILABILITY_VIEW: lambda: {"service_group": ward().service_type.group},
        Capability.AVAILABILITY_EDIT: lambda: {"ward": ward()},
        Capability.PLANS_VIEW: lambda: {"collaborative": CollaborativeFactory()},
        Capability.PLANS_EDIT: lambda: {"collaborative": CollaborativeFactory()},
        Capability.APPROVE_STANDARD: lambda: {"organisation": ward().unit.organisation},
        Capability.APPROVE_COMMISSIONER: lambda: {"collaborative": CollaborativeFactory()},
        Capability.APPROVE_REGIONAL: lambda: {"region": CollaborativeFactory().region},
        Capability.ADMINISTER: dict,
    }[capability]()
    grant(user, capability, **scope)
    AuthenticatorDevice.objects.all().delete()
    client.force_login(user)
    answer = client.get("/your-account/")
    needed = capability not in (
        Capability.AVAILABILITY_VIEW,
        Capability.AVAILABILITY_EDIT,
        Capability.PLANS_VIEW,
    )
    assert needed is (capability in NEED_SECOND_FACTOR)
    assert answer.status_code == (302 if needed else 200)
    if needed:
        assert answer.url == f"{ROOM}set-up/?next=/your-account/"
        assert "Because of what you may do" in client.get(answer.url).content.decode()


def ward():
    return WardFactory()


def test_the_helpdesk_does_not_get_into_the_admin_before_it(client, helen):
    AuthenticatorDevice.objects.all().delete()
    client.force_login(helen)
    assert client.get("/admin/").url.startswith(f"{ROOM}set-up/")
    answer = client.post("/admin/accounts/user/", follow=True)
    said = "You need two-step login now. What you sent is kept: set it up to send it again."
    assert said in answer.content.decode()
    set_up_app(client)
    assert client.get("/admin/").status_code == 200


def test_a_setting_asks_it_of_everyone(client, sam, settings):
    settings.SECOND_FACTOR_FOR_ALL = True
    assert client.get("/your-account/").url.startswith(f"{ROOM}set-up/")


def test_the_gate_costs_one_query_of_those_who_need_it_and_none_of_others(client, helen, sam):
    for user, queries in ((sam, 0), (helen, 1)):
        client.logout()
        client.force_login(user)
        with CaptureQueriesContext(connection) as asked:
            client.get("/your-account/sessions/")
        gate = [one["sql"] for one in asked if "authenticatordevice" in one["sql"]]
        assert len(gate) == queries
        assert not any("emaildevice" in one["sql"] for one in asked)


def test_a_key_is_replaced_without_anybody_noticing(amina, settings):
    device = authenticator(amina)
    secret, sealed = device.secret, device.sealed_secret
    new = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    settings.SECOND_FACTOR_KEYS = [new, *settings.SECOND_FACTOR_KEYS]
    call_command("reseal_second_factors", stdout=StringIO())
    settings.SECOND_FACTOR_KEYS = [new]
    device.refresh_from_db()
    assert device.secret == secret
    assert device.sealed_secret != sealed


def test_who_is_signed_in_has_no_use_for_the_page_of_codes(client, sam):
    assert client.get("/login/code/").url == "/home/"
    assert is_signed_in(client)
