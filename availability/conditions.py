"""What a bed is, with all that goes with it, and what time makes of it."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from availability.choices import BedState, ClosedReason, DelayReason
from core.patients import has_nhs_number

# What may go with each state beside it, and what must.
CARRIES: dict[str, tuple[str, ...]] = {
    BedState.AVAILABLE: ("due_at",),
    BedState.RESERVED: ("due_at", "held_for", "reference"),
    BedState.OCCUPIED: ("due_at", "delay_reason"),
    BedState.ON_LEAVE: ("due_at",),
    BedState.PREPARING: ("due_at",),
    BedState.ISOLATED: (),
    BedState.CLOSED: ("due_at", "closed_reason"),
}
NEEDS: dict[str, dict[str, str]] = {
    BedState.RESERVED: {
        "held_for": "Enter for whom the bed is held.",
        "due_at": "Choose until when the bed is held.",
    },
    BedState.PREPARING: {"due_at": "Choose when the bed will be ready."},
    BedState.CLOSED: {"closed_reason": "Choose why the bed is closed."},
}
# At `due_at` these become available by themselves; of the others it is what is expected.
END_BY_THEMSELVES = (BedState.AVAILABLE, BedState.RESERVED, BedState.PREPARING)
# A time beyond is a slip.
FURTHEST = timedelta(days=3653)


@dataclass(frozen=True)
class Condition:
    """What is recorded of a bed from one moment on; `due_at` is the moment that the state ends.

    A hold runs out, a bed is ready, a patient comes back or leaves, a closed bed opens; of an
    available bed it is from when.
    """

    state: str
    closed_reason: str = ""
    due_at: datetime | None = None
    held_for: str = ""
    reference: str = ""
    delay_reason: str = ""

    @classmethod
    def of(cls, entry: Any) -> "Condition":
        return cls(*(getattr(entry, field.name) for field in fields(cls)))

    @property
    def details(self) -> dict[str, Any]:
        """Everything beside the state."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "state"}

    @property
    def ends_at(self) -> datetime | None:
        """When time alone makes the bed available."""
        return self.due_at if self.state in END_BY_THEMSELVES else None

    @property
    def column(self) -> str:
        """The column of the ward's totals that counts it."""
        return "coming" if self.state == BedState.AVAILABLE and self.due_at else self.state

    def at(self, moment: datetime) -> "Condition":
        """What has become of it by then."""
        if self.ends_at and self.ends_at <= moment:
            return Condition(BedState.AVAILABLE)
        return self

    def refusal(self, now: datetime) -> str | None:
        """Why it cannot be recorded now, in words."""
        if self.state not in BedState.values:
            return "Choose what the bed is now."
        for name, problem in NEEDS.get(self.state, {}).items():
            if not getattr(self, name):
                return problem
        for name, value in self.details.items():
            if value and name not in CARRIES[self.state]:
                return f"A bed that is {BedState(self.state).label.lower()} carries no such detail."
        if self.closed_reason and self.closed_reason not in ClosedReason.values:
            return "Choose why the bed is closed."
        if self.delay_reason and self.delay_reason not in DelayReason.values:
            return "Choose a reason from the list."
        if self.due_at and self.due_at <= now:
            return "Choose a time that is still to come."
        if self.due_at and self.due_at > now + FURTHEST:
            return "Choose a time within the next 10 years."
        if has_nhs_number(f"{self.held_for}\n{self.reference}"):
            return "Remove the NHS number. Nothing about a patient may be entered here."
        return None


def is_allowed() -> Q:
    """The condition that the details of an entry are those that its state carries."""
    allowed = Q()
    for state, carried in CARRIES.items():
        fits = Q(state=state)
        for name in ("closed_reason", "held_for", "reference", "delay_reason"):
            if name in NEEDS.get(state, {}):
                fits &= ~Q(**{name: ""})
            elif name not in carried:
                fits &= Q(**{name: ""})
        if "due_at" in NEEDS.get(state, {}):
            fits &= Q(due_at__isnull=False)
        elif "due_at" not in carried:
            fits &= Q(due_at__isnull=True)
        allowed |= fits
    return allowed
