"""Reads of a ward as it once stood, and of whose history a person may read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from accounts.queries import histories_readable_by, wards_editable_by
from availability.choices import BedState
from availability.conditions import Condition
from availability.models import (
    Bed,
    BedEntry,
    BedUpkeep,
    IntakeLimit,
    SessionEntry,
    WardConfirmation,
    WardTotals,
)
from availability.queries import as_it_is
from availability.sessions.queries import sessions_between
from availability.upkeep.choices import Work
from organisations.models import Ward

A_WEEK = timedelta(days=6)
USUAL = (BedState.AVAILABLE, BedState.OCCUPIED, BedState.CLOSED)


def histories_of(user: Any) -> QuerySet[Ward]:
    """The wards, with beds or sessions, whose history the person may read, with their places."""
    return histories_readable_by(user).select_related("unit__organisation")


def beds_with_history_for(user: Any) -> QuerySet[Bed]:
    """The beds, retired ones too, whose history the person may read."""
    beds = Bed.objects.filter(ward__in=histories_of(user))
    return beds.select_related("ward__unit__organisation")


def may_edit(user: Any, ward: Ward) -> bool:
    """Whether the ward's board opens to the person: 1 query."""
    return wards_editable_by(user).filter(pk=ward.pk).exists()


@dataclass(frozen=True)
class BedThen:
    """A bed as it was at a moment, by the name that it had."""

    name: str
    entry: BedEntry


@dataclass(frozen=True)
class WardThen:
    """A ward as it stood at a moment. `recorded_from` is set where nothing was recorded yet."""

    moment: datetime
    beds: list[BedThen]
    counts: list[tuple[str, int]]
    can_take: int | None
    confirmation: WardConfirmation | None
    recorded_from: datetime | None


def ward_at(ward: Ward, moment: datetime) -> WardThen:
    """What every bed was, by itself too, and what was said of the ward: 4 queries, 5 where nothing
    was recorded yet."""
    work = list(BedUpkeep.objects.filter(bed__ward=ward).order_by("at", "pk"))
    beds = [
        BedThen(name_then(entry.bed, work, moment), as_it_is(entry))
        for entry in entries_at(ward, moment)
        if not was_retired(entry.bed, work, moment)
    ]
    limits = IntakeLimit.objects.filter(ward=ward, at__lte=moment)
    limit = limits.order_by("-at", "-pk").first()
    first = BedEntry.objects.filter(bed__ward=ward)
    return WardThen(
        moment=moment,
        beds=beds,
        counts=counts_of([bed.entry for bed in beds]),
        can_take=limit.can_take if limit else None,
        confirmation=confirmation_at(ward, moment),
        recorded_from=None if beds else first.aggregate(first=Min("starts_at"))["first"],
    )


@dataclass(frozen=True)
class SessionsThen:
    """A sessional ward as it stood at a moment: the week of sessions that began with its day."""

    moment: datetime
    entries: list[SessionEntry]
    confirmation: WardConfirmation | None


def sessions_at(ward: Ward, moment: datetime) -> SessionsThen:
    """What each session of the seven days from then on was known to be: 2 queries."""
    first = timezone.localtime(moment).date()
    newest = SessionEntry.objects.filter(session=OuterRef("pk"), starts_at__lte=moment)
    sessions = sessions_between(ward.pk, first, first + A_WEEK).annotate(
        newest=Subquery(newest.order_by("-starts_at").values("pk")[:1])
    )
    entries = (
        SessionEntry.objects.filter(pk__in=sessions.values("newest"))
        .filter(Q(capacity__gt=0) | ~Q(closed_reason=""))
        .select_related("session")
        .order_by("session__begins_at")
    )
    return SessionsThen(moment, list(entries), confirmation_at(ward, moment))


def confirmation_at(ward: Ward, moment: datetime) -> WardConfirmation | None:
    """The last one until then, with who said so."""
    said = WardConfirmation.objects.filter(ward=ward, at__lte=moment).select_related("by")
    return said.order_by("-at", "-pk").first()


def entries_at(ward: Ward, moment: datetime) -> QuerySet[Any]:
    """The newest entry of each bed at a moment, which stands there as `now`: 1 query."""
    newest = BedEntry.objects.filter(bed=OuterRef("pk"), starts_at__lte=moment)
    beds = Bed.objects.filter(ward=ward).annotate(
        newest=Subquery(newest.order_by("-starts_at").values("pk")[:1])
    )
    return (
        BedEntry.objects.filter(pk__in=beds.values("newest"))
        .annotate(now=Value(moment, DateTimeField()))
        .select_related("bed")
        .order_by("bed__position", "bed")
    )


def was_retired(bed: Bed, work: list[BedUpkeep], moment: datetime) -> bool:
    """By the ward's whole upkeep, in the order of time."""
    ends = [one for one in work if one.bed_id == bed.pk and one.what != Work.RENAMED]
    if not ends:
        return bed.retired_at is not None and bed.retired_at <= moment
    latest = [one for one in ends if one.at <= moment]
    return bool(latest) and latest[-1].what == Work.RETIRED


def name_then(bed: Bed, work: list[BedUpkeep], moment: datetime) -> str:
    later = (one for one in work if one.bed_id == bed.pk and one.at > moment)
    renamed = next((one for one in later if one.what == Work.RENAMED), None)
    return renamed.was_name if renamed else bed.name


def counts_of(entries: list[BedEntry]) -> list[tuple[str, int]]:
    """How many beds were what: the usual states always, the others where there were some."""
    totals = WardTotals()
    for entry in entries:
        totals.count(Condition.of(entry), +1)
    found = [(state, str(state.label), getattr(totals, state)) for state in BedState]
    shown = [(label, number) for state, label, number in found if number or state in USUAL]
    return [
        *shown[:1],
        *([("Available later", totals.coming)] if totals.coming else []),
        *shown[1:],
    ]
