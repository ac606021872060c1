"""Reads of beds, wards and what is free."""

from django.db.models import OuterRef, QuerySet, Subquery

from availability.models import Bed, BedEntry


def current_entries(beds: QuerySet[Bed]) -> QuerySet[BedEntry]:
    """What each of the beds in use is now, with the bed; one query, one index look-up a bed."""
    newest = BedEntry.objects.filter(bed=OuterRef("pk")).order_by("-starts_at").values("pk")[:1]
    in_use = beds.filter(retired_at=None).annotate(newest=Subquery(newest))
    return (
        BedEntry.objects.filter(pk__in=in_use.values("newest"))
        .select_related("bed")
        .order_by("bed__position")
    )
