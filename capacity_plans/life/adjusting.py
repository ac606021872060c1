"""Changing the assumptions of all types at once, to try something out."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from accounts.models import User
from capacity_plans.editing.services import record_rows
from capacity_plans.editing.values import codes_of
from capacity_plans.figures import rounded
from capacity_plans.models import Assumption, Version
from capacity_plans.services import count_change, hold_to_change, refuse_unseen
from core.audit import record
from core.errors import DomainError

TYPED = re.compile(r"([+-]?)([0-9]{1,6}(?:\.[0-9])?)(%?)", re.ASCII)
# From and to which each may be set, as where they are typed
LIMITS = {
    "occupancy": (Decimal(50), Decimal(100)),
    "length_of_stay": (Decimal("0.1"), Decimal(5000)),
    "admissions": (Decimal(0), Decimal(100_000)),
    "referrals": (Decimal(0), Decimal(1_000_000)),
}
NAMES = {
    "occupancy": "an occupancy",
    "length_of_stay": "a length of stay",
    "admissions": "admissions",
    "referrals": "referrals",
}


@dataclass(frozen=True)
class Adjustment:
    """Either by so many percent, or to a value."""

    number: Decimal
    is_percent: bool

    def of(self, value: Decimal) -> Decimal:
        return value * (100 + self.number) / 100 if self.is_percent else self.number

    def __str__(self) -> str:
        return f"{self.number:+}%" if self.is_percent else str(self.number)


def adjustment_of(text: str) -> Adjustment | None:
    """Of what was typed, e.g. '+10%', '-5%' or '90'; None if it is neither."""
    found = TYPED.fullmatch("".join(text.replace("−", "-").replace(",", ".").split()))
    if found is None:
        return None
    sign, digits, percent = found.groups()
    number = Decimal(f"{sign}{digits}")
    if bool(sign) != bool(percent) or (percent and number < -100):
        # '+10' might be meant either way, and '10%' too.
        return None
    return Adjustment(number, bool(percent))


@transaction.atomic
def adjust_assumptions(
    *, version: Version, by: User, seen: int | None = None, **adjustments: Adjustment | None
) -> Version:
    """Adjust `occupancy`, `length_of_stay`, `admissions` or `referrals` of all types at once.

    All of it or nothing: DomainError if one would leave what is allowed, or nothing is assumed;
    Conflict if the version has changed since the revision `seen`.
    """
    wanted = {name: one for name, one in adjustments.items() if one is not None}
    held = hold_to_change(version, by=by)
    refuse_unseen(held, seen)
    count_change(held)
    rows = list(held.assumptions.select_related("service_type").select_for_update(of=("self",)))
    if not rows or not wanted:
        raise DomainError("There is nothing to change: enter something, and assume something.")
    was = [codes_of(row) for row in rows]
    for row in rows:
        for name, adjustment in wanted.items():
            adjust(row, name, adjustment)
        row.revision += 1
    Assumption.objects.bulk_update(rows, [*wanted, "revision"])
    changed = zip(rows, was, strict=True)
    record_rows(held, changed, event="plan.assumption_changed", by=by)
    words = {name: str(one) for name, one in wanted.items()}
    record("plan.assumptions_adjusted", by=by, target=held, adjusted=words)
    return held


def adjust(row: Assumption, name: str, adjustment: Adjustment) -> None:
    """Set one figure of a row, rounded as it is kept."""
    old = getattr(row, name)
    if old is None:
        # Referrals, where they are not known
        return
    new = adjustment.of(Decimal(old))
    least, most = LIMITS[name]
    in_days = name == "length_of_stay"
    new = rounded(new) if in_days else new.quantize(Decimal(1), ROUND_HALF_UP)
    if not least <= new <= most:
        raise DomainError(
            f"{row.service_type}, {row.get_sex_display().lower()} would have {NAMES[name]} of "
            f"{new:,}. It must be from {least:,} to {most:,}."
        )
    setattr(row, name, new if in_days else int(new))
