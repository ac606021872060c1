"""Reading an uploaded list of people to invite: any bytes give rows or a refusal."""

import re
from collections.abc import Sequence

from core.uploads import NotAList, Row, numbered_rows, refuse_none_or_too_many

# The columns, in the order of the template, by the names that people give them.
COLUMNS: dict[str, tuple[str, ...]] = {
    "Email": ("email", "emailaddress", "mail", "address", "username"),
    "First name": ("firstname", "forename", "givenname"),
    "Surname": ("surname", "lastname", "familyname"),
    "Organisation ODS code": (
        "organisationodscode",
        "organisationcode",
        "odscode",
        "ods",
        "organisation",
    ),
    "Role": ("role", "accesslevel", "access"),
    "Service group": ("servicegroup", "group", "for", "scope", "where"),
}


def rows_of(content: bytes) -> list[Row]:
    """The rows below the header with their numbers in the file, cells in the order of COLUMNS.

    Rows without any text are left out. Raises NotAList.
    """
    header, rows = numbered_rows(content)
    order = columns_of(header)
    refuse_none_or_too_many(rows)
    return [
        (number, [cells[at] if at is not None and at < len(cells) else "" for at in order])
        for number, cells in rows
    ]


def columns_of(header: Sequence[str]) -> list[int | None]:
    """Where each of COLUMNS stands; only the service group may be missing."""
    names = [re.sub(r"[^a-z]", "", cell.lower()) for cell in header]
    order = [
        next((names.index(alias) for alias in aliases if alias in names), None)
        for aliases in COLUMNS.values()
    ]
    missing = [
        name
        for name, at in zip(COLUMNS, order, strict=True)
        if at is None and name != "Service group"
    ]
    if missing:
        raise NotAList(f"The first row must name the columns. Missing: {', '.join(missing)}")
    return order
