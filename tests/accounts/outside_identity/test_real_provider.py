"""The whole code flow over HTTP with a real provider, whose signatures are real."""

import pytest
from allauth.socialaccount.models import SocialAccount

from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.accounts.outside_identity.conftest import configure, leave, said, signed_in
from tests.factories.accounts import PASSWORD, person
from tests.oidc_provider.running import service_of

pytestmark = pytest.mark.django_db
PATH = "/login/with/nhs-test/"


@pytest.fixture(autouse=True)
def _configured(settings, provider):
    configure(settings, provider.entry)


def sign_in(client, provider, address="richard.test1@trust.example", **how):
    return client.get(service_of(provider.log_in(leave(client, PATH), address, **how)))


def log_in(client, person, path="/login/"):
    return client.post(path, {"login": person.email, "password": PASSWORD})


@pytest.mark.requirement("ERN-02")
def test_the_account_is_proven_once_and_then_the_provider_is_enough(client, richard, provider):
    first = sign_in(client, provider)
    assert first["Location"] == "/login/"
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    assert (
        "To connect your Test NHS sign-in with your account here, "
        "log in once with your password." in said(client, first)
    )
    assert "is connected" in said(client, log_in(client, richard))
    identity = SocialAccount.objects.get(user=richard)
    assert identity.extra_data.keys() == {"iss", "sub"}
    mail = OutgoingMail.objects.get(kind="outside_identity_linked")
    assert (mail.person, mail.address) == (richard, richard.email)
    event = AuditEvent.objects.get(event="outside_identity.linked")
    assert (event.actor_id, event.subject_id) == (richard.pk, richard.pk)

    client.post("/logout/")
    again = sign_in(client, provider)
    assert again["Location"] == "/home/"
    assert signed_in(client)
    assert client.session.get_expire_at_browser_close()
    assert SocialAccount.objects.count() == 1


@pytest.mark.requirement("ERN-02")
def test_who_has_no_account_here_gets_none(client, provider):
    response = sign_in(client, provider, "nina.new@trust.example")
    assert "Nothing has been created for you." in said(client, response)
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


def test_a_refused_consent_is_no_error(client, richard, provider):
    text = said(client, sign_in(client, provider, consent=False))
    assert "You did not log in" in text
    assert not signed_in(client)


def test_a_code_works_once(client, richard, provider):
    back = service_of(provider.log_in(leave(client, PATH), richard.email))
    client.get(back)
    assert "Start again" in said(client, client.get(back))


def test_another_browser_cannot_finish_what_this_one_began(client, richard, provider):
    back = service_of(provider.log_in(leave(client, PATH), richard.email))
    stranger = type(client)()
    assert "Start again" in said(stranger, stranger.get(back))
    assert not stranger.session.keys()


def test_a_disabled_account_stays_out(client, richard, provider):
    sign_in(client, provider)
    log_in(client, richard)
    client.post("/logout/")
    richard.is_active = False
    richard.save()
    response = sign_in(client, provider)
    assert response["Location"] == "/login/disabled/"
    assert not signed_in(client)


def test_what_waits_is_for_its_own_address_alone(client, richard, provider):
    sign_in(client, provider)
    other = person("olive.other")
    text = said(client, log_in(client, other))
    assert "was not connected: it belongs to another email address" in text
    assert not SocialAccount.objects.exists()
    client.post("/logout/")
    log_in(client, richard)
    assert not SocialAccount.objects.exists()
