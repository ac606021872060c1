"""What others did to beds while somebody decided on them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from availability.choices import CHOSEN, EntryOrigin
from availability.conditions import Condition
from availability.models import Bed, BedEntry, IntakeLimit
from availability.words import clock, plural
from core.errors import Conflict

# Of what happened since somebody looked, so many steps are looked at.
STEPS = 50
SAME_TIME = timedelta(minutes=1)


@dataclass(frozen=True)
class Meanwhile:
    """A bed that has changed since somebody saw it: what they saw, and what came after it.

    `seen` is None if the page named no entry of the bed; `since` is never empty, the oldest first.
    """

    bed: Bed
    seen: BedEntry | None
    since: Sequence[BedEntry]

    @property
    def latest(self) -> BedEntry:
        return self.since[-1]


class BedsChanged(Conflict):
    """Beds have changed since the person saw them; nothing of theirs was saved."""

    def __init__(self, beds: Sequence[Meanwhile], by: Any) -> None:
        self.beds = beds
        if len(beds) == 1:
            latest = beds[0].latest
            words = (
                f"{beds[0].bed.name} was changed to {latest.state_in_words} "
                f"{by_whom(latest, by)} {clock(latest.starts_at)}, after you opened this page. "
            )
        else:
            names = ", ".join(one.bed.name for one in beds)
            words = f"{plural(len(beds), 'bed')} changed after you opened this page: {names}. "
        super().__init__(f"{words}Nothing of yours was saved. Check and choose again.")


def by_whom(entry: BedEntry | IntakeLimit, reader: Any) -> str:
    """E.g. 'by you', 'by Bella Beds (availability editor)', 'by itself'.

    For who may change the bed too: nobody else sees names (privacy policy).
    """
    if entry.by is None:
        is_time = isinstance(entry, BedEntry) and entry.origin == EntryOrigin.TIME
        return "by itself" if is_time else "by the service"
    if entry.by_id == reader.pk:
        return "by you"
    return f"by {entry.by.get_full_name()} (availability editor)"


def limit_changed(limit: IntakeLimit, reader: Any) -> Conflict:
    """Said to who was about to say how many patients a ward can take, and had not seen this."""
    to = "no limit" if limit.can_take is None else limit.can_take
    return Conflict(
        f"This was changed to {to} {by_whom(limit, reader)} {clock(limit.at)}, after you opened "
        "this page. Nothing of yours was saved. Save again to change it, or cancel to keep it."
    )


@dataclass(frozen=True)
class Told:
    """A conflict over one bed as a page shows it; `wanted` is '' if nothing can be kept."""

    bed: Bed
    was: str
    steps: list[str]
    now: str
    wanted: str
    wanted_state: str


def told(conflict: BedsChanged, wanted: Condition | None, reader: Any) -> list[Told]:
    """For each bed what somebody saw, what happened since and by whom, and what they wanted."""
    return [
        Told(
            bed=one.bed,
            was=described(one.seen) if one.seen else "",
            steps=[
                f"{described(entry)}, {by_whom(entry, reader)} {clock(entry.starts_at)}"
                for entry in one.since
            ],
            now=described(one.latest),
            wanted=described(BedEntry(state=wanted.state, **wanted.details)) if wanted else "",
            wanted_state=wanted.state if wanted else "",
        )
        for one in conflict.beds
    ]


def described(entry: BedEntry) -> str:
    """E.g. 'Reserved, until 14:32, for Oxford CAMHS'."""
    return ", ".join(filter(None, (entry.state_in_words, entry.details_in_words)))


def meanwhile(bed: Bed, seen_entries: Collection[int]) -> Meanwhile:
    """What happened to a bed since somebody saw these entries, among them one of the bed: 2
    queries."""
    entries = BedEntry.objects.filter(bed=bed).select_related("by").order_by("-starts_at")
    seen = entries.filter(pk__in=seen_entries).first()
    after = entries.filter(starts_at__gt=seen.starts_at) if seen else entries[:1]
    return Meanwhile(bed, seen, list(after[:STEPS])[::-1])


def is_repeat(happened: Meanwhile, to: Condition, by: Any, now: datetime) -> bool:
    """Whether the person has made this very change on what they saw, and nobody another since.

    A tap is sent twice when its answer was lost, or a page was sent again.
    """
    made = [entry for entry in happened.since if entry.origin != EntryOrigin.TIME]
    if happened.seen is None or len(made) != 1:
        return False
    (only,) = made
    own = only.by_id == by.pk and only.origin in CHOSEN
    return own and is_alike(only, to, since=only.starts_at, now=now)


def is_alike(entry: Any, to: Condition, *, since: datetime, now: datetime) -> bool:
    """Whether an entry says the same, with times to the minute.

    A time that was chosen as so many hours from then, `since`, is the same hours from now.
    """
    was = Condition.of(entry)
    if was.due_at is None or to.due_at is None:
        return was == to
    if was.state != to.state or was.details | {"due_at": None} != to.details | {"due_at": None}:
        return False
    apart = abs(was.due_at - to.due_at), abs((was.due_at - since) - (to.due_at - now))
    return min(apart) < SAME_TIME
