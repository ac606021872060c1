"""What the wards of a level have now, added up by the database: never ward by ward."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Self

from django.db.models import (
    Case,
    Count,
    F,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from availability.choices import BedState, ClosedReason, DelayReason
from availability.conditions import END_BY_THEMSELVES
from availability.freshness import Limit, past
from availability.models import Bed, BedEntry
from availability.models.wards import COUNTED
from availability.queries import current_entries, free_now
from availability.sessions.free import free_sessions
from availability.words import plural
from organisations.choices import WardKind
from organisations.models import Ward

THIS_WEEK = timedelta(days=6)
# From a ward to the collaboratives that have its provider as member, and are of its service group
NETWORK = "unit__organisation__collaboratives"
# How each column of the totals is called, in the order in which they are shown.
STATE_NAMES: dict[str, str] = {
    "available": "Available",
    "coming": "Available later",
    **{state.value: state.label for state in BedState if state != BedState.AVAILABLE},
}


@dataclass(frozen=True)
class Offer:
    """How many wards there are, what they can offer, and how fresh that is.

    Beds now, and places in sessions of today and the six days after it.
    """

    wards: int = 0
    free: int = 0
    places: int = 0
    fresh: int = 0
    due_soon: int = 0
    stale: int = 0

    def __add__(self, other: Self) -> Self:
        names = [one.name for one in fields(self)]
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def with_beds(self) -> int:
        """Wards that record beds, not sessions."""
        return self.fresh + self.due_soon + self.stale

    @property
    def is_free(self) -> bool:
        return bool(self.free or self.places)

    @property
    def in_words(self) -> str:
        """E.g. '3 free beds', 'No free bed', '2 free beds, 1 free session', 'No wards'."""
        if not self.wards:
            return "No wards"
        beds = plural(self.free, "free bed") if self.free else ""
        sessions = plural(self.places, "free session") if self.places else ""
        none = "No free bed" if self.with_beds else "No free session"
        return ", ".join(filter(None, [beds, sessions])) or none

    @property
    def freshness(self) -> str:
        """E.g. '2 of 12 wards out of date', 'All 3 wards up to date'; '' of no ward with beds."""
        number = self.with_beds
        if number == 1:
            return "Out of date" if self.stale else "Up to date"
        if self.stale:
            return f"{self.stale:,} of {plural(number, 'ward')} out of date"
        return f"All {plural(number, 'ward')} up to date" if number else ""


@dataclass(frozen=True)
class Figures(Offer):
    """The same with the beds by state."""

    available: int = 0
    coming: int = 0
    reserved: int = 0
    occupied: int = 0
    on_leave: int = 0
    preparing: int = 0
    isolated: int = 0
    closed: int = 0

    @property
    def beds(self) -> int:
        """In whatever state."""
        return sum(getattr(self, column) for column in COUNTED)

    @property
    def in_use(self) -> int:
        """Beds with a patient, who may be on leave."""
        return self.occupied + self.on_leave

    @property
    def occupancy(self) -> float | None:
        """Of the beds that are not closed, how many of a hundred have a patient; None of none."""
        return occupancy_of(self.in_use, self.beds - self.closed)

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """Each state's column, its name and how many beds are so."""
        return [(column, name, getattr(self, column)) for column, name in STATE_NAMES.items()]


def occupancy_of(in_use: float, open_beds: float) -> float | None:
    return round(100 * in_use / open_beds, 1) if open_beds else None


def offers_by(wards: QuerySet[Ward], path: str) -> dict[Any, Offer]:
    """What the wards offer, by what `path` leads to, e.g. 'unit__region'; one query."""
    return {row.pop("key"): Offer(**row) for row in offered(wards, path)}


def figures_by(wards: QuerySet[Ward], path: str) -> dict[Any, Figures]:
    """The same with their beds by state; 2 queries.

    What time has made available counts so, written or not, as for a search.
    """
    sums = {column: Coalesce(Sum(f"totals__{column}"), 0) for column in COUNTED}
    found = {row.pop("key"): row for row in offered(wards, path).annotate(**sums)}
    for key, state, number in made_available(wards, path):
        column = "coming" if state == BedState.AVAILABLE else state
        found[key][column] -= number
        found[key]["available"] += number
    return {key: Figures(**row) for key, row in found.items()}


def offered(wards: QuerySet[Ward], path: str) -> QuerySet[Any]:
    """Wards, free beds and freshness, as the search counts them, by key."""
    if path == NETWORK:
        wards = wards.filter(**{f"{path}__service_group": F("service_type__group")})
    today = timezone.localdate()
    this_week = free_sessions(today, today + THIS_WEEK)
    has_beds = Q(kind=WardKind.INPATIENT)
    is_due, is_stale = past(Limit.WARN), past(Limit.STALE)
    return (
        wards.order_by()
        .values(key=F(path))
        .annotate(
            wards=Count("pk"),
            free=Coalesce(Sum(free_now()), 0),
            places=Sum(Case(When(kind=WardKind.SESSIONAL, then=this_week), default=0)),
            fresh=Count("pk", filter=has_beds & ~is_due),
            due_soon=Count("pk", filter=has_beds & is_due & ~is_stale),
            stale=Count("pk", filter=has_beds & is_stale),
        )
    )


def made_available(wards: QuerySet[Ward], path: str) -> Iterable[tuple[Any, str, int]]:
    """What time has made available and nobody has written: by key and by what it was."""
    key = "bed__ward" if path == "pk" else f"bed__ward__{path}"
    of_group = {f"{key}__service_group": F("bed__ward__service_type__group")}
    return (
        entries_in(wards.filter(totals__next_end_at__lte=Now()))
        .filter(
            **(of_group if path == NETWORK else {}),
            state__in=END_BY_THEMSELVES,
            due_at__lte=Now(),
        )
        .values_list(key, "state")
        .annotate(number=Count("pk"))
    )


def entries_in(wards: QuerySet[Ward]) -> QuerySet[BedEntry]:
    """What was last recorded of each bed in use: one look-up in an index for each of them."""
    beds = Bed.objects.filter(ward__in=wards.order_by().values("pk"))
    return current_entries(beds).order_by()


@dataclass(frozen=True)
class Reasons:
    """Why beds are closed, and why patients who are ready for discharge are still there."""

    closed: list[tuple[str, int]] = field(default_factory=list)
    delayed: list[tuple[str, int]] = field(default_factory=list)


def reasons_in(wards: QuerySet[Ward]) -> Reasons:
    """Of the beds now, the most frequent first; one query, one index look-up a bed."""
    rows = (
        entries_in(wards)
        .filter(Q(state=BedState.CLOSED) | ~Q(delay_reason=""))
        .values_list("closed_reason", "delay_reason")
        .annotate(number=Count("pk"))
        .order_by("-number", "closed_reason", "delay_reason")
    )
    closed, delayed = [], []
    for closed_reason, delay_reason, number in rows:
        if delay_reason:
            delayed.append((str(DelayReason(delay_reason).label), number))
        else:
            closed.append((str(ClosedReason(closed_reason).label), number))
    return Reasons(closed, delayed)
