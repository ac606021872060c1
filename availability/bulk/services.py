"""Writes of beds of several wards at once.

Lock order: the person's upload, then the WardTotals rows of all wards that are concerned, in the
order of the wards' ids, before anything is read of them. Whoever takes the rows of several wards
takes them so, and whoever takes one takes no other: nobody waits in a circle.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from availability.bulk.queries import latest_of
from availability.bulk.reading import read_rows
from availability.choices import EntryOrigin
from availability.conditions import Condition
from availability.conflicts import BedsChanged, is_alike, is_repeat, meanwhile
from availability.models import Bed, BedEntry, BedUpload, WardTotals
from availability.queries import boards_of
from availability.services import REPEATED_WITHIN, confirm_ward, lock_totals, write_each
from core.errors import Conflict, DomainError
from core.uploads import Row

# An upload that nobody saves is forgotten.
KEPT_FOR = timedelta(hours=24)


@transaction.atomic
def change_wards(
    *,
    changes: Mapping[int, Condition],
    seen_entries: Collection[int],
    by: User,
    confirmed: Collection[int] = (),
    origin: EntryOrigin = EntryOrigin.BOARD,
) -> list[BedEntry]:
    """Record what beds of several wards are from now on, all or none; gives the new entries.

    `changes` say by the bed's id what it is to be, `seen_entries` are the entries that the person
    decided on. The wards whose ids are `confirmed` have no change besides. What already is changes
    nothing, nor does the same once more. BedsChanged if somebody has changed one of the beds, or
    any of a confirmed ward, since; DomainError without the right, or for details that do not fit.
    5 queries a ward at most, 6 more for a confirmed one, however many beds change.
    """
    named = Bed.objects.filter(pk__in=changes).values_list("ward_id", flat=True)
    ward_ids = {*named, *confirmed}
    wards = boards_of(by).in_bulk(ward_ids)
    if ward_ids - wards.keys():
        raise DomainError("You cannot update the beds of all these wards.")
    totals = {ward_id: lock_totals(ward_id) for ward_id in sorted(ward_ids)}
    latest = list(latest_of(Bed.objects.filter(Q(pk__in=changes) | Q(ward__in=confirmed))))
    if changes.keys() - {entry.bed_id for entry in latest}:
        raise DomainError("One of the beds is no longer in use. Look at what is there now.")
    to_write: dict[int, list[tuple[Any, Condition]]] = defaultdict(list)
    changed = []
    for entry in latest:
        to = changes.get(entry.bed_id)
        if to and is_alike(entry, to, since=entry.now, now=entry.now):
            continue
        if to and (refusal := to.refusal(entry.now)):
            raise DomainError(f"{wards[entry.bed.ward_id].name}, {entry.bed.name}: {refusal}")
        only_time = entry.origin == EntryOrigin.TIME and entry.before in seen_entries
        if entry.pk in seen_entries or only_time:
            if to:
                to_write[entry.bed.ward_id].append((entry, to))
            continue
        happened = meanwhile(entry.bed, seen_entries)
        if not (to and is_repeat(happened, to, by, entry.now)):
            entry.bed.ward = wards[entry.bed.ward_id]
            changed.append(happened)
    if changed:
        raise BedsChanged(changed, by)
    made = []
    for ward_id in sorted(ward_ids):
        written = write_each(totals[ward_id], to_write[ward_id], by=by, origin=origin)
        if ward_id in confirmed and (written or not is_confirmed(totals[ward_id], by)):
            confirm_ward(ward=wards[ward_id], by=by)
        made += written
    return made


def is_confirmed(totals: WardTotals, by: User) -> bool:
    """Whether the person has confirmed the ward a moment ago: a page was sent again."""
    at = totals.confirmed_at
    return bool(at and totals.confirmed_by_id == by.pk and at > timezone.now() - REPEATED_WITHIN)


@transaction.atomic
def keep_upload(*, by: User, rows: Sequence[Row]) -> None:
    """Keep the rows of a file in the place of those before, until they are saved or run out."""
    kept = [[number, cells] for number, cells in rows]
    BedUpload.objects.update_or_create(
        person=by, defaults={"rows": kept, "kept_at": timezone.now()}
    )


@transaction.atomic
def save_upload(*, by: User) -> list[BedEntry]:
    """Record what the kept file says, all of it or nothing.

    Conflict if it was saved already; DomainError if a row does not hold any more.
    """
    upload = BedUpload.objects.select_for_update().filter(person=by).first()
    if upload is None:
        raise Conflict("This file has been saved already.")
    read = read_rows(upload.rows, by)
    if read.bad:
        raise DomainError("Something has changed since you uploaded the file. Look at its rows.")
    made = change_wards(
        changes={change.entry.bed_id: change.to for change in read.changes},
        seen_entries={change.based_on for change in read.changes},
        by=by,
        origin=EntryOrigin.FILE,
    )
    upload.delete()
    return made


def sweep_uploads() -> None:
    """Forget what was uploaded and not saved."""
    BedUpload.objects.filter(kept_at__lte=timezone.now() - KEPT_FOR).delete()


def forget_uploads(person: User) -> None:
    """Of who is made anonymous nothing is left."""
    BedUpload.objects.filter(person=person).delete()
