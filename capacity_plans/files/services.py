"""Writes of files of plans. Lock order: the version, then its rows and what was uploaded."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from capacity_plans.editing.services import end_of, record_rows, write_row
from capacity_plans.editing.values import Codes, codes_of
from capacity_plans.files.checking import Content, content_of
from capacity_plans.files.comparing import Differences, Pairs, differences, is_same, pairs_of
from capacity_plans.files.queries import VersionRows, places_of, upload_of
from capacity_plans.files.reading import Rows
from capacity_plans.models import Assumption, Change, Line, PlanUpload, Version
from capacity_plans.services import count_change, hold_to_change, hold_version, refuse_unseen
from core import audit
from core.errors import Conflict, DomainError

KEPT_FOR = timedelta(hours=24)
LINE_FIELDS = (
    *("position", "service_type", "sex", "security_level"),
    *("directory_figure", "baseline", "difference", "notes"),
)
CHANGE_FIELDS = ("on", "kind", "number", "until", "to_line", "reason", "reference")
ASSUMPTION_FIELDS = (
    *("referrals", "admissions", "yearly_change", "length_of_stay"),
    *("occupancy", "inside_flow", "source"),
)


@transaction.atomic
def keep_upload(*, version: Version, rows: Rows, by: User) -> None:
    """Keep the rows of a file for a version, until they are saved or run out.

    Conflict if the version was discarded meanwhile.
    """
    hold_version(version)
    PlanUpload.objects.update_or_create(
        person=by, version=version, defaults={"rows": rows, "kept_at": timezone.now()}
    )


def look(version: Version, upload: PlanUpload) -> tuple[Content, Pairs, Differences]:
    """What a file would do to a version as it is now, unless a cell is bad; 6 queries at most."""
    content = content_of(upload.rows, version, places_of(version))
    if content.bad:
        return content, Pairs(), Differences()
    now = VersionRows(version)
    pairs = pairs_of(content, now.lines, now.changes, now.assumptions)
    return content, pairs, differences(version, content, pairs)


@transaction.atomic
def save_upload(*, version: Version, revision: int, by: User) -> Differences:
    """Make a version what the uploaded file says, all of it or nothing; gives what was changed.

    Conflict if it was saved already, or the version changed since its `revision` was looked at;
    DomainError if a cell does not hold any more.
    """
    held = hold_to_change(version, by=by)
    upload = upload_of(by, version)
    if upload is None:
        raise Conflict("This file has been saved already.")
    refuse_unseen(held, revision)
    content, pairs, found = look(held, upload)
    if content.bad:
        raise DomainError("Something has changed since you uploaded the file. Look at its rows.")
    if wanted := content.version:
        changes = {name: wanted[name] for name in wanted if wanted[name] != getattr(held, name)}
        write_row(held, held, changes, event="plan.details_changed", by=by)
    write(held, pairs, by)
    count_change(held)
    audit.record(
        "plan.imported",
        by=by,
        target=held,
        added=len(found.added),
        changed=len(found.changed),
        removed=len(found.removed),
    )
    upload.delete()
    return found


def write(held: Version, pairs: Pairs, by: User) -> None:
    """Lines come before the changes that name them, and go after them."""
    lines = dict(write_each(held, Line, pairs.lines, LINE_FIELDS, by))
    for _, change in pairs.changes:
        if change is not None:
            change.line = lines[id(change.line)]
            change.to_line = change.to_line and lines[id(change.to_line)]
    write_each(held, Change, pairs.changes, CHANGE_FIELDS, by)
    everything: list[tuple[Any, list[tuple[Any, Any]]]] = [
        (Change, pairs.changes),
        (Line, pairs.lines),
        (Assumption, pairs.assumptions),
    ]
    for model, some in everything:
        gone = [old for old, new in some if new is None]
        event = f"plan.{model._meta.model_name}_removed"
        audit.record_each(event, by=by, of=[(old, end_of(held, old)) for old in gone])
        model._default_manager.filter(pk__in=[old.pk for old in gone]).delete()
    write_each(held, Assumption, pairs.assumptions, ASSUMPTION_FIELDS, by)


def write_each(
    held: Version, model: Any, pairs: list[tuple[Any, Any]], fields: tuple[str, ...], by: User
) -> list[tuple[int, Any]]:
    """Change and add rows; gives by each row's identity in the file the one that is kept."""
    kept, added, moved = [], [], []
    changed: list[tuple[Any, Codes]] = []
    for old, new in pairs:
        if new is None:
            continue
        kept.append((id(new), new if old is None else old))
        if old is None:
            added.append(new)
        elif not is_same(old, new):
            changed.append((old, codes_of(old)))
            for name in fields:
                setattr(old, name, getattr(new, name))
            old.revision += 1
        elif isinstance(old, Line) and old.position != new.position:
            # The row stays as somebody else may be reading it; only its place is another.
            old.position = new.position
            moved.append(old)
    model._default_manager.bulk_create(added)
    rows = [*moved, *(row for row, _ in changed)]
    model._default_manager.bulk_update(rows, [*fields, "revision"], batch_size=500)
    name = model._meta.model_name
    record_rows(held, [(row, {}) for row in added], event=f"plan.{name}_added", by=by)
    record_rows(held, changed, event=f"plan.{name}_changed", by=by)
    return kept


def sweep_uploads() -> None:
    """Forget what was uploaded and not saved."""
    PlanUpload.objects.filter(kept_at__lte=timezone.now() - KEPT_FOR).delete()


def forget_uploads(person: User) -> None:
    """Of who is made anonymous nothing is left."""
    PlanUpload.objects.filter(person=person).delete()
