import re
from html import unescape

import pytest
from allauth.socialaccount.models import SocialAccount

from accounts.outside_identity.issuers import issuers_of
from accounts.outside_identity.provider import identity_key
from tests.accounts.outside_identity.hostile import running_hostile
from tests.journeys.conftest import browser_type_launch_args  # noqa: F401
from tests.oidc_provider.running import running_provider


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    """The real provider, started once."""
    with running_provider(tmp_path_factory.mktemp("provider"), "http://127.0.0.1:8000") as provider:
        yield provider


@pytest.fixture
def hostile(settings):
    """A provider in the test's hands, configured."""
    with running_hostile() as hostile:
        configure(settings, hostile.entry)
        yield hostile


def configure(settings, *entries):
    settings.OIDC_ISSUERS = issuers_of("OIDC_ISSUERS", entries, secure=False)


def leave(client, path="/login/with/made-up/", **data):
    """Press the button; the address at the provider that the page leads on to."""
    response = client.post(path, data)
    assert response.status_code == 200, response.headers
    return unescape(re.search(r'content="0;url=([^"]+)"', response.content.decode())[1])


def come_back(client, hostile, **changed):
    """All of a sign-in with the hostile provider; the answer to the way back."""
    return client.get(hostile.back(leave(client), **changed))


def said(client, response):
    """The text of the page that a person lands on, without its mark-up."""
    while response.status_code == 302:
        response = client.get(response["Location"])
    assert response.status_code == 200
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def signed_in(client):
    return "_auth_user_id" in client.session


def link(hostile, person, subject="subject-1"):
    """The person's account, connected with a subject of the hostile provider."""
    return SocialAccount.objects.create(
        user=person,
        provider="made-up",
        uid=identity_key(hostile.url, subject),
        extra_data={"iss": hostile.url, "sub": subject},
    )
