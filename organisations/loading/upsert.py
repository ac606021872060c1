"""Bring rows into a table: add what is new, change what differs, leave the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from organisations.loading.rows import Row


@dataclass(frozen=True)
class Wanted:
    """What a row of a file says about one object.

    `source` follows the file at every load, except that an empty value erases nothing;
    `initial` is set when the object is made and belongs to the helpdesk afterwards.
    """

    row: Row
    key: str
    source: dict[str, Any] = field(default_factory=dict)
    initial: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How many rows of one kind were added, changed, found as they are, or not loaded."""

    kind: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0


def bring_in(
    model: type[models.Model], key: str, wanted: Iterable[Wanted], left_out: int = 0
) -> Outcome:
    """Make the table say what the rows want, in a handful of statements; BadFile if one cannot."""
    wanted = list(wanted)
    # Those of the file alone: beside the postcode areas may lie every postcode of the country.
    existing = model._default_manager.in_bulk([want.key for want in wanted], field_name=key)
    new: dict[str, models.Model] = {}
    changed: list[models.Model] = []
    fields: set[str] = set()
    seen: set[str] = set()
    for want in wanted:
        if want.key in seen:
            raise want.row.wrong(f"{want.key} is there twice.")
        seen.add(want.key)
        thing = existing.get(want.key)
        if thing is None:
            thing = model(**{key: want.key}, **want.initial, **want.source)
            validate(thing, want.row)
            new[want.key] = thing
            continue
        differing = {
            name: value
            for name, value in want.source.items()
            if value not in ("", None) and getattr(thing, name) != value
        }
        if differing:
            for name, value in differing.items():
                setattr(thing, name, value)
            validate(thing, want.row)
            changed.append(thing)
            fields.update(differing)
    manager = model._default_manager
    manager.bulk_create(new.values(), batch_size=2000)
    if changed:
        manager.bulk_update(changed, sorted(fields), batch_size=500)
    return Outcome(
        kind=str(model._meta.verbose_name_plural),
        added=len(new),
        changed=len(changed),
        unchanged=len(seen) - len(new) - len(changed),
        left_out=left_out,
    )


def validate(thing: models.Model, row: Row) -> None:
    """The model's own rules about lengths, choices and ranges; BadFile if one is broken."""
    try:
        thing.clean_fields(exclude=[f.name for f in thing._meta.fields if f.is_relation])
    except ValidationError as error:
        problems = [f"{name}: {' '.join(text)}" for name, text in error.message_dict.items()]
        raise row.wrong(" ".join(problems)) from None
