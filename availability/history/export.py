"""The history of a ward as a file."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from availability.history.lines import Asked, Line, every_line
from core.spreadsheets import csv_parts
from organisations.choices import WardKind

PART: dict[str, str] = {WardKind.INPATIENT: "Bed", WardKind.SESSIONAL: "Session"}
COLUMNS = ("What", "Details", "Until", "For how long", "By", "Role", "How")


def csv_of(asked: Asked) -> Iterator[str]:
    columns = ("From", PART[asked.ward.kind], *COLUMNS)
    return csv_parts(columns, map(cells_of, every_line(asked)))


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
