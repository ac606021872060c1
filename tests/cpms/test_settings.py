"""The environment is read strictly."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cpms import env


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


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a@b/c",
        "postgresql://db/cpms",
        "postgresql://app@db",
        "postgresql://app@db:many/cpms",
        "postgresql://app@db:99999/cpms",
        "postgresql://app@[db/cpms",
    ],
)
def test_a_malformed_database_address_is_refused(monkeypatch, url):
    monkeypatch.setenv("A", url)
    with pytest.raises(ImproperlyConfigured, match=r"^A must"):
        env.database("A")


@pytest.mark.parametrize("url", ["mail", "http://mail", "smtp://mail:many", "smtps://mail:99999"])
def test_a_malformed_mail_address_is_refused(monkeypatch, url):
    monkeypatch.setenv("A", url)
    with pytest.raises(ImproperlyConfigured, match=r"^A must"):
        env.email("A")


def test_a_number_must_be_one(monkeypatch):
    monkeypatch.setenv("A", "eighty")
    with pytest.raises(ImproperlyConfigured, match="A must be a whole number"):
        env.number("A")


def test_a_list_is_split_at_commas(monkeypatch):
    monkeypatch.setenv("A", "a.example, b.example,")
    assert env.names("A") == ["a.example", "b.example"]
