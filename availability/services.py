"""Writes of beds and wards.

Lock order: the ward's WardTotals row, and nothing else. Every write takes it before it reads what
it decides on, so that what happens in one ward happens one after the other.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Model
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from accounts.queries import may_administer, wards_editable_by
from availability.choices import BedState, ClosedReason, EntryOrigin
from availability.models import Bed, BedEntry, WardConfirmation, WardTotals
from availability.queries import current_entries
from availability.words import clock
from core.audit import record
from core.errors import Conflict, DomainError
from organisations.models import Ward

REPEATED_WITHIN = timedelta(minutes=1)
RESOLUTION = timedelta(microseconds=1)
MOST_BEDS_AT_ONCE = 200


@transaction.atomic
def change_bed(
    *, bed: Bed, state: str, closed_reason: str = "", seen_entry: int, by: User
) -> BedEntry:
    """Record what a bed is from now on; gives the entry that now stands.

    `seen_entry` is the id of the entry that the person decided on. Asking for what already is
    changes nothing. Conflict if the bed has changed since; DomainError without the right or with a
    reason that does not fit the state.
    """
    state = BedState(state)
    if state == BedState.CLOSED and closed_reason not in ClosedReason.values:
        raise DomainError("Choose why the bed is closed.")
    if state != BedState.CLOSED and closed_reason:
        raise DomainError("Only a closed bed has a reason for being closed.")

    totals = lock_totals(bed.ward_id)
    refuse_unless_editable(bed.ward_id, by)
    latest = current_entries(Bed.objects.filter(pk=bed.pk)).annotate(now=Now()).first()
    if latest is None:
        raise DomainError(f"{bed.name} is no longer in use.")
    if (latest.state, latest.closed_reason) == (state, closed_reason):
        return latest
    if latest.pk != seen_entry:
        raise Conflict(changed_meanwhile(latest, bed, by))

    entry = BedEntry.objects.create(
        bed=bed,
        # The clock may step back; the newest entry is the newest all the same.
        starts_at=max(latest.now, latest.starts_at + RESOLUTION),
        state=state,
        closed_reason=closed_reason,
        by=by,
        origin=EntryOrigin.BOARD,
    )
    totals.count(latest.state, -1)
    totals.count(state, +1)
    totals.changed_at = entry.starts_at
    totals.save()
    record(
        "bed.changed",
        by=by,
        target=bed,
        was=latest.state,
        state=state,
        closed_reason=closed_reason,
    )
    return entry


@transaction.atomic
def confirm_ward(*, ward: Ward, by: User, seen_entry: int | None = None) -> WardTotals:
    """Record that nothing (else) has changed in the whole ward: its freshness counts from now.

    `seen_entry` is the newest entry's id among the beds that the person saw; Conflict if a bed has
    changed since. Once more within a minute by the same person records nothing.
    """
    refuse_unless_editable(ward.pk, by)
    totals = lock_totals(ward.pk)
    entries = current_entries(Bed.objects.filter(ward=ward))
    latest = max(entries, key=lambda entry: entry.pk, default=None)
    if latest is None:
        raise DomainError("This ward has no beds to confirm.")
    if seen_entry is not None and latest.pk > seen_entry:
        raise Conflict(changed_meanwhile(latest, latest.bed, by))
    if totals.confirmed_at and totals.confirmed_by_id == by.pk:
        a_moment_ago = max(latest.starts_at, timezone.now() - REPEATED_WITHIN)
        if totals.confirmed_at > a_moment_ago:
            return totals
    confirmation = WardConfirmation.objects.create(ward=ward, by=by)
    totals.confirmed_at, totals.confirmed_by = confirmation.at, by
    totals.save()
    record("ward.confirmed", by=by, target=ward)
    return totals


@transaction.atomic
def add_beds(
    *,
    ward: Ward,
    number: int,
    by: User | None,
    state: str = BedState.OCCUPIED,
    closed_reason: str = "",
) -> list[Bed]:
    """Set up further beds, "Bed 1" and on, each with its first entry; `by` None is the service.

    A new bed is occupied or closed: nobody has said yet that it can take a patient.
    """
    if by is not None and not may_administer(by):
        refuse_unless_editable(ward.pk, by)
    if not 1 <= number <= MOST_BEDS_AT_ONCE:
        raise DomainError(f"Add between 1 and {MOST_BEDS_AT_ONCE} beds at a time.")
    if state not in (BedState.OCCUPIED, BedState.CLOSED):
        raise DomainError("A new bed is occupied or closed.")

    totals = lock_totals(ward.pk)
    last = Bed.objects.filter(ward=ward).aggregate(last=Max("position"))["last"] or 0
    beds = Bed.objects.bulk_create(
        Bed(ward=ward, name=f"Bed {position}", position=position)
        for position in range(last + 1, last + number + 1)
    )
    BedEntry.objects.bulk_create(
        BedEntry(bed=bed, state=state, closed_reason=closed_reason, by=by, origin=EntryOrigin.SETUP)
        for bed in beds
    )
    totals.count(state, number)
    totals.save()
    record("beds.added", by=by, target=ward, number=number, state=state)
    return beds


def lock_totals(ward_id: int) -> WardTotals:
    """The ward's running totals, held until the transaction ends."""
    totals, _ = WardTotals.objects.select_for_update().get_or_create(ward_id=ward_id)
    return totals


def refuse_unless_editable(ward_id: int, by: User) -> None:
    if not wards_editable_by(by).filter(pk=ward_id).exists():
        raise DomainError("You cannot update the beds of this ward.")


def changed_meanwhile(entry: BedEntry, bed: Bed, by: Model) -> str:
    """What someone else made of the bed, said to the person who was about to change it."""
    whom = "you" if entry.by_id == by.pk else "a colleague"
    return (
        f"{bed.name} was changed to {entry.state_in_words} by {whom} {clock(entry.starts_at)}, "
        "after you opened this page. Nothing of yours was saved. Check the bed and choose again."
    )
