"""What the rows of an uploaded file of beds say: the changes, or what is wrong with which row."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from availability.bulk.columns import (
    BASED_ON,
    BED,
    BED_ID,
    COLUMNS,
    NEEDED,
    WARD_ID,
    Problems,
    condition_in,
    number_in,
    text_of,
)
from availability.bulk.queries import latest_of
from availability.choices import EntryOrigin
from availability.conditions import Condition
from availability.conflicts import by_whom, described, is_alike
from availability.models import Bed, BedEntry
from availability.queries import as_it_is, beds_editable_by
from availability.words import clock
from core.uploads import NotAList, Row, numbered_rows, refuse_none_or_too_many

AGAIN = "Download the file again, and make your change there"
UNKNOWN = "None of the beds that you can update has this ID"


@dataclass(frozen=True)
class RowChange:
    """A row that changes its bed: what that is now, and what it is to be."""

    number: int
    entry: BedEntry
    to: Condition
    based_on: int

    @property
    def was(self) -> str:
        return described(self.entry)

    @property
    def becomes(self) -> str:
        return described(BedEntry(state=self.to.state, **self.to.details))


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: what is wrong at which column, and what to do."""

    number: int
    where: str
    problems: Problems


@dataclass
class Read:
    """A file, read: with a bad row nothing of it is saved."""

    changes: list[RowChange] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    unchanged: int = 0

    @property
    def wards(self) -> int:
        """How many of them change."""
        return len({change.entry.bed.ward_id for change in self.changes})


def rows_of(content: bytes) -> list[Row]:
    """The rows of a file below its header, cells in the order of COLUMNS. Raises NotAList."""
    header, rows = numbered_rows(content)
    names = [re.sub(r"[^a-z]", "", cell.lower()) for cell in header]
    order = {}
    for column in COLUMNS:
        wanted = re.sub(r"[^a-z]", "", column.lower())
        order[column] = names.index(wanted) if wanted in names else None
    if missing := [column for column in NEEDED if order[column] is None]:
        raise NotAList(f"The first row must name the columns. Missing: {', '.join(missing)}")
    refuse_none_or_too_many(rows)
    return [
        (
            number,
            [cells[at] if at is not None and at < len(cells) else "" for at in order.values()],
        )
        for number, cells in rows
    ]


def read_rows(rows: Iterable[Sequence[Any]], by: Any) -> Read:
    """The changes that the rows ask for, and what is wrong with them: 3 queries, for any number.

    A row as it was written down changes nothing, whatever became of its bed since.
    """
    numbered = [(number, dict(zip(COLUMNS, cells, strict=True))) for number, cells in rows]
    ids = {number_in(cells[BED_ID]) or 0 for _, cells in numbered}
    based_on = {number_in(cells[BASED_ON]) or 0 for _, cells in numbered}
    beds = beds_editable_by(by).filter(pk__in=ids).in_bulk()
    latest = {one.bed_id: one for one in latest_of(Bed.objects.filter(pk__in=beds))}
    bases = BedEntry.objects.filter(pk__in=based_on, bed__in=beds).in_bulk()
    found = Read()
    first_rows: dict[int, int] = {}
    for number, cells in numbered:
        bed = beds.get(number_in(cells[BED_ID]) or 0)
        where = ", ".join(filter(None, (cells["Ward"], cells[BED]))) or "Not given"
        if bed is None:
            found.bad.append(BadRow(number, where, {BED_ID: UNKNOWN}))
            continue
        where = f"{bed.ward.name}, {bed.name}"
        first = first_rows.setdefault(bed.pk, number)
        read: RowChange | Problems | None
        if first != number:
            read = {BED_ID: f"Row {first} is about the same bed. Keep one of them"}
        else:
            base = bases.get(number_in(cells[BASED_ON]) or 0)
            read = read_row(number, cells, bed, base, latest.get(bed.pk), by)
        if read is None:
            found.unchanged += 1
        elif isinstance(read, RowChange):
            found.changes.append(read)
        else:
            found.bad.append(BadRow(number, where, read))
    return found


def read_row(
    number: int, cells: dict[str, str], bed: Bed, base: BedEntry | None, latest: Any, by: Any
) -> RowChange | Problems | None:
    """The change that a row asks for, None, or what is wrong with it."""
    named = {WARD_ID: text_of(str(bed.ward_id)), BED: text_of(bed.name)}
    for column, text in named.items():
        given = cells[column]
        if column == WARD_ID and given:
            given = str(number_in(given))
        if given and given != text:
            return {column: f"The bed of this ID has {text} here. Put it back, or {AGAIN.lower()}"}
    if base is None or base.bed_id != bed.pk or latest is None:
        return {BASED_ON: f"This number was changed or is not known. {AGAIN}"}
    now = timezone.now()
    was = Condition.of(base)
    to, problems = condition_in(cells, was, now)
    if to is None:
        return problems
    latest.bed = bed
    standing = as_it_is(latest)
    if to in (was, was.at(now)) or is_alike(standing, to, since=now, now=now):
        return None
    only_time = latest.origin == EntryOrigin.TIME and latest.before == base.pk
    if latest.pk != base.pk and not only_time:
        return {
            BASED_ON: f"The bed was changed to {described(latest)} {by_whom(latest, by)} "
            f"{clock(latest.starts_at)}, after the file was downloaded. {AGAIN}"
        }
    return RowChange(number, standing, to, base.pk)
