"""The history of a ward as a file."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO

from django.utils import timezone

from availability.history.lines import Asked, Line, every_line
from core.spreadsheets import disarmed
from organisations.choices import WardKind

PART: dict[str, str] = {WardKind.INPATIENT: "Bed", WardKind.SESSIONAL: "Session"}
COLUMNS = ("What", "Details", "Until", "For how long", "By", "Role", "How")


def csv_of(asked: Asked) -> Iterator[str]:
    """The file in parts; the mark at its beginning tells spreadsheets that it is UTF-8."""
    yield "\ufeff" + row_of(("From", PART[asked.ward.kind], *COLUMNS))
    for line in every_line(asked):
        yield row_of(cells_of(line))


def cells_of(line: Line) -> tuple[str, ...]:
    return (
        moment_of(line.at),
        line.part,
        line.what,
        line.details,
        moment_of(line.until),
        line.lasted,
        line.who,
        line.role,
        line.how,
    )


def moment_of(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


def row_of(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text).writerow([disarmed(cell) for cell in cells])
    return text.getvalue()
