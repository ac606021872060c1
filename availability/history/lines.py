"""What was recorded of a ward, line by line: beds or sessions, confirmations and all else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import User
from availability.choices import EntryOrigin
from availability.history.people import Roles
from availability.history.words import how_long
from availability.models import (
    Bed,
    BedEntry,
    BedUpkeep,
    IntakeLimit,
    SessionEntry,
    WardConfirmation,
)
from availability.upkeep.choices import Work
from organisations.choices import WardKind
from organisations.models import Ward

PAGE_SIZE = 25
THE_SERVICE = "The service"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Asked:
    """Of which ward; of one bed or one day alone, if any is named."""

    ward: Ward
    bed: Bed | None = None
    day: date | None = None


class Place(NamedTuple):
    """Where a line stands: two may be of the same moment. Of one kind the later has the larger id.

    Pages begin after a place, so that each costs the same however far back it is.
    """

    at: datetime
    kind: int
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.kind}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that an address names; None for anything that is none."""
        parts = text.split("-")
        if len(parts) != 3 or not all(
            part.isascii() and part.isdigit() and len(part) <= 19 for part in parts
        ):
            return None
        moment, kind, pk = map(int, parts)
        if pk > LARGEST_ID:
            return None
        try:
            return cls(EPOCH + timedelta(microseconds=moment), kind, pk)
        except OverflowError:
            return None


@dataclass(frozen=True)
class Line:
    """One thing that was recorded; `until` is empty for what still stands or has no end.

    `part` is the bed or the session, '' the whole ward.
    """

    place: Place
    part: str
    what: str
    details: str
    how: str
    by: User | None
    who: str = ""
    role: str = ""
    colour: str = ""
    until: datetime | None = None
    lasted: str = ""

    @property
    def at(self) -> datetime:
        return self.place.at


@dataclass(frozen=True)
class Lines:
    """A page; `next` is where the one after it begins, if there is more."""

    lines: list[Line]
    next: Place | None


def page_of(asked: Asked, after: Place | None = None, size: int = PAGE_SIZE) -> Lines:
    """What was recorded, the newest first. 6 queries, of one bed or of sessions 3."""
    kinds = KINDS[asked.ward.kind]
    found = list(chain.from_iterable(kind(asked, after, size + 1) for kind in kinds))
    found.sort(key=lambda line: line.place, reverse=True)
    roles = Roles(asked.ward, [line.by for line in found[:size] if line.by])
    lines = [named(line, roles) for line in found[:size]]
    return Lines(lines, lines[-1].place if len(found) > size else None)


def named(line: Line, roles: Roles) -> Line:
    """The line with who did it, in which role. Of the helpdesk no names, as elsewhere."""
    if line.by is None:
        return replace(line, who=line.who or THE_SERVICE)
    role = roles.role_of(line.by, line.at)
    if role == Capability.ADMINISTER.label:
        return replace(line, who=role)
    return replace(line, who=line.by.get_full_name(), role=role)


def every_line(asked: Asked, at_once: int = 500) -> Iterator[Line]:
    """All of it; memory does not grow with how much there is."""
    after = None
    while True:
        page = page_of(asked, after, at_once)
        yield from page.lines
        if page.next is None:
            return
        after = page.next


def confirmations(asked: Asked, after: Place | None, number: int) -> list[Line]:
    if asked.bed:
        return []
    rows = WardConfirmation.objects.filter(ward=asked.ward).select_related("by")
    return [
        Line(
            place=Place(row.at, CONFIRMED, row.pk),
            part="",
            what="Confirmed: nothing else has changed",
            details="",
            how="",
            by=row.by,
        )
        for row in cut(rows, "at", CONFIRMED, asked, after, number)
    ]


def limits(asked: Asked, after: Place | None, number: int) -> list[Line]:
    if asked.bed:
        return []
    rows = IntakeLimit.objects.filter(ward=asked.ward).select_related("by")
    return [
        Line(
            place=Place(row.at, LIMITED, row.pk),
            part="",
            what=limit_in_words(row.can_take),
            details="",
            how="",
            by=row.by,
        )
        for row in cut(rows, "at", LIMITED, asked, after, number)
    ]


def limit_in_words(can_take: int | None) -> str:
    if can_take is None:
        return "No limit to how many patients the ward can take"
    return f"Can take {can_take} more patient{'' if can_take == 1 else 's'} at most"


