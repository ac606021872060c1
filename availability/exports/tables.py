"""The tables that people and programs take: what each is called, asks for and holds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.urls import reverse

from accounts.queries import groups_viewable_by
from availability.choices import ClosedReason, DelayReason
from availability.exports.forms import DaysForm, ExportForm, QuarterForm
from availability.exports.periods import Quarter
from availability.models import Session, WardDay
from availability.models.wards import COUNTED
from availability.sessions.plan import day_begins
from availability.sessions.queries import shown

# Of the classes of MHSDS v6 (admitted patient classification), those for people with a learning
# disability, which KH03 counts as a sector of its own.
LEARNING_DISABILITY = {"205", "213", "306", "307", "310"}
# KH03's available beds are those open overnight, with or without a patient.
OPEN = [column for column in COUNTED if column != "closed"]
BATCH = 1000

Given = Callable[[Any, date, date], Iterable[Iterable[Any]]]


@dataclass(frozen=True)
class Table:
    """`rows` gives those of a person's service groups for the days of a period."""

    key: str
    title: str
    text: str
    form: type[ExportForm]
    columns: tuple[str, ...]
    rows: Given

    @property
    def url(self) -> str:
        return reverse(f"availability:{self.url_name}")

    @property
    def url_name(self) -> str:
        return f"export_{self.key.replace('-', '_')}"


def days_of(user: Any, first: date, last: date) -> QuerySet[WardDay]:
    """Of the person's service groups, the days of wards, whether they are open still or not."""
    return WardDay.objects.filter(
        day__range=(first, last), ward__service_type__group__in=groups_viewable_by(user)
    )


def summed(columns: Iterable[str]) -> Any:
    """Over all days, the beds in any of the columns, as an expression."""
    total: Any = None
    for column in columns:
        total = F(column) if total is None else total + F(column)
    return Coalesce(Sum(total), 0)


KH03_COLUMNS = (
    "Year",
    "Period end",
    "Region code",
    "Org code",
    "Org name",
    "Available total",
    "Available mental illness",
    "Available learning disabilities",
    "Occupied total",
    "Occupied mental illness",
    "Occupied learning disabilities",
    "% occupied total",
    "Days counted",
)


def kh03(user: Any, first: date, last: date) -> Iterator[list[Any]]:
    """For each provider, the mean of the days of a quarter. 2 queries."""
    quarter = Quarter.of(first)
    number = WardDay.objects.filter(day__range=(first, last)).aggregate(
        days=Count("day", distinct=True)
    )["days"]
    provider = "ward__unit__organisation__"
    names = ("region__code", "ods_code", "name")
    days = days_of(user, first, last)
    parts = (
        days.values(*(f"{provider}{name}" for name in names), "ward__service_type__mhsds_code")
        .annotate(open=summed(OPEN), taken=summed(["occupied", "isolated"]))
        .order_by(f"{provider}ods_code")
    )
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for part in parts:
        key = tuple(part[f"{provider}{name}"] or "" for name in names)
        counts = found.setdefault(key, dict.fromkeys(("mi", "ld", "mi_taken", "ld_taken"), 0))
        sector = "ld" if part["ward__service_type__mhsds_code"] in LEARNING_DISABILITY else "mi"
        counts[sector] += part["open"]
        counts[f"{sector}_taken"] += part["taken"]
    for key, counts in found.items():
        beds, taken = counts["mi"] + counts["ld"], counts["mi_taken"] + counts["ld_taken"]
        figures = (beds, counts["mi"], counts["ld"], taken, counts["mi_taken"], counts["ld_taken"])
        means = [round(figure / number, 1) for figure in figures]
        percent = round(100 * taken / beds, 1) if beds else ""
        yield [quarter.financial_year, last.isoformat(), *key, *means, percent, number]


PLACES = (
    "Region code",
    "Provider code",
    "Provider",
    "Site code",
    "Site",
    "Ward number",
    "Ward",
    "Service group",
    "Service type",
    "MHSDS class",
)
PLACE_FIELDS = (
    "ward__unit__region__code",
    "ward__unit__organisation__ods_code",
    "ward__unit__organisation__name",
    "ward__unit__ods_code",
    "ward__unit__name",
    "ward_id",
    "ward__name",
    "ward__service_type__group__name",
    "ward__service_type__name",
    "ward__service_type__mhsds_code",
)
# Where they stand in a row, and what comes after the place
WARD, DAY = PLACE_FIELDS.index("ward_id"), len(PLACE_FIELDS)

BED_DAYS_COLUMNS = (
    *PLACES,
    "From",
    "To",
    "Days counted",
    "Bed days",
    "Available bed days",
    "Occupied bed days",
    "Closed bed days",
    *(f"Closed: {reason.label.lower()}" for reason in ClosedReason),
    "Delayed discharge days",
)


def counted_in(column: str, key: str) -> Any:
    """Over all days, what a column of counts by reason has for one of them."""
    return Coalesce(Sum(Cast(KeyTextTransform(key, column), IntegerField())), 0)


