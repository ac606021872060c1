"""Who may keep wards; beds are kept by whoever may change them.

An editor of a ward changes its details. To add, retire or reopen wards is for editors of the unit
or of its organisation: what a ward-level grant names is that one ward.
"""

from typing import Any

from accounts.queries import units_editable_by
from availability.rules import may_edit_a_ward


def may_keep_wards(user: Any) -> str | None:
    """Whoever may change every ward of some unit; of which, `units_editable_by` says. 1 query."""
    if refusal := may_edit_a_ward(user):
        return refusal
    if units_editable_by(user).exists():
        return None
    return "Wards are added and retired by editors of the unit or the organisation."
