"""What every write to a row has in common, and the details of a version.

Each begins by holding the version (`capacity_plans.services`), so that what happens in one version
happens one after the other. A row carries a revision: who saves says which one they decided on.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Model, Q

from accounts.models import User
from capacity_plans.editing.conflicts import RowChanged, base_of, revision_of, steps_since
from capacity_plans.editing.values import Codes, code_of, codes_of
from capacity_plans.models import Change, Version
from capacity_plans.services import count_change, hold_to_change
from core.audit import record, record_each
from core.errors import DomainError


class Seen(NamedTuple):
    """The revision that somebody decided on; `keep` is the later one that theirs is put above."""

    revision: int
    keep: int | None = None


def settled(row: Model, wanted: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """Of what was wanted, what differs from the row as it is: nothing, if it is so already.

    RowChanged if the row was changed since it was seen. Who puts theirs above that keeps what the
    other has changed where they themselves changed nothing.
    """
    now = codes_of(row)
    if revision_of(row) != seen.revision and any(
        code_of(value) != now[name] for name, value in wanted.items()
    ):
        steps = steps_since(row, seen.revision)
        if seen.keep != revision_of(row):
            raise RowChanged(row, steps, wanted)
        base = base_of(row, steps)
        wanted = {name: value for name, value in wanted.items() if code_of(value) != base[name]}
    return {name: value for name, value in wanted.items() if code_of(value) != now[name]}


def write_row(
    held: Version, row: Model, changes: dict[str, Any], *, event: str, by: User, **details: Any
) -> None:
    """Write what differs, and record it; nothing if nothing does."""
    if not changes:
        return
    was = codes_of(row)
    for name, value in changes.items():
        setattr(row, name, value)
    counter = "details_revision" if isinstance(row, Version) else "revision"
    setattr(row, counter, revision_of(row) + 1)
    row.save(update_fields=[*changes, counter])
    count_change(held)
    record(event, by=by, target=row, **step_of(held, row, was), **details)


def step_of(held: Version, row: Model, was: Codes) -> dict[str, Any]:
    """What is recorded of a row that was changed: what differs, as it was and as it is."""
    now = codes_of(row)
    changed = [name for name in now if name not in was or was[name] != now[name]]
    return {
        "version": held.pk,
        "revision": revision_of(row),
        "was": {name: was[name] for name in changed if name in was},
        "now": {name: now[name] for name in changed},
    }


def record_rows(
    held: Version, rows: Iterable[tuple[Model, Codes]], *, event: str, by: User
) -> None:
    """Record a change of many rows, each with what it was: nothing of a new one. 1 query."""
    record_each(event, by=by, of=[(row, step_of(held, row, was)) for row, was in rows])


def write_new(held: Version, row: Model, *, event: str, by: User) -> None:
    """Write a new row, and record what it is."""
    row.save(force_insert=True)
    count_change(held)
    record(event, by=by, target=row, **step_of(held, row, {}))


def end_of(held: Version, row: Model) -> dict[str, Any]:
    """What is recorded of a row that is removed."""
    return {"version": held.pk, "revision": revision_of(row) + 1, "was": codes_of(row)}


def remove_row(
    held: Version, row: Model, seen: Seen, *, event: str, by: User, **details: Any
) -> None:
    """Remove a row as it was seen, and record what it was. RowChanged if it is another by now."""
    if revision_of(row) != seen.revision:
        raise RowChanged(row, steps_since(row, seen.revision), {})
    record(event, by=by, target=row, **end_of(held, row), **details)
    row.delete()
    count_change(held)


@transaction.atomic
def save_details(*, version: Version, seen: Seen, by: User, **wanted: Any) -> Version:
    """The years, the population and the notes of a version.

    RowChanged if they were changed since; DomainError if a change of a line would lie outside the
    years.
    """
    held = hold_to_change(version, by=by)
    changes = settled(held, wanted, seen)
    first = changes.get("first_year", held.first_year)
    years = changes.get("years", held.years)
    as_wanted = Version(first_year=first, years=years)
    outside = Change.objects.filter(
        Q(on__lt=as_wanted.starts_on) | Q(on__gt=as_wanted.ends_on), line__version=held
    )
    if number := outside.count():
        raise DomainError(
            f"{number} of the changes would lie outside {as_wanted.period}. Move or remove them "
            "first."
        )
    write_row(held, held, changes, event="plan.details_changed", by=by)
    return held
