"""Wards with beds, brought to their state through the services."""

from datetime import timedelta

from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState, EntryOrigin
from availability.conditions import Condition
from availability.models import Bed, BedEntry, WardTotals
from availability.services import add_beds, change_bed
from tests.factories.accounts import grant, person
from tests.factories.organisations import WardFactory


def ward_with_beds(number: int = 3, free: int = 0, **fields):
    """A ward of so many beds, all occupied but the first `free`."""
    ward = WardFactory(**fields)
    beds = add_beds(ward=ward, number=number, by=None)
    for bed in beds[:free]:
        change(bed, BedState.AVAILABLE, by=bed_manager(ward))
    return ward


def bed_manager(ward):
    """Bella Beds, who edits the ward's whole organisation."""
    bella = person("bella.beds")
    organisation = ward.unit.organisation
    if not bella.grants.filter(organisation=organisation).exists():
        grant(bella, Capability.AVAILABILITY_EDIT, organisation=organisation)
    return bella


def newest(bed: Bed) -> BedEntry:
    return bed.entries.latest("starts_at")


def change(bed: Bed, state: str, *, by, **details) -> BedEntry:
    """A change by somebody who sees the bed as it is."""
    return change_bed(bed=bed, state=state, seen_entry=newest(bed).pk, by=by, **details)


def bed_since(ward, *past, name: str = "Bed 1") -> Bed:
    """A bed with a past: each (hours ago, state, details), the oldest first; totals are kept."""
    now = timezone.now()
    bed = Bed.objects.create(ward=ward, name=name, position=1 + ward.beds.count())
    totals, _ = WardTotals.objects.get_or_create(ward=ward)
    for hours, state, details in past:
        BedEntry.objects.create(
            bed=bed,
            starts_at=now - timedelta(hours=hours),
            state=state,
            by=None,
            origin=EntryOrigin.SETUP,
            **details,
        )
    is_now = Condition(past[-1][1], **past[-1][2])
    totals.count(is_now, +1)
    if is_now.ends_at:
        totals.next_end_at = min(filter(None, [totals.next_end_at, is_now.ends_at]))
    totals.save()
    return bed
