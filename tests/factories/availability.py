"""Wards with beds, brought to their state through the services."""

from accounts.choices import Capability
from availability.choices import BedState
from availability.models import Bed, BedEntry
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


def change(bed: Bed, state: str, *, by, closed_reason: str = "") -> BedEntry:
    """A change by somebody who sees the bed as it is."""
    return change_bed(
        bed=bed, state=state, closed_reason=closed_reason, seen_entry=newest(bed).pk, by=by
    )
