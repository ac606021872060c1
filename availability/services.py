"""Writes of beds and wards.

Lock order: the ward's WardTotals row, and nothing else. Every write takes it before it reads what
it decides on, so that what happens in one ward happens one after the other.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Model
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from accounts.queries import may_administer, wards_editable_by
from availability.choices import BedState, EntryOrigin
from availability.conditions import END_BY_THEMSELVES, Condition
from availability.models import Bed, BedEntry, IntakeLimit, WardConfirmation, WardTotals
from availability.queries import current_entries
from availability.rules import may_undo
from availability.words import clock
from core.audit import record
from core.errors import Conflict, DomainError
from organisations.models import Ward

REPEATED_WITHIN = timedelta(minutes=1)
RESOLUTION = timedelta(microseconds=1)
MOST_BEDS_AT_ONCE = 200


@transaction.atomic
def change_bed(*, bed: Bed, state: str, seen_entry: int, by: User, **details: Any) -> BedEntry:
    """Record what a bed is from now on; gives the entry that now stands.

    `details` are what the state carries (`Condition`). `seen_entry` is the id of the entry that the
    person decided on. Asking for what already is changes nothing. Conflict if somebody has changed
    the bed since; DomainError without the right or with details that do not fit the state.
    """
    to = Condition(state, **details)
    totals = lock_totals(bed.ward_id)
    refuse_unless_editable(bed.ward_id, by)
    latest = current_entry(bed)
    if refusal := to.refusal(latest.now):
        raise DomainError(refusal)
    if Condition.of(latest) == to:
        return latest
    if latest.pk != seen_entry and not only_time_passed(latest, seen_entry):
        raise Conflict(changed_meanwhile(latest, bed, by))
    return write(totals, latest, to, by=by, origin=EntryOrigin.BOARD)


@transaction.atomic
def undo_change(*, bed: Bed, entry: int, by: User) -> BedEntry:
    """Take one's own latest change back: what was before is recorded anew, as time has made it.

    Conflict if the bed has changed since; DomainError if it was not the person's own change, or too
    long ago.
    """
    totals = lock_totals(bed.ward_id)
    refuse_unless_editable(bed.ward_id, by)
    latest = current_entry(bed)
    if latest.pk != entry:
        raise Conflict(changed_meanwhile(latest, bed, by))
    before = entry_before(latest)
    if before is None:
        raise DomainError("There is nothing before that.")
    if refusal := may_undo(latest, by):
        raise DomainError(refusal)
    restored = Condition.of(before).at(latest.now)
    return write(totals, latest, restored, by=by, origin=EntryOrigin.UNDO)


def current_entry(bed: Bed) -> Any:
    """What a bed of a locked ward is, with `now` by the database's clock."""
    entry = current_entries(Bed.objects.filter(pk=bed.pk)).annotate(now=Now()).first()
    if entry is None:
        raise DomainError(f"{bed.name} is no longer in use.")
    return entry


def only_time_passed(latest: BedEntry, seen_entry: int) -> bool:
    """Whether nothing has come after what the person saw but what time made of it."""
    if latest.origin != EntryOrigin.TIME:
        return False
    before = entry_before(latest)
    return before is not None and before.pk == seen_entry


def entry_before(entry: BedEntry) -> BedEntry | None:
    earlier = BedEntry.objects.filter(bed=entry.bed_id, starts_at__lt=entry.starts_at)
    return earlier.order_by("-starts_at").first()


def write(
    totals: WardTotals, latest: Any, to: Condition, *, by: User | None, origin: EntryOrigin
) -> BedEntry:
    """The next entry of a bed's history, after `latest`, in a ward whose totals are locked."""
    moment = latest.due_at if origin == EntryOrigin.TIME else latest.now
    entry = BedEntry.objects.create(
        bed=latest.bed,
        # The clock may step back; the newest entry is the newest all the same.
        starts_at=max(moment, latest.starts_at + RESOLUTION),
        state=to.state,
        **to.details,
        by=by,
        origin=origin,
    )
    was = Condition.of(latest)
    totals.count(was, -1)
    totals.count(to, +1)
    totals.changed_at = max(filter(None, [totals.changed_at, entry.starts_at]))
    if was.ends_at or to.ends_at:
        totals.next_end_at = next_end(totals.ward_id)
    totals.save()
    record(
        "bed.changed",
        by=by,
        target=latest.bed,
        was=was.state,
        state=to.state,
        closed_reason=to.closed_reason,
    )
    return entry


def next_end(ward_id: int) -> datetime | None:
    """When the next bed of a ward becomes available by itself."""
    ending = current_entries(Bed.objects.filter(ward=ward_id)).filter(state__in=END_BY_THEMSELVES)
    return ending.aggregate(next=Min("due_at"))["next"]


@transaction.atomic
def write_what_time_did(*, ward_id: int) -> None:
    """Record what has become available by itself, each at its moment."""
    lock_totals(ward_id)


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
def limit_intake(*, ward: Ward, can_take: int | None, by: User) -> None:
    """Say how many patients the staff of a ward can take now; None: as many as beds are free."""
    totals = lock_totals(ward.pk)
    refuse_unless_editable(ward.pk, by)
    if totals.can_take == can_take:
        return
    IntakeLimit.objects.create(ward=ward, can_take=can_take, by=by)
    totals.can_take = can_take
    totals.save()
    record("ward.intake_limited", by=by, target=ward, can_take=can_take)


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
    totals.count(Condition(state, closed_reason=closed_reason), number)
    totals.save()
    record("beds.added", by=by, target=ward, number=number, state=state)
    return beds


def lock_totals(ward_id: int) -> WardTotals:
    """The ward's running totals, held until the transaction ends.

    What time has done there is written first.
    """
    totals, _ = WardTotals.objects.select_for_update().get_or_create(ward_id=ward_id)
    if totals.next_end_at and totals.next_end_at <= timezone.now():
        beds = Bed.objects.filter(ward=ward_id)
        for entry in current_entries(beds).annotate(now=Now()).order_by("due_at"):
            become = Condition.of(entry).at(entry.now)
            if become != Condition.of(entry):
                write(totals, entry, become, by=None, origin=EntryOrigin.TIME)
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
