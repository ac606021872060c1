"""The two roles of roles.sql, on the servers of the suite."""

import os

import psycopg
import pytest
from psycopg import errors


@pytest.fixture
def app():
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner():
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE of_the_application ()", "CREATE DATABASE x", "SET ROLE cpms_owner"]
)
def test_the_application_may_not_change_the_schema(app, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_application_waits_for_no_statement_and_no_lock_for_ever(app):
    assert app.execute("SHOW statement_timeout").fetchone() == ("15s",)
    assert app.execute("SHOW lock_timeout").fetchone() == ("5s",)


def test_migrations_do_not_queue_behind_a_lock_for_ever(owner):
    assert owner.execute("SHOW lock_timeout").fetchone() == ("10s",)


def test_the_owner_can_end_the_sessions_of_the_application(app, owner):
    number = app.info.backend_pid
    assert owner.execute("SELECT pg_terminate_backend(%s)", [number]).fetchone() == (True,)


def test_neither_is_superuser(owner):
    found = owner.execute("SELECT rolname FROM pg_roles WHERE rolsuper AND rolname ~ '^cpms'")
    assert found.fetchall() == []
