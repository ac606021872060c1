"""Writes of beds and wards.

Lock order: the ward's WardTotals row, and nothing else. Every write takes it before it reads what
it decides on, so that what happens in one ward happens one after the other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Model
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from accounts.queries import may_administer
from availability.choices import BedState, EntryOrigin
from availability.conditions import END_BY_THEMSELVES, Condition
from availability.conflicts import (
    BedsChanged,
    Meanwhile,
    is_alike,
    is_repeat,
    limit_changed,
    meanwhile,
)
from availability.models import (
    Bed,
    BedEntry,
    IntakeLimit,
    SessionEntry,
    WardConfirmation,
    WardTotals,
)
from availability.queries import current_entries, is_editable, newest_limit
from availability.rules import may_undo
from availability.sessions.queries import newest_session_entry
from availability.words import clock
from core.audit import record, record_each
from core.errors import Conflict, DomainError
from core.statements import Ids, Objects, later
from organisations.choices import WardKind
from organisations.models import Ward

REPEATED_WITHIN = timedelta(minutes=1)
RESOLUTION = timedelta(microseconds=1)
MOST_BEDS_AT_ONCE = 200


def change_bed(*, bed: Bed, state: str, seen_entry: int, by: User, **details: Any) -> BedEntry:
    """Record what a bed is from now on: see `change_beds`."""
    made = change_beds(beds=[bed], state=state, seen_entries=[seen_entry], by=by, **details)
    return made[0]


@transaction.atomic
def change_beds(
    *,
    beds: Sequence[Bed],
    state: str,
    seen_entries: Collection[int],
    by: User,
    is_tap: bool = False,
    **details: Any,
) -> list[BedEntry]:
    """Record what beds of one ward are from now on, all or none; gives the entries that now stand.

    `details` are what the state carries (`Condition`). `seen_entries` are the ids of the entries
    that the person decided on. Asking for what already is, or once more for what one has changed
    already, changes nothing. A tap says the state alone: an occupied bed keeps what goes with it.
    BedsChanged if somebody has changed one of them since; DomainError without the right, without
    beds, or with details that do not fit the state.
    """
    if not beds:
        raise DomainError("Choose at least one bed.")
    to = Condition(state, **details)
    (ward_id,) = {bed.ward_id for bed in beds}
    totals = lock_totals(ward_id)
    refuse_unless_editable(ward_id, by)
    latest = current_ones(beds)
    if refusal := to.refusal(latest[0].now):
        raise DomainError(refusal)
    changing, changed = [], []
    for entry in latest:
        is_still_occupied = is_tap and entry.state == to.state == BedState.OCCUPIED
        if is_still_occupied or is_alike(entry, to, since=entry.now, now=entry.now):
            continue
        if entry.pk in seen_entries or only_time_passed(entry, seen_entries):
            changing.append(entry)
            continue
        happened = meanwhile(entry.bed, seen_entries)
        if not is_repeat(happened, to, by, entry.now):
            changed.append(happened)
    if changed:
        raise BedsChanged(changed, by)
    made = write(totals, changing, to, by=by, origin=EntryOrigin.BOARD)
    now_stands = {entry.bed_id: entry for entry in made}
    return [now_stands.get(entry.bed_id, entry) for entry in latest]


@transaction.atomic
def undo_change(*, bed: Bed, entry: int, by: User) -> BedEntry:
    """Take one's own latest change back: what was before is recorded anew, as time has made it.

    Once more changes nothing. BedsChanged if somebody has changed the bed since; DomainError if it
    was not the person's own change, or too long ago.
    """
    totals = lock_totals(bed.ward_id)
    refuse_unless_editable(bed.ward_id, by)
    (latest,) = current_ones([bed])
    before = entry_before(latest)
    if latest.pk != entry:
        own = latest.origin == EntryOrigin.UNDO and latest.by_id == by.pk
        if own and before and before.pk == entry:
            return latest
        raise BedsChanged([meanwhile(bed, [entry])], by)
    if before is None:
        raise DomainError("There is nothing before that.")
    if refusal := may_undo(latest, by):
        raise DomainError(refusal)
    restored = Condition.of(before).at(latest.now)
    (made,) = write(totals, [latest], restored, by=by, origin=EntryOrigin.UNDO)
    return made


def current_ones(beds: Sequence[Bed]) -> list[Any]:
    """What beds of a locked ward are, by their position, with `now` by the database's clock."""
    keys = {bed.pk: bed for bed in beds}
    entries = entries_of_some().found({"beds": list(keys)})
    for gone in keys.keys() - {entry.bed_id for entry in entries}:
        raise DomainError(f"{keys[gone].name} is no longer in use.")
    return entries


@cache
def entries_of_some() -> Objects[BedEntry]:
    """What each of these `beds` in use was last written to be, with `now`."""
    some = Bed.objects.filter(pk__any_of=later("beds", Ids))
    return Objects.of(current_entries(some).annotate(now=Now()))


def only_time_passed(latest: BedEntry, seen_entries: Collection[int]) -> bool:
    """Whether nothing has come after what the person saw but what time made of it."""
    if latest.origin != EntryOrigin.TIME:
        return False
    before = entry_before(latest)
    return before is not None and before.pk in seen_entries


def entry_before(entry: BedEntry) -> BedEntry | None:
    earlier = BedEntry.objects.filter(bed=entry.bed_id, starts_at__lt=entry.starts_at)
    return earlier.order_by("-starts_at").first()


