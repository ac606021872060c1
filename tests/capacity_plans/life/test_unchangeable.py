"""What was submitted once stays as it is, whoever asks the database."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from capacity_plans.choices import CHANGEABLE, VersionStatus
from capacity_plans.life.services import copy_version
from capacity_plans.lifecycle import VERSION
from capacity_plans.models import Version
from tests.factories.organisations import CollaborativeFactory, WardFactory
from tests.factories.plan_life import approved, returned, submitted
from tests.factories.plans import assumption, change, draft, line, plan

pytestmark = pytest.mark.django_db

KEPT = [state for state in VersionStatus if state not in CHANGEABLE]


def full_draft():
    version = draft()
    of = line(version)
    change(of, date(2026, 9, 1))
    assumption(version, of)
    return version


def superseded():
    first = approved(full_draft())
    second = copy_version(version=first, by=first.item.person, status=VersionStatus.DRAFT)
    approved(second)
    return Version.objects.get(pk=first.pk)


MAKE = {
    VersionStatus.SUBMITTED: lambda: submitted(full_draft()),
    VersionStatus.APPROVED: lambda: approved(full_draft()),
    VersionStatus.RETURNED: lambda: returned(full_draft()),
    VersionStatus.SUPERSEDED: superseded,
}
ROWS = {
    "capacity_plans_line": "version_id = %(version)s",
    "capacity_plans_assumption": "version_id = %(version)s",
    "capacity_plans_change": (
        "line_id IN (SELECT id FROM capacity_plans_line WHERE version_id = %(version)s)"
    ),
}


def columns_of(table):
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [f'"{column.name}"' for column in described if column.name != "id"]


def refused(statement, version):
    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"version": version.pk})


@pytest.mark.requirement("CPMS-03")
@pytest.mark.parametrize("state", KEPT)
def test_the_database_refuses_every_change_of_what_was_submitted(state):
    version = MAKE[state]()
    assert version.status == state
    for table, where in ROWS.items():
        columns = ", ".join(columns_of(table))
        refused(f"DELETE FROM {table} WHERE {where}", version)
        refused(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE {where}", version
        )
        for column in columns_of(table):
            refused(f"UPDATE {table} SET {column} = {column} WHERE {where}", version)
    refused("DELETE FROM capacity_plans_version WHERE id = %(version)s", version)
    for column, other in {
        "plan_id": "plan_id + 1",
        "number": "number + 100",
        "name": "'x'",
        "first_year": "first_year + 1",
        "years": "years - 1",
        "population": "1",
        "notes": "'x'",
        "based_on_id": "id",
        "revision": "revision + 1",
        "details_revision": "details_revision + 1",
        "created_at": "now()",
        "created_by_id": "item_id",
        "item_id": "NULL",
    }.items():
        refused(
            f"UPDATE capacity_plans_version SET {column} = {other} WHERE id = %(version)s", version
        )


def test_every_column_of_a_version_is_tried_above():
    columns = {name.strip('"') for name in columns_of("capacity_plans_version")}
    assert columns == {
        *("plan_id", "number", "name", "status", "first_year", "years", "population", "notes"),
        *("based_on_id", "revision", "details_revision", "created_at", "created_by_id", "item_id"),
    }


@pytest.mark.parametrize("state", KEPT)
def test_the_database_lets_it_go_the_ways_of_the_life_cycle_alone(state):
    version = MAKE[state]()
    for to in VersionStatus:
        if to == state or (state, to) in VERSION.steps:
            continue
        refused(
            f"UPDATE capacity_plans_version SET status = '{to}' WHERE id = %(version)s", version
        )


@pytest.mark.parametrize("state", KEPT)
def test_no_row_of_a_draft_moves_in(state):
    version = MAKE[state]()
    other = draft(plan(CollaborativeFactory(name="Another collaborative")))
    moved = line(other, WardFactory(name="Another ward"))
    refused(
        f"UPDATE capacity_plans_line SET version_id = %(version)s WHERE id = {moved.pk}", version
    )


def test_no_plan_becomes_that_of_another_collaborative_or_of_another_kind():
    version = approved(full_draft())
    other = CollaborativeFactory(name="Another collaborative")
    for changed in (f"collaborative_id = {other.pk}", "kind = 'sessional'"):
        refused(f"UPDATE capacity_plans_plan SET {changed} WHERE id = {version.plan_id}", version)
