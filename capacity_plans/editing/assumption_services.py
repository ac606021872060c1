"""Writes of what is assumed of the patients of a segment."""

from typing import Any

from django.db import transaction

from accounts.models import User
from capacity_plans.editing.conflicts import RowRemoved, removal_of
from capacity_plans.editing.line_services import refuse_unless_own
from capacity_plans.editing.services import Seen, remove_row, settled, write_new, write_row
from capacity_plans.editing.values import SEGMENT, code_of, codes_of
from capacity_plans.models import Assumption, Version
from capacity_plans.services import hold_to_change
from core.errors import Conflict

TAKEN = "There are assumptions for this type, sex and security level already."


@transaction.atomic
def add_assumption(*, version: Version, by: User, **wanted: Any) -> Assumption:
    """Add what is assumed of a segment. The same once more gives what is there.

    Conflict if the segment has other assumptions already.
    """
    held = hold_to_change(version, by=by)
    segment = {name: wanted[name] for name in SEGMENT}
    if made := held.assumptions.filter(**segment).first():
        now = codes_of(made)
        if all(now[name] == code_of(value) for name, value in wanted.items()):
            return made
        raise Conflict(TAKEN)
    row = Assumption(version=held, **wanted)
    write_new(held, row, event="plan.assumption_added", by=by)
    return row


@transaction.atomic
def save_assumption(*, assumption: Assumption, seen: Seen, by: User, **wanted: Any) -> Assumption:
    """Change an assumption.

    RowChanged if it was changed since, RowRemoved if it is gone; Conflict if another is about the
    same segment.
    """
    held = hold_to_change(assumption.version, by=by)
    row = held.assumptions.filter(pk=assumption.pk).first()
    if row is None:
        raise RowRemoved(removal_of(Assumption, assumption.pk, held))
    changes = settled(row, wanted, seen)
    segment = {name: changes.get(name, getattr(row, name)) for name in SEGMENT}
    if held.assumptions.filter(**segment).exclude(pk=row.pk).exists():
        raise Conflict(TAKEN)
    write_row(held, row, changes, event="plan.assumption_changed", by=by)
    return row


@transaction.atomic
def remove_assumption(*, assumption: Assumption, seen: Seen, by: User) -> None:
    """Remove an assumption as it was seen. Who has removed it already changes nothing."""
    held = hold_to_change(assumption.version, by=by)
    row = held.assumptions.filter(pk=assumption.pk).first()
    if row is None:
        refuse_unless_own(removal_of(Assumption, assumption.pk, held), by)
        return
    remove_row(held, row, seen, event="plan.assumption_removed", by=by)
