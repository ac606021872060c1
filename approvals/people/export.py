"""The users list as a file: CSV of any length, or a spreadsheet of limited size."""

import csv
from collections.abc import Iterator
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from accounts.models import User
from approvals.people.queries import Filters, Row, filtered, organisations_named, rows_of
from core import audit
from core.errors import DomainError
from core.spreadsheets import disarmed

BATCH = 1000
# A spreadsheet is made as a whole before it is sent.
MOST_IN_SPREADSHEET = 20_000
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
    if kind == "xlsx" and count > MOST_IN_SPREADSHEET:
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


def batches(people: QuerySet[User]) -> Iterator[list[Row]]:
    """The rows in the order of the accounts; memory does not grow with their number."""
    people = people.order_by("pk")
    rows = rows_of(people[:BATCH])
    while rows:
        yield rows
        rows = rows_of(people.filter(pk__gt=rows[-1].person.pk)[:BATCH])


def cells_of(row: Row) -> list[Any]:
    person = row.person
    last = timezone.localtime(person.last_login) if person.last_login else None
    return [
        disarmed(cell)
        for cell in (
            row.organisation,
            person.first_name,
            person.surname,
            person.email,
            row.status,
            f"{last:%Y-%m-%d %H:%M}" if last else "",
            row.roles,
        )
    ]


def csv_of(people: QuerySet[User]) -> Iterator[str]:
    """The file in parts; the mark at its beginning tells spreadsheets that it is UTF-8."""
    yield "\ufeff" + lines_of([list(COLUMNS)])
    for rows in batches(people):
        yield lines_of([cells_of(row) for row in rows])


def lines_of(table: list[list[Any]]) -> str:
    lines = StringIO()
    csv.writer(lines).writerows(table)
    return lines.getvalue()


def xlsx_of(people: QuerySet[User]) -> IO[bytes]:
    """The spreadsheet, written row by row to a file that vanishes once it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Users")
    sheet.append(list(COLUMNS))
    for rows in batches(people):
        for row in rows:
            sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in cells_of(row)])
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file
