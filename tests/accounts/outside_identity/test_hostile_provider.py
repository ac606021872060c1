"""A provider that cannot be reached or believed opens nothing, breaks nothing and is logged."""

import re
import socket
import time

import pytest

from accounts.outside_identity import adapter
from tests.accounts.outside_identity.conftest import (
    come_back,
    configure,
    leave,
    link,
    said,
    signed_in,
)
from tests.accounts.outside_identity.hostile import OTHER_KEY
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
LONG_AGO = 1_700_000_000
DISCOVERY = "/.well-known/openid-configuration"
HTML = {"Content-Type": "text/html"}


def claim(**claims):
    return lambda hostile: hostile.claims.update(claims)


def answer(path, given):
    return lambda hostile: hostile.answers.update({path: given})


def discovered(**values):
    return lambda hostile: hostile.discovery.update(values)


def become(**values):
    return lambda hostile: [setattr(hostile, name, value) for name, value in values.items()]


def unsigned(hostile):
    hostile.signing_key, hostile.algorithm = None, "none"


def signed_with_the_client_secret(hostile):
    hostile.signing_key, hostile.algorithm = "secret" * 6, "HS256"


def userinfo_of_another(hostile):
    hostile.claims["email"] = None
    hostile.answers["/userinfo"] = {"sub": "other", "email": "a@trust.example"}


UNBELIEVABLE = {
    "signature": (become(signing_key=OTHER_KEY), "InvalidSignatureError"),
    "unsigned": (unsigned, "InvalidAlgorithmError"),
    "shared secret": (signed_with_the_client_secret, "InvalidAlgorithmError"),
    "unknown key": (become(kid="two"), "no key 'two'"),
    "audience": (claim(aud="another-service"), "InvalidAudienceError"),
    "party": (claim(aud=["cpms", "b"], azp="b"), "azp"),
    "issuer": (claim(iss="https://evil.example"), "InvalidIssuerError"),
    "expired": (claim(exp=LONG_AGO), "ExpiredSignatureError"),
    "no expiry": (claim(exp=None), "MissingRequiredClaimError"),
    "nonce": (claim(nonce="another"), "nonce"),
    "no nonce": (claim(nonce=None), "nonce"),
    "no subject": (claim(sub=None), "MissingRequiredClaimError"),
    "not a token": (answer("/token", {"access_token": "a", "id_token": "x"}), "DecodeError"),
    "no id token": (answer("/token", {"access_token": "a"}), "KeyError"),
    "code refused": (answer("/token", (400, {"error": "invalid_grant"}, HTML)), "invalid_grant"),
    "token page": (answer("/token", (200, b"<html>", HTML)), "access token"),
    "token list": (answer("/token", ["access_token"]), "ValueError"),
    "keys": (answer("/jwks", {"keys": "none"}), "Error"),
    "keys page": (answer("/jwks", (500, b"", HTML)), "500"),
    "userinfo of another": (userinfo_of_another, "somebody else"),
    "moved keys": (answer("/jwks", (302, b"", {"Location": "/elsewhere"})), "redirects"),
}
UNREACHABLE = {
    "not json": (answer(DISCOVERY, (200, b"<html>", HTML)), "JSON"),
    "a list": (answer(DISCOVERY, []), "not a JSON object"),
    "an error": (answer(DISCOVERY, (503, b"", HTML)), "503"),
    "another issuer": (discovered(issuer="https://evil.example"), "evil.example"),
    "no token endpoint": (discovered(token_endpoint=None), "token_endpoint"),
    "another scheme": (discovered(jwks_uri="file:///etc/passwd"), "jwks_uri"),
}


def test_an_honest_answer_is_believed(client, richard, hostile):
    link(hostile, richard)
    assert come_back(client, hostile)["Location"] == "/home/"
    assert signed_in(client)
    form = next(form for path, form in hostile.asked if path == "/token")
    assert form["code_verifier"]


@pytest.mark.requirement("ERN-02")
@pytest.mark.parametrize("how", UNBELIEVABLE)
def test_an_answer_that_cannot_be_believed_opens_nothing(client, richard, hostile, caplog, how):
    spoil, reason = UNBELIEVABLE[how]
    link(hostile, richard)
    spoil(hostile)
    response = come_back(client, hostile)
    assert response["Location"] == "/login/with/made-up/outcome/"
    text = said(client, response)
    assert "That did not work" in text
    assert re.search(r"this reference: [2-9A-Z]{4}-[2-9A-Z]{4}", text)
    assert not signed_in(client)
    assert reason in caplog.text


@pytest.mark.parametrize("how", UNREACHABLE)
def test_a_bad_discovery_document_is_told_before_anybody_leaves(client, hostile, caplog, how):
    spoil, reason = UNREACHABLE[how]
    spoil(hostile)
    assert "That did not work" in said(client, client.post("/login/with/made-up/"))
    assert reason in caplog.text


@pytest.mark.parametrize("listening", [False, True])
def test_a_provider_that_is_away_is_told_soon_and_the_password_still_works(
    client, richard, settings, hostile, monkeypatch, listening
):
    assert sum(adapter.TIMEOUT) <= 5
    monkeypatch.setattr(adapter, "TIMEOUT", (0.2, 0.3))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listening:
            silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        configure(settings, {**hostile.entry, "server_url": url})
        began = time.monotonic()
        text = said(client, client.post("/login/with/made-up/"))
        assert time.monotonic() - began < 2
    assert "Log in with your password instead" in text
    client.post("/login/", {"login": richard.email, "password": PASSWORD})
    assert signed_in(client)


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "Start again"),
        ("?state=unknown&code=x", "Start again"),
        ("?error=access_denied", "Start again"),
        ("?state=%00&code=%00", "Start again"),
        ("?error=access_denied&state=STATE", "You did not log in"),
        ("?error=<script>alert(1)</script>&state=STATE", "That did not work"),
        ("?state=STATE", "That did not work"),
    ],
)
def test_a_way_back_without_a_code_is_told_kindly(client, hostile, query, heading):
    state = re.search(r"state=([^&]+)", leave(client))[1]
    response = client.get("/login/with/made-up/callback/" + query.replace("STATE", state))
    text = said(client, response)
    assert heading in text
    assert "alert" not in text
    assert not signed_in(client)


def test_the_browser_cannot_widen_what_is_asked_for(client, hostile):
    address = leave(
        client, "/login/with/made-up/?scope=admin&auth_params=prompt%3Dnone&process=connect"
    )
    assert "scope=openid+email&" in address.replace("email+openid", "openid+email")
    assert "admin" not in address
    assert "prompt" not in address
    assert "code_challenge_method=S256" in address
    assert "nonce=" in address
