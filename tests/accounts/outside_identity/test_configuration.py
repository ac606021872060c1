"""What the operator says of a provider is checked at the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.outside_identity.issuers import issuers_of
from cpms import env
from tests.cpms.test_production import PRODUCTION, start

ENTRY = {
    "id": "nhs",
    "name": "NHS sign-in",
    "server_url": "https://login.example/realm",
    "client_id": "cpms",
    "client_secret": "very-secret",
}


def without(*names):
    return {name: value for name, value in ENTRY.items() if name not in names}


def test_an_entry_says_all_that_is_needed(tmp_path):
    (issuer,) = issuers_of("OIDC_ISSUERS", [ENTRY], secure=True)
    assert issuer.discovery_url == "https://login.example/realm/.well-known/openid-configuration"
    assert issuer.scopes == ("openid", "email")
    assert "very-secret" not in repr(issuer)
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    entry = {**without("client_secret"), "client_secret_file": str(file)}
    (issuer,) = issuers_of("OIDC_ISSUERS", [entry], secure=True)
    assert issuer.client_secret == "from-a-file"


@pytest.mark.requirement("ERN-02")
@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (without("client_id"), "client_id is missing"),
        (without("client_secret"), "either client_secret or client_secret_file"),
        ({**ENTRY, "client_secret_file": "/x"}, "either client_secret or client_secret_file"),
        ({**ENTRY, "client_secret": ""}, "client_secret must be a text"),
        ({**without("client_secret"), "client_secret_file": "/none"}, "cannot be read"),
        ({**ENTRY, "server_url": "http://login.example"}, "must begin with https://"),
        ({**ENTRY, "server_url": "http://127.0.0.1:9"}, "must begin with https://"),
        ({**ENTRY, "server_url": "https://"}, "must begin with https://"),
        ({**ENTRY, "server_url": "https://a/.well-known/openid-configuration"}, "issuer alone"),
        ({**ENTRY, "server_url": "https://a/?b"}, "issuer alone"),
        ({**ENTRY, "id": "NHS mail"}, "id must be"),
        ({**ENTRY, "scopes": "email"}, "scopes must hold openid"),
        ({**ENTRY, "scopes": "openid offline_access"}, "scopes must hold openid"),
        ({**ENTRY, "token_auth_method": "none"}, "token_auth_method must be"),
        ({**ENTRY, "secret": "x"}, "nothing is called secret"),
        ({**ENTRY, "name": 5}, "name must be a text"),
    ],
)
def test_a_wrong_entry_is_refused_and_named_without_its_secret(entry, message):
    with pytest.raises(ImproperlyConfigured, match=r"OIDC_ISSUERS, entry 1: ") as refusal:
        issuers_of("OIDC_ISSUERS", [entry], secure=True)
    assert message in str(refusal.value)
    assert "very-secret" not in str(refusal.value)


def test_two_entries_need_two_ids():
    with pytest.raises(ImproperlyConfigured, match="an id of its own"):
        issuers_of("OIDC_ISSUERS", [ENTRY, ENTRY], secure=True)


def test_this_machine_alone_may_be_reached_by_http_outside_production():
    local = {**ENTRY, "server_url": "http://127.0.0.1:9"}
    assert issuers_of("OIDC_ISSUERS", [local], secure=False)
    with pytest.raises(ImproperlyConfigured):
        issuers_of("OIDC_ISSUERS", [{**ENTRY, "server_url": "http://a.example"}], secure=False)


@pytest.mark.parametrize("value", ["{", '"x"', "{}", "[1]"])
def test_the_variable_is_a_list_of_objects(monkeypatch, value):
    monkeypatch.setenv("A", value)
    with pytest.raises(ImproperlyConfigured, match="A must be a JSON list"):
        env.objects("A")


def test_production_reaches_no_provider_by_http():
    value = str([{**ENTRY, "server_url": "http://127.0.0.1:9"}]).replace("'", '"')
    answer = start("-c", "import cpms.settings.production", **PRODUCTION, OIDC_ISSUERS=value)
    assert "OIDC_ISSUERS, entry 1: server_url must begin with https://" in answer.stderr
