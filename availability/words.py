"""Times and freshness as a person would say them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from availability.choices import BedState, DelayReason
from availability.conditions import Condition
from availability.freshness import Hours, Limit, is_past

# What is expected of a state on the day that it names
EXPECTED: dict[str, str] = {
    BedState.OCCUPIED: "discharge expected on",
    BedState.ON_LEAVE: "back on",
    BedState.CLOSED: "reopens on",
}


@dataclass(frozen=True)
class Freshness:
    """How far a ward's figures can be trusted, e.g. 'Confirmed 3 hours ago'."""

    words: str
    advice: str = ""
    is_stale: bool = False


def in_words(condition: Condition) -> str:
    """What goes with a state, e.g. 'until 14:32, for Oxford CAMHS'; '' if nothing does."""
    parts = []
    if condition.due_at:
        state = condition.state
        if state == BedState.RESERVED:
            parts.append(f"until {moment_of(condition.due_at)}")
        elif state == BedState.AVAILABLE:
            parts.append(f"from {moment_of(condition.due_at)}")
        elif state == BedState.PREPARING:
            parts.append(f"ready {clock(condition.due_at)}")
        else:
            parts.append(f"{EXPECTED[state]} {day(timezone.localtime(condition.due_at))}")
    if condition.held_for:
        parts.append(f"for {condition.held_for}")
    if condition.reference:
        parts.append(f"reference {condition.reference}")
    if condition.delay_reason:
        label = str(DelayReason(condition.delay_reason).label)
        parts.append(f"ready for discharge ({label[:1].lower()}{label[1:]})")
    return ", ".join(parts)


def moment_of(moment: datetime) -> str:
    """E.g. '14:32', or '14:32 on 3 September' for another day."""
    return clock(moment).removeprefix("at ")


def clock(moment: datetime) -> str:
    """E.g. 'at 14:32', or 'at 14:32 on 3 September' for another day."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return f"at {local:%H:%M}"
    return f"at {local:%H:%M} on {day(local)}"


def since(moment: datetime) -> str:
    """E.g. 'since 14:32', or 'since 3 Sep, 14:32' for another day."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return f"since {local:%H:%M}"
    return f"since {day(local, '%b')}, {local:%H:%M}"


def day(local: date, month: str = "%B") -> str:
    """E.g. '3 September'; with its year if that is another one."""
    year = "" if local.year == timezone.localdate().year else f" {local.year}"
    return f"{local.day} {local:{month}}{year}"


def weekday(found: date) -> str:
    """E.g. 'Tuesday 24 November'; with its year if that is another one."""
    year = "" if found.year == timezone.localdate().year else f" {found.year}"
    return f"{found:%A} {found.day} {found:%B}{year}"


def ago(moment: datetime) -> str:
    """E.g. 'just now', '20 minutes ago', '3 hours ago', '4 days ago'."""
    minutes = int((timezone.now() - moment) / timedelta(minutes=1))
    if minutes < 1:
        return "just now"
    for length, limit, unit in ((1, 60, "minute"), (60, 48 * 60, "hour")):
        if minutes < limit:
            return f"{plural(minutes // length, unit)} ago"
    return f"{plural(minutes // (24 * 60), 'day')} ago"


def plural(number: int, noun: str) -> str:
    """E.g. '1 bed', '2 beds'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def freshness(confirmed_at: datetime | None, group: Hours) -> Freshness:
    """How long ago the whole ward was confirmed, against its service group's hours."""
    if confirmed_at is None:
        return Freshness("Not confirmed yet", "May be out of date", is_stale=True)
    words = f"Confirmed {ago(confirmed_at)}"
    for limit in (Limit.STALE, Limit.WARN):
        if is_past(limit, confirmed_at, group):
            return Freshness(words, str(limit.label), is_stale=limit == Limit.STALE)
    return Freshness(words)


def miles_away(miles: float) -> str:
    """E.g. 'Less than 1 mile away', '12 miles away'."""
    return "Less than 1 mile away" if miles < 1 else f"{plural(round(miles), 'mile')} away"


def dial(telephone: str) -> str:
    """The number for a link, e.g. '01632960101' or, with an extension, '01632960101;ext=23'.

    (RFC 3966, section 5.3)
    """
    number, *extension = re.split(r"(?i)(?:ext|x|#)", telephone, maxsplit=1)
    digits = "".join(re.findall(r"[+\d]", number))
    inner = "".join(re.findall(r"\d", "".join(extension)))
    return f"{digits};ext={inner}" if inner else digits
