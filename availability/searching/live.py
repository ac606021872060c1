"""Results that refresh themselves: whether what is shown is still so, said in a few bytes.

A tag says what is shown, what had been written of wards and beds by then, and until when time alone
changes nothing of it. While the last two hold, nobody has to search again; otherwise what a search
would show now decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from django.utils import timezone

from accounts.queries import Asker, groups_viewable_by
from availability.freshness import Hours
from availability.models import (
    BedEntry,
    Call,
    IntakeLimit,
    SessionEntry,
    WardConfirmation,
    WardTotals,
)
from availability.searching.finding import Results
from core.statements import Statement
from organisations.models import Collaborative, Organisation, Unit, Ward

# Nobody looks again for so long at most: a number may be taken before a smaller one is written, and
# some lists are edited without a trace.
LONGEST = timedelta(seconds=60)
# Histories, whose newest numbers tell that something has been written.
DIRECTORY: tuple[Any, ...] = (Ward, Unit, Organisation, Collaborative)
HISTORIES = (
    *(BedEntry, SessionEntry, WardConfirmation, IntakeLimit, Call),
    *(model.pgh_event_model for model in DIRECTORY),
)
NUMBERS = [(history._meta.pk.column, history._meta.db_table) for history in HISTORIES]
NEWEST = Statement(
    f"""
    SELECT {", ".join(f"(SELECT max({column}) FROM {table})" for column, table in NUMBERS)},
           (SELECT min(next_end_at)
              FROM {WardTotals._meta.db_table} WHERE next_end_at > statement_timestamp())
    """,  # noqa: S608
    (),
)
TAG = re.compile(r'(?:W/)?"([0-9a-f]{20})\.([0-9]{1,10})\.([0-9a-f]{20})"')


@dataclass(frozen=True)
class Tag:
    """`until` in seconds since 1970."""

    shown: str
    until: int
    written: str

    def __str__(self) -> str:
        return f'"{self.shown}.{self.until}.{self.written}"'

    def holds(self, written: str) -> bool:
        return self.written == written and timezone.now().timestamp() < self.until


def tag_in(header: str) -> Tag | None:
    """The tag that a browser sends back; None for anything else."""
    found = TAG.fullmatch(header.strip())
    return Tag(found[1], int(found[2]), found[3]) if found else None


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Written:
    """What has been written by now, in a few letters, and when the next bed becomes available."""

    words: str
    next_end: datetime | None


def written_now(user: Any, asked: str) -> Written:
    """As far as it can change what the person is shown for that address; two queries."""
    ((*numbers, next_end),) = NEWEST.rows()
    groups = sorted(viewable(user.role_in_use).rows({"person": user.pk}))
    return Written(hashed(f"{user.pk} {groups} {numbers} {asked}"), next_end)


@cache
def viewable(role_in_use: str) -> Statement:
    """The service groups in which a `person` with that role in use may search."""
    return Statement.of(groups_viewable_by(Asker(role_in_use)).order_by().values_list("pk"))


def tag_of(shown: str, results: Results, written: Written) -> Tag:
    """Of what is shown, when what had been written before it was searched for."""
    now = timezone.now()
    moments = [now + LONGEST, *words_change(results, now)]
    if written.next_end:
        moments.append(written.next_end)
    return Tag(hashed(shown), int(min(moments).timestamp()), written.words)


def words_change(results: Results, now: datetime) -> Iterator[datetime]:
    """When the freshness of each ward that is shown is next said otherwise."""
    near = results.nearly.wards if results.nearly else []
    for result in [*results.results, *(one.result for one in near)]:
        if confirmed := result.ward.confirmed_at:
            yield next_words(confirmed, result.ward, now)


def next_words(confirmed: datetime, group: Hours, now: datetime) -> datetime:
    age = now - confirmed
    step = timedelta(minutes=1) if age < timedelta(hours=1) else timedelta(hours=1)
    limits = (group.warn_after_hours, group.stale_after_hours)
    thresholds = [confirmed + timedelta(hours=hours) for hours in limits]
    return min([confirmed + (age // step + 1) * step, *(at for at in thresholds if at > now)])
