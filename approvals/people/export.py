"""The users list as a file: CSV of any length, or a spreadsheet of limited size."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from approvals.people.queries import Filters, Row, filtered, organisations_named, rows_of
from core import audit
from core.errors import DomainError
from core.spreadsheets import MOST_IN_SPREADSHEET, XLSX

BATCH = 1000
# Organisations in the trail's note of what a file was narrowed to
MOST_NAMED = 20
COLUMNS = ("Organisation", "First name", "Last name", "Email", "Status", "Last login", "Roles")


@transaction.atomic
def begin_export(*, by: User, filters: Filters, kind: str) -> QuerySet[User]:
    """Record that somebody takes these people out of the service, and how many; gives them.

    DomainError if they are too many for the kind of file.
    """
    people = filtered(by, filters)
    count = people.count()
    if kind == XLSX and count > MOST_IN_SPREADSHEET:
        raise DomainError(
            f"A spreadsheet holds {MOST_IN_SPREADSHEET:,} people at most, and these are "
            f"{count:,}. Choose CSV, or narrow the list."
        )
    audit.record(
        "people.exported", by=by, target=by, count=count, format=kind, **narrowed(by, filters)
    )
    return people


def narrowed(by: User, filters: Filters) -> dict[str, Any]:
    """The filters, fit for the trail: never what was typed about a person."""
    details: dict[str, Any] = {"status": filters.status, "role": filters.role}
    if filters.organisation:
        named = organisations_named(by, filters.organisation).order_by("pk")
        details["organisations"] = list(named.values_list("pk", flat=True)[:MOST_NAMED])
    details["searched"] = bool(filters.text)
    return {name: value for name, value in details.items() if value}


def lines_of(people: QuerySet[User]) -> Iterator[tuple[str, ...]]:
    """The rows in the order of the accounts; memory does not grow with their number."""
    people = people.order_by("pk")
    rows = rows_of(people[:BATCH])
    while rows:
        yield from map(cells_of, rows)
        rows = rows_of(people.filter(pk__gt=rows[-1].person.pk)[:BATCH])


def cells_of(row: Row) -> tuple[str, ...]:
    person = row.person
    last = timezone.localtime(person.last_login) if person.last_login else None
    return (
        row.organisation,
        person.first_name,
        person.surname,
        person.email,
        row.status,
        f"{last:%Y-%m-%d %H:%M}" if last else "",
        row.roles,
    )
