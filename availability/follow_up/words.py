"""What is said of a ward that a searcher was told otherwise about."""

from datetime import datetime

from availability.follow_up.choices import DOUBTS
from availability.words import clock
from organisations.models import Ward


def doubt(ward: Ward) -> str:
    totals = getattr(ward, "totals", None)
    return doubt_in_words(totals.doubted_at, totals.doubt) if totals else ""


def doubt_in_words(at: datetime | None, what: str) -> str:
    """E.g. 'A searcher was told at 14:32 that no bed was free'; '' without a doubt."""
    return f"A searcher was told {clock(at)} that {DOUBTS[what]}" if at else ""
