"""Who may: each rule gives None, or the refusal in words."""

from typing import Any

from organisations.choices import WardKind
from organisations.models import Ward


def may_ask_to_hold(ward: Ward) -> str | None:
    """A ward that counts its beds."""
    if ward.kind == WardKind.INPATIENT:
        return None
    return "This ward has sessions, not beds. Telephone it to book one."


def may_withdraw(hold: Any, by: Any) -> str | None:
    """Who asked."""
    return None if hold.by_id == by.pk else "Only who asked can withdraw a request."