def work_on_beds(asked: Asked, after: Place | None, number: int) -> list[Line]:
    of_bed = {"bed": asked.bed} if asked.bed else {"bed__ward": asked.ward}
    rows = BedUpkeep.objects.filter(**of_bed).select_related("by")
    return [
        Line(
            place=Place(row.at, KEPT, row.pk),
            part=row.was_name or row.name,
            what=f"Renamed to {row.name}" if row.what == Work.RENAMED else row.get_what_display(),
            details=row.reason,
            how="",
            by=row.by,
        )
        for row in cut(rows, "at", KEPT, asked, after, number)
    ]


def entries(asked: Asked, after: Place | None, number: int) -> list[Line]:
    """Of a ward, first the newest of each bed, which an index of the bed gives."""
    if asked.bed:
        rows = BedEntry.objects.filter(bed=asked.bed)
    else:
        of_bed = cut(
            BedEntry.objects.filter(bed=OuterRef("pk")), "starts_at", ENTRY, asked, after, number
        )
        beds = Bed.objects.filter(ward=asked.ward).order_by()
        newest = beds.values_list(ArraySubquery(of_bed.values("pk")), flat=True)
        rows = BedEntry.objects.filter(pk__in=[pk for found in newest for pk in found])
    rows = cut(with_end(rows), "starts_at", ENTRY, asked, after, number)
    now = timezone.now()
    return [line_of(row, now) for row in rows.select_related("bed", "by")]


def with_end(rows: QuerySet[BedEntry]) -> QuerySet[Any]:
    """With `until`: when the next entry began, or the bed was retired."""
    of_bed = {"bed": OuterRef("bed")}
    following = BedEntry.objects.filter(**of_bed, starts_at__gt=OuterRef("starts_at"))
    retired = BedUpkeep.objects.filter(
        **of_bed, what=Work.RETIRED, at__gt=OuterRef("starts_at")
    ).order_by("at")
    return rows.annotate(
        until=Least(
            Subquery(following.order_by("starts_at").values("starts_at")[:1]),
            Subquery(retired.values("at")[:1]),
        )
    )


def line_of(row: Any, now: datetime) -> Line:
    return Line(
        place=Place(row.starts_at, ENTRY, row.pk),
        part=row.bed.name,
        what=row.state_in_words,
        details=row.details_in_words,
        how="" if row.origin == EntryOrigin.TIME else row.get_origin_display(),
        by=row.by,
        who="By itself" if row.origin == EntryOrigin.TIME else "",
        colour=row.colour,
        until=row.until,
        lasted=how_long((row.until or now) - row.starts_at),
    )


def changes_of_sessions(asked: Asked, after: Place | None, number: int) -> list[Line]:
    """What people did; what the week's pattern makes by itself is left out."""
    rows = SessionEntry.objects.filter(session__ward=asked.ward, by__isnull=False)
    rows = cut(rows, "starts_at", ENTRY, asked, after, number)
    return [
        Line(
            place=Place(row.starts_at, ENTRY, row.pk),
            part=row.session.name,
            what=row.state_in_words,
            details=row.what_happened,
            how=row.get_origin_display(),
            by=row.by,
            colour=row.colour,
        )
        for row in rows.select_related("session", "by", "releases")
    ]


def cut(
    rows: QuerySet[Any], field: str, kind: int, asked: Asked, after: Place | None, number: int
) -> QuerySet[Any]:
    """Of one kind, the next so many after a place, of the day that is asked for."""
    if after:
        rows = rows.filter(**{f"{field}__lte": after.at})
        if kind >= after.kind:
            earlier = Q(**{f"{field}__lt": after.at})
            rows = rows.filter(earlier | Q(pk__lt=after.pk) if kind == after.kind else earlier)
    if asked.day:
        begins, ends = (
            timezone.make_aware(datetime.combine(day, time()))
            for day in (asked.day, asked.day + timedelta(days=1))
        )
        rows = rows.filter(**{f"{field}__gte": begins, f"{field}__lt": ends})
    return rows.order_by(f"-{field}", "-pk")[:number]


# In this order the lines of one moment stand, the last kind first.
CONFIRMED, LIMITED, KEPT, ENTRY = range(4)
KINDS: dict[str, tuple[Callable[[Asked, Place | None, int], list[Line]], ...]] = {
    WardKind.INPATIENT: (confirmations, limits, work_on_beds, entries),
    WardKind.SESSIONAL: (confirmations, changes_of_sessions),
}
