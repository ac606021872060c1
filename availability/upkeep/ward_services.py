"""Writes of wards: added, changed, retired, reopened.

Lock order: the organisation, so that names stay single in its units and it does not close
meanwhile; then the ward. Who retires a ward takes the ward's totals first, and no organisation:
who adds beds holds those while the database looks whether the organisation is open.
"""

from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.queries import units_editable_by
from availability.models import Bed
from availability.queries import current_entries
from availability.services import lock_totals, refuse_unless_editable
from availability.upkeep.details import Details, details_of, put_into
from availability.upkeep.services import TAKEN
from availability.words import plural
from core.audit import record
from core.errors import Conflict, DomainError
from core.patients import has_nhs_number
from organisations.choices import WardKind
from organisations.closing import is_closed
from organisations.models import Feature, Organisation, Unit, Ward

FREE_TEXTS = ("name", "referral_hours", "referral_instructions")


class DetailsChanged(Conflict):
    """Somebody else has changed the ward's details since they were shown."""


@transaction.atomic
def add_ward(*, unit: Unit, details: Details, by: User) -> Ward:
    """A new ward of a unit, without beds. The same once more gives the ward that there is.

    Conflict if the unit has an open ward of that name; DomainError without the right on the unit,
    or for details that do not fit each other.
    """
    lock_organisation(unit)
    refuse_unless_kept(unit, by)
    refuse_what_does_not_fit(details)
    same = named_in(unit, details["name"])
    if same and details_of(same) == details:
        return same
    if same:
        raise Conflict(f"{unit.name} has a ward called {same.name} already.")
    ward = Ward(unit=unit)
    put_into(ward, details)
    with pghistory.context(source="upkeep", user=by.pk):
        ward.save()
        ward.features.set(details["features"])
    record("ward.added", by=by, target=ward, **features_changed([], details["features"]))
    return ward


@transaction.atomic
def change_ward(*, ward: Ward, details: Details, shown: Details, by: User) -> Ward:
    """Give a ward other details; `shown` are those that the person decided on.

    DetailsChanged if they are others by now; Conflict if the unit has another open ward of that
    name. What is so already changes nothing. What a ward is for, beds or sessions, never changes.
    """
    lock_organisation(ward.unit)
    kept = Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)
    refuse_unless_editable(kept.pk, by)
    details = {**details, "kind": kept.kind}
    refuse_what_does_not_fit(details)
    now = details_of(kept)
    if now == details:
        return kept
    if now != shown:
        raise DetailsChanged("A colleague has changed this ward while you had the page open.")
    other = named_in(kept.unit, details["name"], but=kept)
    if other:
        raise Conflict(f"{kept.unit.name} has another ward called {other.name}.")
    put_into(kept, details)
    with pghistory.context(source="upkeep", user=by.pk):
        kept.save()
        kept.features.set(details["features"])
    record(
        "ward.details_changed",
        by=by,
        target=kept,
        fields=[name for name in now if now[name] != details[name]],
        **features_changed(now["features"], details["features"]),
    )
    return kept


@transaction.atomic
def close_ward(*, ward: Ward, by: User, anyway: bool = False) -> Ward:
    """Retire a ward from today on; its history is kept. One that is closed stays as it is.

    DomainError without the right on its unit, or if beds are taken, unless `anyway`.
    """
    if ward.kind == WardKind.INPATIENT:
        lock_totals(ward.pk)
    refuse_unless_kept(ward.unit, by)
    kept = Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)
    if is_closed(kept):
        return kept
    taken = taken_in(kept)
    if taken and not anyway:
        raise DomainError(f"{plural(taken, 'bed')} of this ward {is_or_are(taken)} taken.")
    kept.closed_on = timezone.localdate()
    with pghistory.context(source="upkeep", user=by.pk):
        kept.save(update_fields=["closed_on"])
    record("ward.closed", by=by, target=kept, taken=taken)
    return kept


@transaction.atomic
def reopen_ward(*, ward: Ward, by: User) -> Ward:
    """Take a closed ward into use again, as it was. One that is open stays as it is.

    Conflict if the unit has another open ward of its name by now.
    """
    lock_organisation(ward.unit)
    refuse_unless_kept(ward.unit, by)
    kept = Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)
    if kept.closed_on is None:
        return kept
    other = named_in(kept.unit, kept.name, but=kept)
    if other:
        raise Conflict(f"{kept.unit.name} has another ward called {other.name} by now.")
    kept.closed_on = None
    with pghistory.context(source="upkeep", user=by.pk):
        kept.save(update_fields=["closed_on"])
    record("ward.reopened", by=by, target=kept)
    return kept


def lock_organisation(unit: Unit) -> None:
    Organisation.objects.select_for_update(no_key=True).get(pk=unit.organisation_id)


def refuse_unless_kept(unit: Unit, by: User) -> None:
    if not units_editable_by(by).filter(pk=unit.pk).exists():
        raise DomainError("You cannot add or retire wards here.")


def named_in(unit: Unit, name: str, *, but: Ward | None = None) -> Ward | None:
    """The ward of the unit that is not closed and has the name, however its letters are written."""
    wards = Ward.objects.filter(unit=unit, name__iexact=name, closed_on=None)
    return (wards.exclude(pk=but.pk) if but else wards).first()


def taken_in(ward: Ward) -> int:
    """How many beds of a ward somebody has, or is to have: 1 query."""
    return current_entries(Bed.objects.filter(ward=ward)).filter(state__in=TAKEN).count()


def is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"


def refuse_what_does_not_fit(details: Details) -> None:
    """What the database insists on, in words. Raises DomainError."""
    oldest = details["maximum_age"]
    if oldest is not None and oldest < details["minimum_age"]:
        raise DomainError("The oldest age cannot be below the youngest.")
    has_beds = details["kind"] == WardKind.INPATIENT
    if (details["commissioned_beds"] is None) == has_beds:
        raise DomainError("A ward with beds has commissioned beds, and no other has.")
    if (details["sessions_a_day"] is None) != has_beds:
        raise DomainError("A ward with sessions has sessions a day, and no other has.")
    if any(has_nhs_number(details[name]) for name in FREE_TEXTS):
        raise DomainError("Remove the NHS number. Nothing about a patient may be entered here.")


def features_changed(before: list[int], after: list[int]) -> dict[str, Any]:
    """For the trail, by their codes; nothing where nothing changed."""
    codes = dict(Feature.objects.values_list("pk", "code")) if before != after else {}
    found = {
        "features_added": sorted(codes[key] for key in set(after) - set(before)),
        "features_removed": sorted(codes[key] for key in set(before) - set(after)),
    }
    return {name: changed for name, changed in found.items() if changed}
