"""Reads of all the wards of a provider at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from accounts.models import User
from availability.models import Bed, BedEntry, BedUpload
from availability.queries import as_it_is, current_entries, totals_of
from organisations.models import Unit, Ward


def latest_of(beds: QuerySet[Bed]) -> QuerySet[Any]:
    """The newest written entry of each bed in use, with its person, `now` by the database's clock,
    and `before`, the id of the entry that it follows; 1 query.
    """
    before = BedEntry.objects.filter(bed=OuterRef("bed"), starts_at__lt=OuterRef("starts_at"))
    return (
        current_entries(beds)
        .select_related("bed", "by")
        .annotate(now=Now(), before=Subquery(before.order_by("-starts_at").values("pk")[:1]))
    )


def beds_of(wards: Sequence[Ward]) -> list[BedEntry]:
    """What each bed in use of the wards is now, ward by ward in their order; 1 query."""
    order = {ward.pk: (position, ward) for position, ward in enumerate(wards)}
    beds = Bed.objects.filter(ward__in=order)
    entries = [as_it_is(entry) for entry in current_entries(beds).annotate(now=Now())]
    for entry in entries:
        entry.bed.ward = order[entry.bed.ward_id][1]
    return sorted(entries, key=lambda one: (order[one.bed.ward_id][0], one.bed.position))


def units_of(wards: Iterable[Ward]) -> list[Unit]:
    """The units of wards from `boards_of`, in their order."""
    return list({ward.unit_id: ward.unit for ward in wards}.values())


MOST_WARDS = 10
MOST_BEDS = 150


def pages_of(wards: Sequence[Ward]) -> list[list[Ward]]:
    """Wards from `boards_of` in pages, each of so few wards and beds that a person sees through it.

    There is always one page; a ward is never divided.
    """
    pages: list[list[Ward]] = [[]]
    beds = 0
    for ward in wards:
        number = totals_of(ward).beds
        if pages[-1] and (len(pages[-1]) == MOST_WARDS or beds + number > MOST_BEDS):
            pages.append([])
            beds = 0
        pages[-1].append(ward)
        beds += number
    return pages


def upload_of(person: User) -> BedUpload | None:
    """What the person has uploaded and not saved; 1 query."""
    return BedUpload.objects.filter(person=person).first()
