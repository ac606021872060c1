"""What is said of a ward that a searcher was told otherwise about."""

import json
from datetime import datetime

from availability.follow_up.choices import DOUBTS, CallOutcome
from availability.words import clock
from organisations.models import Ward


def doubt(ward: Ward) -> str:
    totals = getattr(ward, "totals", None)
    return doubt_in_words(totals.doubted_at, totals.doubt) if totals else ""


def doubt_in_words(at: datetime | None, what: str) -> str:
    """E.g. 'A searcher was told at 14:32 that no bed was free'; '' without a doubt."""
    return f"A searcher was told {clock(at)} that {DOUBTS[what]}" if at else ""


def call_in_words(said: str | None) -> str:
    """E.g. 'You telephoned at 14:32: no bed is free', of what `last_call` gives; '' without one."""
    if said is None:
        return ""
    call = json.loads(said)
    who = "You" if call["is_own"] else "Your organisation"
    outcome = str(CallOutcome(call["outcome"]).label)
    told = f"{outcome[:1].lower()}{outcome[1:]}"
    if call["outcome"] == CallOutcome.OTHER and call["text"]:
        told = call["text"]
    return f"{who} telephoned {clock(datetime.fromisoformat(call['at']))}: {told}"
