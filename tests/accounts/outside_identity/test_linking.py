"""Who may connect an outside identity with which account, and end that."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib import admin
from django.utils import timezone

from accounts.outside_identity.issuers import issuers_of
from accounts.outside_identity.provider import identity_key
from accounts.outside_identity.services import link_identity
from accounts.reauthentication.proof import PROVEN_AT
from core.errors import Conflict
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.accounts.outside_identity.conftest import (
    come_back,
    configure,
    leave,
    link,
    said,
    signed_in,
)
from tests.factories.accounts import PASSWORD, helpdesk, person
from tests.factories.devices import authenticator, code_of

pytestmark = pytest.mark.django_db
PAGE = "/your-account/other-sign-in/"
CONNECT = f"{PAGE}connect/made-up/"


def log_in(client, person):
    return client.post("/login/", {"login": person.email, "password": PASSWORD})


def neutral(text):
    return re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", text)


# Coming back unconnected


@pytest.mark.requirement("ERN-02")
@pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
def test_an_address_that_the_provider_does_not_vouch_for_tells_nothing(
    client, richard, hostile, verified
):
    hostile.claims["email_verified"] = verified
    known = said(client, come_back(client, hostile))
    hostile.claims.update(email="nobody@trust.example", nonce=None)
    del hostile.claims["nonce"]
    unknown = said(client, come_back(client, hostile))
    assert "Connect your account first" in known
    assert neutral(known) == neutral(unknown)
    log_in(client, richard)
    assert not SocialAccount.objects.exists()


def test_no_address_at_all_is_answered_alike(client, richard, hostile):
    hostile.claims["email"] = None
    assert "Connect your account first" in said(client, come_back(client, hostile))


def test_an_address_that_nobody_proved_here_is_nobodys(client, richard, hostile):
    EmailAddress.objects.update(verified=False)
    assert "Connect your account first" in said(client, come_back(client, hostile))


def test_who_is_signed_in_stays_so_and_is_told_where_to_connect(client, richard, hostile):
    client.force_login(person("olive.other"))
    text = said(client, come_back(client, hostile))
    assert "Open “Your account”" in text
    assert signed_in(client)
    assert "outside_waiting" not in client.session


def test_what_waits_waits_ten_minutes(client, richard, hostile, time_machine):
    come_back(client, hostile)
    time_machine.move_to(timezone.now() + timedelta(minutes=10, seconds=1))
    log_in(client, richard)
    assert signed_in(client)
    assert not SocialAccount.objects.exists()


def test_what_waits_can_be_left(client, richard, hostile):
    come_back(client, hostile)
    assert "To connect your Made-up" in said(client, client.get("/login/"))
    text = said(client, client.post("/login/with/made-up/not-now/"))
    assert "To connect" not in text
    log_in(client, richard)
    assert not SocialAccount.objects.exists()


def test_a_wrong_password_connects_nothing(client, richard, hostile):
    come_back(client, hostile)
    client.post("/login/", {"login": richard.email, "password": "Wrong-Pass-9"})
    assert not SocialAccount.objects.exists()


def test_the_page_that_asked_for_login_is_reached_in_the_end(client, richard, hostile):
    response = client.get(hostile.back(leave(client, next="/your-account/")))
    assert response["Location"] == "/login/?next=%2Fyour-account%2F"
    link(hostile, richard)
    del hostile.claims["nonce"]
    response = client.get(hostile.back(leave(client, next="/your-account/")))
    assert response["Location"] == "/your-account/"
    client.post("/logout/")
    del hostile.claims["nonce"]
    response = client.get(hostile.back(leave(client, next="https://evil.example/")))
    assert response["Location"] == "/home/"


# Who is who


def test_a_subject_as_long_as_the_standard_allows_is_kept_apart(client, richard, hostile):
    hostile.claims["sub"] = "x" * 255
    link(hostile, richard, subject="x" * 254 + "y")
    assert come_back(client, hostile)["Location"] == "/login/"
    log_in(client, richard)
    assert SocialAccount.objects.count() == 1


def test_an_id_that_is_given_to_another_issuer_opens_nobodys_account(client, richard, hostile):
    SocialAccount.objects.create(
        user=richard,
        provider="made-up",
        uid=identity_key("https://former.example", "subject-1"),
        extra_data={"iss": "https://former.example", "sub": "subject-1"},
    )
    come_back(client, hostile)
    assert not signed_in(client)


def test_what_waits_is_connected_by_the_password_alone(client, richard, hostile, settings):
    link(hostile, richard)
    configure(settings, hostile.entry, {**hostile.entry, "id": "other"})
    back = hostile.back(leave(client))
    session = client.session
    session["outside_waiting"] = {
        "issuer": "other",
        "key": "a" * 64,
        "data": {"iss": "https://other.example", "sub": "1"},
        "address": richard.email,
        "until": time.time() + 60,
    }
    session.save()
    client.get(back)
    assert signed_in(client)
    assert SocialAccount.objects.get().provider == "made-up"


def test_an_identity_belongs_to_one_account_and_a_person_has_one_of_an_issuer(richard, hostile):
    (issuer,) = issuers_of("OIDC_ISSUERS", [hostile.entry], secure=False)
    olive = person("olive.other")
    given = {"issuer": issuer, "key": "a" * 64, "data": {"iss": hostile.url, "sub": "1"}}
    link_identity(by=richard, **given)
    with pytest.raises(Conflict, match="another account"):
        link_identity(by=olive, **given)
    with pytest.raises(Conflict, match="Disconnect that one first"):
        link_identity(by=richard, **given | {"key": "b" * 64})
    link_identity(by=richard, **given)
    assert SocialAccount.objects.get().user == richard
    assert OutgoingMail.objects.count() == 1


# From "Your account"


@pytest.fixture
def signed_in_richard(client, richard, hostile):
    """Logged in a moment ago."""
    log_in(client, richard)
    return richard


@pytest.mark.requirement("ERN-02")
def test_connecting_needs_no_address_of_the_provider(client, signed_in_richard, hostile):
    assert "None connected" in said(client, client.get("/your-account/"))
    hostile.claims["email"] = None
    response = client.get(hostile.back(leave(client, CONNECT)))
    assert response["Location"] == PAGE
    assert "Your Made-up sign-in is connected." in said(client, response)
    assert SocialAccount.objects.get().user == signed_in_richard
    assert "1 connected" in said(client, client.get("/your-account/"))
    assert not SocialToken.objects.exists()


def test_an_identity_of_another_is_not_taken_over(client, signed_in_richard, hostile):
    link(hostile, person("olive.other"))
    text = said(client, client.get(hostile.back(leave(client, CONNECT))))
    assert "is connected to another account" in text
    assert "olive" not in text.lower()
    assert not SocialAccount.objects.filter(user=signed_in_richard).exists()


def test_connecting_ends_with_the_login_that_began_it(client, signed_in_richard, hostile):
    back = hostile.back(leave(client, CONNECT))
    client.post("/logout/")
    log_in(client, person("olive.other"))
    assert "Start again" in said(client, client.get(back))
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("path", [CONNECT, f"{PAGE}disconnect/PK/"])
def test_both_ask_for_the_password_again(client, signed_in_richard, hostile, path):
    identity = link(hostile, signed_in_richard)
    session = client.session
    del session[PROVEN_AT]
    session.save()
    response = client.post(path.replace("PK", str(identity.pk)))
    assert 'name="proof"' in response.content.decode()
    assert SocialAccount.objects.exists()
    assert not hostile.asked


@pytest.mark.requirement("ERN-02")
def test_disconnecting_is_mailed_and_audited(client, signed_in_richard, hostile):
    identity = link(hostile, signed_in_richard)
    text = said(client, client.post(f"{PAGE}disconnect/{identity.pk}/"))
    assert "Your Made-up sign-in is disconnected." in text
    assert not SocialAccount.objects.exists()
    assert OutgoingMail.objects.get().kind == "outside_identity_unlinked"
    event = AuditEvent.objects.get(event="outside_identity.unlinked")
    assert (event.actor_id, event.details["issuer"]) == (signed_in_richard.pk, hostile.url)
    client.post("/logout/")
    come_back(client, hostile)
    assert not signed_in(client)


def test_without_a_password_it_stays_connected(client, signed_in_richard, hostile):
    identity = link(hostile, signed_in_richard)
    signed_in_richard.set_unusable_password()
    signed_in_richard.save()
    client.logout()
    client.force_login(signed_in_richard)
    assert "Choose a password before you disconnect it" in said(client, client.get(PAGE))
    text = said(client, client.post(f"{PAGE}disconnect/{identity.pk}/"))
    assert "you could not log in any more" in text
    assert SocialAccount.objects.exists()


@pytest.mark.parametrize("pk", ["theirs", "0", "99999999999999999999"])
def test_what_is_not_ones_own_cannot_be_disconnected(client, signed_in_richard, hostile, pk):
    identity = link(hostile, person("olive.other"))
    pk = identity.pk if pk == "theirs" else pk
    assert client.post(f"{PAGE}disconnect/{pk}/").status_code == 404
    assert SocialAccount.objects.exists()


# The service's side


@pytest.mark.requirement("ERN-02")
def test_where_none_is_configured_nothing_of_it_is_there(client, richard, settings):
    configure(settings)
    for path in ("", "callback/", "outcome/"):
        assert client.get(f"/login/with/made-up/{path}").status_code == 404
    for path in ("", "not-now/"):
        assert client.post(f"/login/with/made-up/{path}").status_code == 404
    assert "Other ways to log in" not in said(client, client.get("/login/"))
    log_in(client, richard)
    assert "another service" not in said(client, client.get("/your-account/"))
    assert client.get(PAGE).status_code == 404
    assert client.post(CONNECT).status_code == 404


def test_a_service_that_is_configured_no_longer_can_be_disconnected(
    client, signed_in_richard, hostile, settings
):
    identity = link(hostile, signed_in_richard)
    configure(settings)
    assert "made-up" in said(client, client.get(PAGE))
    assert client.post(f"{PAGE}disconnect/{identity.pk}/")["Location"] == "/your-account/"
    assert not SocialAccount.objects.exists()


def test_the_button_is_a_form_and_a_get_starts_nothing(client, hostile):
    page = client.get("/login/?next=/home/").content.decode()
    assert re.search(r'<form method="post"\s+action="/login/with/made-up/"', page)
    assert 'name="next" value="/home/"' in page
    assert "Log in with Made-up" in page
    assert client.get("/login/with/made-up/")["Location"] == "/login/"
    assert not hostile.asked


def test_nobody_links_or_configures_in_the_admin():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert "socialaccount" not in labels


def test_the_policy_of_the_pages_stays_as_it_is(client, hostile):
    for response in (client.get("/login/"), client.post("/login/with/made-up/")):
        assert "form-action 'self';" in response["Content-Security-Policy"] + ";"
        assert "no-store" in response["Cache-Control"]


# With a second factor


@pytest.mark.requirement("ERN-02", "ERN-03")
def test_the_second_factor_is_asked_for_after_the_provider_and_before_connecting(client, hostile):
    helen = helpdesk()
    hostile.claims["email"] = helen.email
    come_back(client, hostile)
    log_in(client, helen)
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    client.post("/login/code/", {"code": code_of(authenticator(helen))})
    assert signed_in(client)
    assert SocialAccount.objects.get().user == helen

    client.post("/logout/")
    del hostile.claims["nonce"]
    assert come_back(client, hostile)["Location"] == "/login/code/"
    assert not signed_in(client)
