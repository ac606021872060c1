"""Reads of beds, wards and what is free."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.queries import groups_viewable_by, wards_editable_by
from availability.choices import EntryOrigin
from availability.models import Bed, BedEntry, WardTotals
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


def board_of(ward: Ward, user: Any) -> Board:
    """The beds of a ward from `boards_of`; one query."""
    entries = list(current_entries(Bed.objects.filter(ward=ward)))
    totals = totals_of(ward)
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
    )


def entry_of(bed: Bed) -> BedEntry:
    """What a bed in use is now."""
    return current_entries(Bed.objects.filter(pk=bed.pk)).get()
