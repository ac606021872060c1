"""Writes of beds themselves, each under the lock of its ward: see `availability.services`."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from availability.choices import BedState, EntryOrigin
from availability.conditions import Condition
from availability.conflicts import BedsChanged, meanwhile
from availability.models import Bed, BedEntry, BedUpkeep, WardTotals
from availability.services import (
    MOST_BEDS_AT_ONCE,
    REPEATED_WITHIN,
    RESOLUTION,
    current_ones,
    lock_totals,
    next_end,
    only_time_passed,
    refuse_unless_editable,
)
from availability.upkeep.choices import Work
from availability.upkeep.names import checked
from core.audit import record
from core.errors import Conflict, DomainError
from core.patients import has_nhs_number
from organisations.choices import WardKind
from organisations.models import Ward

# A bed that somebody has, or is to have.
TAKEN = (BedState.OCCUPIED, BedState.RESERVED, BedState.ON_LEAVE)
# Nobody has said yet that a new bed can take a patient.
AS_NEW = (BedState.OCCUPIED, BedState.CLOSED)


@transaction.atomic
def add_beds(
    *, ward: Ward, names: Sequence[str], by: User, state: str, closed_reason: str = ""
) -> list[Bed]:
    """Add beds with these names after those of the ward, each with its first entry.

    The same once more, within a minute and by the same person, adds nothing and gives those beds.
    Conflict if the ward has a bed of such a name; DomainError without the right, for a sessional
    ward, or for a state that no new bed has.
    """
    to = as_new(state, closed_reason)
    names = [checked(name) for name in names]
    if not 1 <= len(names) <= MOST_BEDS_AT_ONCE:
        raise DomainError(f"Add between 1 and {MOST_BEDS_AT_ONCE} beds at a time.")
    if ward.kind != WardKind.INPATIENT:
        raise DomainError("This ward records sessions, not beds.")
    totals = lock_totals(ward.pk)
    refuse_unless_editable(ward.pk, by)
    wanted = {name.casefold() for name in names}
    same = [bed for bed in in_use(ward.pk) if bed.name.casefold() in wanted]
    if len(same) == len(names) and all(added_just_now(bed, by) for bed in same):
        return same
    if same:
        raise Conflict(f"The ward has a bed called {same[0].name} already.")
    last = last_position(ward.pk)
    beds = Bed.objects.bulk_create(
        Bed(ward=ward, name=name, position=position)
        for position, name in enumerate(names, start=last + 1)
    )
    BedEntry.objects.bulk_create(
        BedEntry(bed=bed, state=to.state, **to.details, by=by, origin=EntryOrigin.SETUP)
        for bed in beds
    )
    totals.count(to, len(beds))
    totals.save()
    record("beds.added", by=by, target=ward, number=len(beds), state=to.state)
    return beds


@transaction.atomic
def rename_bed(*, bed: Bed, name: str, was: str, by: User) -> Bed:
    """Give a bed in use another name; `was` is the one that the person saw.

    Conflict if it has another by now, or another bed of the ward has that; the name that it has
    already changes nothing.
    """
    name = checked(name)
    _, kept = locked(bed, by)
    if kept.retired_at:
        raise DomainError(f"{kept.name} is no longer in use.")
    if kept.name == name:
        return kept
    if kept.name != was:
        raise Conflict(f"A colleague has called this bed {kept.name} in the meantime.")
    refuse_taken_name(kept, name)
    BedUpkeep.objects.create(bed=kept, what=Work.RENAMED, was_name=was, name=name, by=by)
    kept.name = name
    kept.save(update_fields=["name"])
    record("bed.renamed", by=by, target=kept)
    return kept


@transaction.atomic
def retire_bed(*, bed: Bed, reason: str, seen_entry: int, by: User, anyway: bool = False) -> Bed:
    """Take a bed out of use; its history is kept. One that is retired already stays as it is.

    `seen_entry` is the entry that the person decided on. Conflict if the bed has changed since;
    DomainError without a reason, or if a patient has the bed, or is to have it, unless `anyway`.
    """
    if not reason:
        raise DomainError("Enter why the bed is retired.")
    if has_nhs_number(reason):
        raise DomainError("Remove the NHS number. Nothing about a patient may be entered here.")
    totals, kept = locked(bed, by)
    if kept.retired_at:
        return kept
    (latest,) = current_ones([kept])
    if latest.pk != seen_entry and not only_time_passed(latest, [seen_entry]):
        raise BedsChanged([meanwhile(kept, [seen_entry])], by)
    if latest.state in TAKEN and not anyway:
        raise DomainError(f"{kept.name} is {latest.get_state_display().lower()}.")
    kept.retired_at = max(latest.now, latest.starts_at + RESOLUTION)
    kept.save(update_fields=["retired_at"])
    BedUpkeep.objects.create(
        bed=kept, at=kept.retired_at, what=Work.RETIRED, name=kept.name, reason=reason, by=by
    )
    was = Condition.of(latest)
    totals.count(was, -1)
    totals.changed_at = kept.retired_at
    if was.ends_at:
        totals.next_end_at = next_end(kept.ward_id)
    totals.save()
    record("bed.retired", by=by, target=kept, state=was.state)
    return kept


@transaction.atomic
def bring_back_bed(*, bed: Bed, name: str, by: User, state: str, closed_reason: str = "") -> Bed:
    """Take a retired bed into use again, as the last of its ward; one in use stays as it is.

    Conflict if another bed of the ward has the name by now.
    """
    to = as_new(state, closed_reason)
    name = checked(name)
    totals, kept = locked(bed, by)
    if kept.retired_at is None:
        return kept
    refuse_taken_name(kept, name)
    latest = BedEntry.objects.filter(bed=kept).latest("starts_at")
    at = max(kept.now, kept.retired_at + RESOLUTION, latest.starts_at + RESOLUTION)
    BedUpkeep.objects.create(
        bed=kept,
        at=at,
        what=Work.RETURNED,
        was_name=kept.name if kept.name != name else "",
        name=name,
        by=by,
    )
    BedEntry.objects.create(
        bed=kept, starts_at=at, state=to.state, **to.details, by=by, origin=EntryOrigin.SETUP
    )
    kept.name, kept.retired_at, kept.position = name, None, last_position(kept.ward_id) + 1
    kept.save()
    totals.count(to, +1)
    totals.changed_at = at
    totals.save()
    record("bed.brought_back", by=by, target=kept, state=to.state)
    return kept


@transaction.atomic
def move_bed(*, bed: Bed, up: bool, seen: int, by: User) -> None:
    """Put a bed before, or behind, the one next to it on the board.

    `seen` is how many stood before it when the person decided; of any other place it stays.
    """
    _, kept = locked(bed, by)
    beds = in_use(kept.ward_id)
    other = seen - 1 if up else seen + 1
    if kept not in beds or beds.index(kept) != seen or not 0 <= other < len(beds):
        return
    beds[seen], beds[other] = beds[other], beds[seen]
    for position, one in enumerate(beds, start=1):
        one.position = position
    Bed.objects.bulk_update(beds, ["position"])
    record("beds.reordered", by=by, target=kept)


def locked(bed: Bed, by: User) -> tuple[WardTotals, Any]:
    """The totals of the ward, and the bed as it is, with `now`; the right is checked."""
    totals = lock_totals(bed.ward_id)
    refuse_unless_editable(bed.ward_id, by)
    return totals, Bed.objects.annotate(now=Now()).get(pk=bed.pk)


def in_use(ward_id: int) -> list[Bed]:
    return list(Bed.objects.filter(ward=ward_id, retired_at=None).order_by("position", "pk"))


def last_position(ward_id: int) -> int:
    return Bed.objects.filter(ward=ward_id).aggregate(last=Max("position"))["last"] or 0


def as_new(state: str, closed_reason: str) -> Condition:
    """What a bed is that comes into use. Raises DomainError."""
    to = Condition(state, closed_reason=closed_reason)
    if state not in AS_NEW:
        raise DomainError("A new bed is occupied or closed.")
    if refusal := to.refusal(timezone.now()):
        raise DomainError(refusal)
    return to


def added_just_now(bed: Bed, by: User) -> bool:
    first = BedEntry.objects.filter(bed=bed).earliest("starts_at")
    lately = timezone.now() - REPEATED_WITHIN
    return first.by_id == by.pk and first.starts_at > lately


def refuse_taken_name(bed: Bed, name: str) -> None:
    others = [one for one in in_use(bed.ward_id) if one != bed]
    if any(one.name.casefold() == name.casefold() for one in others):
        raise Conflict(f"The ward has another bed called {name}.")