def write(
    totals: WardTotals,
    latest: Sequence[Any],
    to: Condition,
    *,
    by: User | None,
    origin: EntryOrigin,
) -> list[BedEntry]:
    """The same next entry of beds' histories, after `latest`: see `write_each`."""
    return write_each(totals, [(one, to) for one in latest], by=by, origin=origin)


def write_each(
    totals: WardTotals,
    changes: Sequence[tuple[Any, Condition]],
    *,
    by: User | None,
    origin: EntryOrigin,
) -> list[BedEntry]:
    """The next entries of beds' histories, each (latest entry, what it is to be), in a ward whose
    totals are locked: 4 queries at most, however many.
    """
    if not changes:
        return []
    entries = BedEntry.objects.bulk_create(
        BedEntry(
            bed=one.bed,
            # The clock may step back; the newest entry is the newest all the same.
            starts_at=max(
                one.due_at if origin == EntryOrigin.TIME else one.now,
                one.starts_at + RESOLUTION,
            ),
            state=to.state,
            **to.details,
            by=by,
            origin=origin,
        )
        for one, to in changes
    )
    for one, to in changes:
        totals.count(Condition.of(one), -1)
        totals.count(to, +1)
    if origin != EntryOrigin.TIME:
        totals.doubted_at, totals.doubt = None, ""
    moments = [totals.changed_at, *(entry.starts_at for entry in entries)]
    totals.changed_at = max(filter(None, moments))
    if any(to.ends_at or Condition.of(one).ends_at for one, to in changes):
        totals.next_end_at = next_end(totals.ward_id)
    totals.save()
    record_each(
        "bed.changed",
        by=by,
        of=[
            (
                one.bed,
                {"was": one.state, "state": to.state, "closed_reason": to.closed_reason},
            )
            for one, to in changes
        ],
    )
    return entries


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

    `seen_entry` is the newest entry's id among the beds, or sessions, that the person saw; Conflict
    if one has changed since. Once more within a minute by the same person records nothing.
    """
    refuse_unless_editable(ward.pk, by)
    totals = lock_totals(ward.pk)
    latest = newest_entry(ward)
    if latest is None:
        what = "sessions" if ward.kind == WardKind.SESSIONAL else "beds"
        raise DomainError(f"This ward has no {what} to confirm.")
    if seen_entry is not None and latest.pk > seen_entry:
        if isinstance(latest, BedEntry):
            raise BedsChanged(beds_changed_since(ward, seen_entry), by)
        raise Conflict(changed_meanwhile(latest, by))
    is_repeat_of_own = totals.confirmed_by_id == by.pk and not totals.doubted_at
    if totals.confirmed_at and is_repeat_of_own:
        a_moment_ago = max(latest.starts_at, timezone.now() - REPEATED_WITHIN)
        if totals.confirmed_at > a_moment_ago:
            return totals
    confirmation = WardConfirmation.objects.create(ward=ward, by=by)
    totals.confirmed_at, totals.confirmed_by = confirmation.at, by
    totals.doubted_at, totals.doubt = None, ""
    totals.save()
    record("ward.confirmed", by=by, target=ward)
    return totals


def newest_entry(ward: Ward) -> BedEntry | SessionEntry | None:
    """What was last changed of all that a ward is confirmed for: its beds, or its sessions."""
    if ward.kind == WardKind.SESSIONAL:
        return newest_session_entry(ward)
    entries = current_entries(Bed.objects.filter(ward=ward))
    return max(entries, key=lambda entry: entry.pk, default=None)


def beds_changed_since(ward: Ward, seen_entry: int) -> list[Meanwhile]:
    """Of each bed that has a later entry than that, what happened since."""
    changed = []
    for entry in current_entries(Bed.objects.filter(ward=ward)).filter(pk__gt=seen_entry):
        earlier = BedEntry.objects.filter(bed=entry.bed_id, pk__lte=seen_entry)
        seen = earlier.order_by("-starts_at").values_list("pk", flat=True)[:1]
        changed.append(meanwhile(entry.bed, list(seen)))
    return changed


@transaction.atomic
def limit_intake(
    *, ward: Ward, can_take: int | None, by: User, seen_entry: int | None = None
) -> None:
    """Say how many patients the staff of a ward can take now; None: as many as beds are free.

    `seen_entry` is the newest limit's id that the person saw, 0 if there was none; Conflict if
    somebody has said something else since. Asking for what already is changes nothing.
    """
    totals = lock_totals(ward.pk)
    refuse_unless_editable(ward.pk, by)
    if totals.can_take == can_take:
        return
    latest = newest_limit(ward)
    if seen_entry is not None and latest and latest.pk > seen_entry:
        raise limit_changed(latest, by)
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
                write(totals, [entry], become, by=None, origin=EntryOrigin.TIME)
    return totals


def refuse_unless_editable(ward_id: int, by: User) -> None:
    if not is_editable(by, ward_id):
        raise DomainError("You cannot update the beds of this ward.")


def changed_meanwhile(entry: SessionEntry, by: Model) -> str:
    """What someone else made of a session, said to who was about to change it."""
    whom = "you" if entry.by_id == by.pk else "a colleague"
    return (
        f"{entry.session.name} was changed to {entry.state_in_words} by {whom} "
        f"{clock(entry.starts_at)}, after you opened this page. Nothing of yours was saved. Check "
        "the session and choose again."
    )
