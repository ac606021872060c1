"""Reads for who keeps beds and wards."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.queries import units_editable_by, wards_editable_by
from availability.models import Bed, BedEntry, BedUpkeep, WardTotals
from availability.queries import entries_now, totals_of
from availability.searching.cards import Result, found_of, result_of
from availability.searching.criteria import Criteria
from availability.upkeep.choices import Work
from availability.upkeep.details import Details, Names, put_into
from organisations.choices import WardKind
from organisations.closing import is_closed
from organisations.models import Unit, Ward
from organisations.postcodes import Place


def beds_kept_by(user: Any) -> QuerySet[Bed]:
    """The beds, in use or retired, of the wards that the person may change, with their places."""
    wards = wards_editable_by(user).filter(kind=WardKind.INPATIENT)
    return Bed.objects.filter(ward__in=wards).select_related("ward__unit__organisation")


@dataclass(frozen=True)
class KeptBeds:
    """The beds of a ward: those in use with what they are, in their order, and those retired."""

    in_use: list[BedEntry]
    retired: list[Bed]


def beds_of(ward: Ward) -> KeptBeds:
    """2 queries."""
    beds = Bed.objects.filter(ward=ward)
    ended = BedUpkeep.objects.filter(bed=OuterRef("pk"), what=Work.RETIRED).order_by("-at")
    retired = beds.filter(retired_at__isnull=False).annotate(
        reason=Subquery(ended.values("reason")[:1])
    )
    return KeptBeds(entries_now(beds), list(retired.order_by("-retired_at", "pk")))


@dataclass(frozen=True)
class KeptUnit:
    """A unit with its wards as somebody keeps them; `is_whole`: wards can be added and retired."""

    unit: Unit
    is_whole: bool
    open: list[Ward]
    closed: list[Ward]


def wards_kept_by(user: Any) -> QuerySet[Ward]:
    """The wards that the person can retire or reopen: all of the units that they edit."""
    return Ward.objects.filter(unit__in=units_editable_by(user)).select_related(
        "unit__organisation"
    )


def kept_units(user: Any) -> list[KeptUnit]:
    """Where the person keeps wards, closed ones too: 2 queries."""
    whole = {unit.pk: unit for unit in in_order(units_editable_by(user))}
    wards = Ward.objects.filter(Q(pk__in=wards_editable_by(user)) | Q(unit__in=whole))
    found: dict[int, KeptUnit] = {
        pk: KeptUnit(unit, is_whole=True, open=[], closed=[]) for pk, unit in whole.items()
    }
    for ward in wards.select_related("unit__organisation", "service_type").order_by("name", "pk"):
        kept = found.setdefault(
            ward.unit_id, KeptUnit(ward.unit, is_whole=False, open=[], closed=[])
        )
        (kept.closed if is_closed(ward) else kept.open).append(ward)
    return list(found.values())


def in_order(units: QuerySet[Unit]) -> QuerySet[Unit]:
    return units.select_related("organisation").order_by("organisation__name", "name", "pk")


def preview_of(ward: Ward, details: Details, names: Names) -> Result:
    """The card that searchers would see of a ward with these details; nothing is saved."""
    shown: Any = copy(ward)
    put_into(shown, details)
    shown.service_type = names.types[details["service_type"]]
    kept = totals_of(ward)
    free = kept.available if kept.can_take is None else min(kept.available, kept.can_take)
    shown.totals = WardTotals(
        ward=shown, confirmed_at=kept.confirmed_at, confirmed_by_id=kept.confirmed_by_id
    )
    unit = ward.unit
    here = Place(unit.postcode, unit.latitude, unit.longitude, "unit", unit.region_id)
    # A searcher's distance, and whose patients usually go there, depend on who searches.
    return result_of(found_of(shown, free=free, near=0), Criteria(here), "", 1)
