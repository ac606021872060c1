"""Writes of files of plans. Lock order: the version, then its rows and what was uploaded."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from capacity_plans.files.checking import Content, content_of
from capacity_plans.files.comparing import (
    VERSION_FIELDS,
    Differences,
    Pairs,
    differences,
    is_same,
    pairs_of,
)
from capacity_plans.files.queries import VersionRows, places_of, upload_of
from capacity_plans.files.reading import Rows
from capacity_plans.models import Assumption, Change, Line, PlanUpload, Version
from capacity_plans.services import begin_change
from core import audit
from core.errors import Conflict, DomainError

KEPT_FOR = timedelta(hours=24)
LINE_FIELDS = (
    *("position", "service_type", "sex", "security_level"),
    *("directory_figure", "baseline", "difference", "notes", "revision"),
)
CHANGE_FIELDS = ("on", "kind", "number", "until", "to_line", "reason", "reference", "revision")
ASSUMPTION_FIELDS = (
    *("referrals", "admissions", "yearly_change", "length_of_stay"),
    *("occupancy", "inside_flow", "source", "revision"),
)


def keep_upload(*, version: Version, rows: Rows, by: User) -> None:
    """Keep the rows of a file for a version, until they are saved or run out."""
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
    held = begin_change(version, by=by)
    upload = upload_of(by, version)
    if upload is None:
        raise Conflict("This file has been saved already.")
    if held.revision != revision + 1:
        raise Conflict("The plan has changed since you looked at this page. Look at it again.")
    content, pairs, found = look(held, upload)
    if content.bad:
        raise DomainError("Something has changed since you uploaded the file. Look at its rows.")
    if content.version:
        for name in VERSION_FIELDS:
            setattr(held, name, content.version[name])
        held.details_revision += 1
        held.save(update_fields=[*VERSION_FIELDS, "details_revision"])
    write(pairs)
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


def write(pairs: Pairs) -> None:
    """Lines come before the changes that name them, and go after them."""
    lines = dict(write_each(Line, pairs.lines, LINE_FIELDS))
    for _, change in pairs.changes:
        if change is not None:
            change.line = lines[id(change.line)]
            change.to_line = change.to_line and lines[id(change.to_line)]
    write_each(Change, pairs.changes, CHANGE_FIELDS)
    everything: list[tuple[Any, list[tuple[Any, Any]]]] = [
        (Change, pairs.changes),
        (Line, pairs.lines),
        (Assumption, pairs.assumptions),
    ]
    for model, some in everything:
        gone = [old.pk for old, new in some if new is None]
        model._default_manager.filter(pk__in=gone).delete()
    write_each(Assumption, pairs.assumptions, ASSUMPTION_FIELDS)


def write_each(
    model: Any, pairs: list[tuple[Any, Any]], fields: tuple[str, ...]
) -> list[tuple[int, Any]]:
    """Change and add rows; gives by each row's identity in the file the one that is kept."""
    kept, to_add, to_change = [], [], []
    for old, new in pairs:
        if new is None:
            continue
        kept.append((id(new), new if old is None else old))
        if old is None:
            to_add.append(new)
            continue
        if is_same(old, new):
            # The row stays as somebody else may be reading it; only its place may be another.
            if isinstance(old, Line) and old.position != new.position:
                old.position = new.position
                to_change.append(old)
            continue
        for name in fields:
            if name != "revision":
                setattr(old, name, getattr(new, name))
        old.revision += 1
        to_change.append(old)
    model._default_manager.bulk_create(to_add)
    model._default_manager.bulk_update(to_change, fields, batch_size=500)
    return kept


def sweep_uploads() -> None:
    """Forget what was uploaded and not saved."""
    PlanUpload.objects.filter(kept_at__lte=timezone.now() - KEPT_FOR).delete()


def forget_uploads(person: User) -> None:
    """Of who is made anonymous nothing is left."""
    PlanUpload.objects.filter(person=person).delete()
