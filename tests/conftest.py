"""The database of the suite: made and migrated by its owner, used as the application uses it."""

import os
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, settings

from tests import databases
from tests.requirements_report import requirements

# The browser's event loop lives in the thread of the tests, which Django would take for its own.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How fast an example is made says more of what else the machine does than of the code.
settings.register_profile("unhurried", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("unhurried")

# In the list of tables that are emptied
FILLED_BY_MIGRATIONS = re.compile(
    r', "(?:accounts_role|approvals_route)"|"(?:accounts_role|approvals_route)", '
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A database for each worker: migrated by its owner, used by the application's role."""
    name = f"test_cpms_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    owner = databases.address(os.environ["DATABASE_OWNER_URL"], name)

    def flush_as_owner(operations: DatabaseOperations, statements: list[str]) -> None:
        """Between transactional tests: the application's role may not empty tables.

        What migrations have put in stays.
        """
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in statements:
                connection.execute(FILLED_BY_MIGRATIONS.sub("", statement))

    # On the class: connections are made anew for each thread and event loop.
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(DatabaseOperations, "execute_sql_flush", flush_as_owner)
    with django_db_blocker.unblock():
        databases.make(name)
        use(name)
    yield
    monkeypatch.undo()
    with django_db_blocker.unblock():
        connections.close_all()
        databases.drop(name)


def use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For the tests of a module, the demonstration."""
    usual = connections["default"].settings_dict["NAME"]
    name = f"{usual}_demonstration"
    with django_db_blocker.unblock():
        databases.make(name, like=databases.demonstration())
        use(name)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        use(usual)
        databases.drop(name)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction that all tests of a module share, undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def undone(shared: None) -> Iterator[None]:
    """What a test writes in there is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A requirement that the checklist lacks is an error."""
    known = requirements()
    for item in items:
        for mark in item.iter_markers("requirement"):
            unknown = [number for number in mark.args if number not in known]
            if unknown:
                raise pytest.UsageError(f"{item.nodeid}: no requirement {', '.join(unknown)}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many cells of the authorization matrix were asked."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    given = [pair for report in reports if report.when == "call" for pair in report.user_properties]
    if cells := sum(int(value) for name, value in given if name == "cells"):
        terminalreporter.write_line(f"Authorization matrix: {cells:,} cells")
