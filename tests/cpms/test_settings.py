"""Production refuses to start on a missing or weak value; the environment is read strictly."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from cpms import env

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "SECOND_FACTOR_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "AUDIT_KEYS": "fedcba9876543210" * 4,
    "AUDIT_HEAD_FILE": "/audit/head.log",
    "DATABASE_URL": "postgresql://cpms_app:secret@db/cpms",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": "cpms.example",
    "SERVICE_URL": "https://cpms.example",
    "EMAIL_URL": "smtp://user:secret@mail.example:587",
    "FROM_EMAIL": "no-reply@cpms.example",
    "HELPDESK_EMAIL": "helpdesk@cpms.example",
    "HELPDESK_TELEPHONE": "01632 960000",
}


def start(*command, **variables):
    """Run Python with production's settings and nothing else of this environment."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "cpms.settings.production"}
    return subprocess.run(
        [sys.executable, *command],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_all_values_and_passes_the_deployment_checks():
    answer = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_names_the_value_that_is_missing(name):
    given = {key: value for key, value in PRODUCTION.items() if key != name}
    answer = start("-c", "import cpms.settings.production", **given)
    assert answer.returncode != 0
    assert f"Set the environment variable {name}." in answer.stderr


@pytest.mark.parametrize(
    ("weak", "message"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 50 characters"),
        (
            {"DATABASE_OWNER_URL": "postgresql://cpms_app:secret@db/cpms"},
            "must name different roles",
        ),
        ({"SECOND_FACTOR_KEYS": "short"}, "SECOND_FACTOR_KEYS must hold keys"),
        ({"AUDIT_KEYS": "fedcba9876543210" * 4 + ",short"}, "at least 50 characters"),
        ({"AUDIT_KEYS": "0123456789abcdef" * 4}, "AUDIT_KEYS must not hold SECRET_KEY"),
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL must look like"),
    ],
)
def test_production_refuses_a_weak_value(weak, message):
    answer = start("-c", "import cpms.settings.production", **PRODUCTION | weak)
    assert answer.returncode != 0
    assert message in answer.stderr


def test_the_demonstration_does_not_exist_in_production():
    probe = (
        "import django; django.setup(); from django.urls import NoReverseMatch, reverse\n"
        "try: print(reverse('demo_inbox'))\n"
        "except NoReverseMatch: print('none')"
    )
    assert start("-c", probe, **PRODUCTION).stdout.strip() == "none"


def test_a_database_is_read_from_its_address(monkeypatch):
    monkeypatch.setenv("A", "postgresql://app:p%40ss@db:5433/cpms?sslmode=require")
    read = env.database("A")
    assert (read["USER"], read["PASSWORD"], read["HOST"]) == ("app", "p@ss", "db")
    assert (read["PORT"], read["NAME"], read["OPTIONS"]) == (
        "5433",
        "cpms",
        {"sslmode": "require"},
    )
    monkeypatch.setenv("A", "postgresql://app@/cpms?host=/run/pg")
    assert env.database("A")["HOST"] == "/run/pg"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://db/cpms", "postgresql://app@db"])
def test_a_malformed_database_address_is_refused(monkeypatch, url):
    monkeypatch.setenv("A", url)
    with pytest.raises(ImproperlyConfigured):
        env.database("A")


def test_a_number_must_be_one(monkeypatch):
    monkeypatch.setenv("A", "eighty")
    with pytest.raises(ImproperlyConfigured, match="A must be a whole number"):
        env.number("A")


def test_a_list_is_split_at_commas(monkeypatch):
    monkeypatch.setenv("A", "a.example, b.example,")
    assert env.names("A") == ["a.example", "b.example"]