def bed_days(user: Any, first: date, last: date) -> Iterator[list[Any]]:
    """For each ward, the days of its beds in a period. 1 query."""
    days = days_of(user, first, last)
    reasons = {f"closed_{reason}": counted_in("closed_reasons", reason) for reason in ClosedReason}
    wards = (
        days.values_list(*PLACE_FIELDS)
        .annotate(
            number=Count("pk"),
            every=summed(COUNTED),
            open=summed(OPEN),
            taken=summed(["occupied", "isolated"]),
            shut=summed(["closed"]),
            **reasons,
            waiting=summed(["delayed"]),
        )
        .order_by(*PLACE_FIELDS[1:7])
    )
    for ward in wards:
        yield [*filled(ward[:DAY]), first.isoformat(), last.isoformat(), *ward[DAY:]]


WARD_DAYS_COLUMNS = (
    *PLACES,
    "Day",
    *(f"Beds: {column.replace('_', ' ')}" for column in COUNTED),
    *(f"Closed: {reason.label.lower()}" for reason in ClosedReason),
    "Delayed discharges",
    *(f"Delayed: {reason}" for reason in DelayReason.values),
    "Can take",
)


def ward_days(user: Any, first: date, last: date) -> Iterator[list[Any]]:
    """Each ward at the end of each day, by day. A query for every thousand rows."""
    days = days_of(user, first, last).order_by("day", "ward_id")
    fields = (*COUNTED, "closed_reasons", "delayed", "delay_reasons", "can_take")
    found = days.values_list(*PLACE_FIELDS, "day", *fields)
    yield from map(cells_of_day, in_batches(found))


def in_batches(found: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of PLACE_FIELDS, `day` and others, which stand by day and ward."""
    batch = list(found[:BATCH])
    yield from batch
    while len(batch) == BATCH:
        day, ward = batch[-1][DAY], batch[-1][WARD]
        later = Q(day=day, ward_id__gt=ward) | Q(day__gt=day)
        batch = list(found.filter(later)[:BATCH])
        yield from batch


def cells_of_day(row: tuple[Any, ...]) -> list[Any]:
    day, *counts, closed, delayed, delays, can_take = row[DAY:]
    return [
        *filled(row[:DAY]),
        day.isoformat(),
        *counts,
        *(closed.get(reason, 0) for reason in ClosedReason.values),
        delayed,
        *(delays.get(reason, 0) for reason in DelayReason.values),
        "" if can_take is None else can_take,
    ]


SESSIONS_COLUMNS = (
    *PLACES,
    "Day",
    "Sessions held",
    "Places",
    "Booked places",
    "Free places",
    "Sessions closed",
    *(f"Closed: {reason.label.lower()}" for reason in ClosedReason),
)


def sessions(user: Any, first: date, last: date) -> Iterator[list[Any]]:
    """Each ward with sessions on each day that has some, as they are recorded now: those of past
    days as they were held, those to come as they are planned and booked. A query for every
    thousand rows.
    """
    begins, ends = day_begins(first), day_begins(last + timedelta(1))
    of_groups = Session.objects.filter(
        ward__service_type__group__in=groups_viewable_by(user),
        begins_at__gte=begins,
        begins_at__lt=ends,
    )
    reasons = {
        f"closed_{reason}": Count("pk", filter=Q(closed_reason=reason)) for reason in ClosedReason
    }
    found = (
        shown(of_groups)
        .annotate(day=TruncDate("begins_at"))
        .values_list(*PLACE_FIELDS, "day")
        .annotate(
            held=Count("pk", filter=Q(capacity__gt=0)),
            places=Sum("capacity"),
            taken=Sum("booked"),
            left=Sum(F("capacity") - F("booked")),
            shut=Count("pk", filter=Q(capacity=0)),
            **reasons,
        )
        .order_by("day", "ward_id")
    )
    for row in in_batches(found):
        yield [*filled(row[:DAY]), row[DAY].isoformat(), *row[DAY + 1 :]]


def filled(cells: Iterable[Any]) -> list[Any]:
    return ["" if cell is None else cell for cell in cells]


KH03 = Table(
    "kh03",
    "Bed days for KH03",
    "For each provider and quarter, the mean number of beds available and occupied overnight, by "
    "sector.",
    QuarterForm,
    KH03_COLUMNS,
    kh03,
)
BED_DAYS = Table(
    "bed-days",
    "Available and closed bed days for MHSDS",
    "For each ward and period, with service type code and why beds were closed.",
    DaysForm,
    BED_DAYS_COLUMNS,
    bed_days,
)
WARD_DAYS = Table(
    "ward-days",
    "Wards day by day",
    "Each ward as it stood at the end of each day: beds by state, closures and delayed discharges.",
    DaysForm,
    WARD_DAYS_COLUMNS,
    ward_days,
)
SESSIONS = Table(
    "sessions",
    "Sessions day by day",
    "Each ward with sessions: how many are held each day, how many places are booked and free, and "
    "why others are closed. Days to come are there, too.",
    DaysForm,
    SESSIONS_COLUMNS,
    sessions,
)
TABLES = (KH03, BED_DAYS, WARD_DAYS, SESSIONS)
