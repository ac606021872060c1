"""Reads of beds, wards and what is free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least, Now
from django.utils import timezone

from accounts.queries import groups_viewable_by, wards_editable_by
from availability.choices import BedState, EntryOrigin
from availability.conditions import END_BY_THEMSELVES, Condition
from availability.models import Bed, BedEntry, WardTotals
from availability.rules import may_undo
from availability.words import Freshness, freshness
from organisations.choices import WardKind
from organisations.models import ServiceType, Ward

THIS_VISIT = timedelta(hours=1)
SHOWN_WITH_WARD = ("unit__organisation", "service_type__group", "totals")


def current_entries(beds: QuerySet[Bed]) -> QuerySet[BedEntry]:
    """What each of the beds in use is now, with the bed; one query, one index look-up a bed."""
    newest = BedEntry.objects.filter(bed=OuterRef("pk")).order_by("-starts_at").values("pk")[:1]
    in_use = beds.filter(retired_at=None).annotate(newest=Subquery(newest))
    return (
        BedEntry.objects.filter(pk__in=in_use.values("newest"))
        .select_related("bed")
        .order_by("bed__position")
    )


def entries_now(beds: QuerySet[Bed]) -> list[BedEntry]:
    """What each of the beds in use is now, also where time has made it so and nobody written it.

    1 query. An entry that is not written has the id of the one that it follows.
    """
    return [as_it_is(entry) for entry in current_entries(beds).annotate(now=Now())]


def as_it_is(entry: Any) -> BedEntry:
    """The entry, or what time has made of it: with `now` by the database's clock."""
    become = Condition.of(entry).at(entry.now)
    if become == Condition.of(entry):
        return entry
    return BedEntry(
        pk=entry.pk,
        bed=entry.bed,
        starts_at=entry.due_at,
        state=become.state,
        origin=EntryOrigin.TIME,
    )


def counted(ward: Ward, entries: Iterable[BedEntry]) -> WardTotals:
    """The totals of these entries, never saved."""
    kept = totals_of(ward)
    totals = WardTotals(ward=ward, confirmed_at=kept.confirmed_at, can_take=kept.can_take)
    for entry in entries:
        totals.count(Condition.of(entry), +1)
    return totals


def free_now(path: str = "totals__") -> Combinable:
    """Of a ward, how many beds it can take patients in now, as an expression.

    What time has made available counts from its moment on, written or not; beyond what the ward
    says that it can take, nothing does.
    """
    newest = BedEntry.objects.filter(bed=OuterRef("bed")).order_by("-starts_at").values("pk")[:1]
    due = (
        BedEntry.objects.filter(
            bed__ward=OuterRef("pk"),
            bed__retired_at=None,
            pk=Subquery(newest),
            state__in=END_BY_THEMSELVES,
            due_at__lte=Now(),
        )
        .order_by()
        .values("bed__ward")
        .annotate(number=Count("pk"))
        .values("number")
    )
    ended = Case(
        When(Q(**{f"{path}next_end_at__lte": Now()}), then=Coalesce(Subquery(due), 0)), default=0
    )
    free = F(f"{path}available") + ended
    return Least(free, F(f"{path}can_take"), output_field=IntegerField())


def boards_of(user: Any) -> QuerySet[Ward]:
    """The wards whose beds the person may change, with all that a list of them shows."""
    return (
        wards_editable_by(user)
        .filter(kind=WardKind.INPATIENT)
        .select_related(*SHOWN_WITH_WARD)
        .order_by("unit__organisation__name", "unit__name", "name", "pk")
    )


def beds_editable_by(user: Any) -> QuerySet[Bed]:
    """The beds in use that the person may change, with their wards."""
    return Bed.objects.filter(
        retired_at=None, ward__in=wards_editable_by(user).filter(kind=WardKind.INPATIENT)
    ).select_related("ward__unit__organisation")


def types_viewable_by(user: Any) -> QuerySet[ServiceType]:
    """The service types in whose wards the person may search, with their groups.

    `is_of_interest`: the person has chosen the group (ERN-06).
    """
    chosen = user.groups_of_interest.through.objects.filter(
        user=user, servicegroup=OuterRef("group")
    )
    types = ServiceType.objects.filter(group__in=groups_viewable_by(user))
    return types.select_related("group").annotate(is_of_interest=Exists(chosen))


def wards_where_time_passed() -> list[int]:
    """The ids of the wards where a bed has become available by itself, unwritten."""
    return list(WardTotals.objects.filter(next_end_at__lte=Now()).values_list("pk", flat=True))


def totals_of(ward: Ward) -> WardTotals:
    """The ward's running totals; zeros for one without beds."""
    return getattr(ward, "totals", None) or WardTotals(ward=ward)


def freshness_of(ward: Ward) -> Freshness:
    return freshness(totals_of(ward).confirmed_at, ward.service_type.group)


@dataclass(frozen=True)
class Board:
    """A ward as its board shows it to one person."""

    ward: Ward
    totals: WardTotals
    freshness: Freshness
    entries: list[BedEntry]
    newest_entry: int
    confirmation: str
    undoable: frozenset[int]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many beds are what: the usual states always, the others where there are some."""
        usual = (BedState.AVAILABLE, BedState.OCCUPIED, BedState.CLOSED)
        found = [(state, str(state.label), getattr(self.totals, state)) for state in BedState]
        shown = [(label, number) for state, label, number in found if number or state in usual]
        later = [("Available later", self.totals.coming)] if self.totals.coming else []
        return [*shown[:1], *later, *shown[1:]]


def board_of(ward: Ward, user: Any) -> Board:
    """The beds of a ward from `boards_of`; one query."""
    entries = entries_now(Bed.objects.filter(ward=ward))
    totals = counted(ward, entries)
    from_then = timezone.now() - THIS_VISIT
    if totals.confirmed_at:
        from_then = max(from_then, totals.confirmed_at)
    changed_some = any(
        entry.by_id == user.pk and entry.origin == EntryOrigin.BOARD and entry.starts_at > from_then
        for entry in entries
    )
    return Board(
        ward=ward,
        totals=totals,
        freshness=freshness_of(ward),
        entries=entries,
        newest_entry=max((entry.pk for entry in entries), default=0),
        confirmation="Everything else is unchanged" if changed_some else "Nothing has changed",
        undoable=frozenset(entry.pk for entry in entries if not may_undo(entry, user)),
    )


def entry_of(bed: Bed) -> BedEntry:
    """What a bed in use is now."""
    (entry,) = entries_now(Bed.objects.filter(pk=bed.pk))
    return entry
