"""The life of an item, as a table: from, to → what is audited, what is mailed."""

from dataclasses import dataclass

from approvals.choices import ItemStatus
from approvals.models import Item
from core.errors import Conflict


@dataclass(frozen=True)
class Transition:
    event: str
    mail: str


TRANSITIONS: dict[tuple[str, str], Transition] = {
    (ItemStatus.SUBMITTED, ItemStatus.APPROVED): Transition("item.approved", "access_approved"),
    (ItemStatus.SUBMITTED, ItemStatus.REJECTED): Transition("item.rejected", "access_declined"),
}


def move(item: Item, to: str) -> Transition:
    """Walk a locked item to a status; Conflict if the table has no such step."""
    transition = TRANSITIONS.get((item.status, to))
    if transition is None:
        raise Conflict(f"This request is already closed: {item.get_status_display().lower()}.")
    item.status = to
    item.save(update_fields=["status"])
    return transition
