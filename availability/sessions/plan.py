"""Which sessions the patterns of a ward give each day; no query, no clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True, order=True)
class Slot:
    """A session of a week: its weekday (Monday is 0), the clock's time, its length and places."""

    weekday: int
    begins: time
    minutes: int
    capacity: int


@dataclass(frozen=True)
class Pattern:
    """A week's slots from a day on."""

    starts_on: date
    slots: tuple[Slot, ...]


def planned(patterns: Sequence[Pattern], first: date, last: date) -> dict[datetime, Slot]:
    """The sessions from the first day to the last, by when they begin.

    `patterns` stand in the order in which they were recorded: of those that begin on the same day
    the later one counts.
    """
    return {
        moment_of(day, slot.begins): slot
        for day in days(first, last)
        for slot in slots_on(day, patterns)
    }


def slots_on(day: date, patterns: Iterable[Pattern]) -> list[Slot]:
    begun = [pattern for pattern in patterns if pattern.starts_on <= day]
    if not begun:
        return []
    newest = max(reversed(begun), key=lambda pattern: pattern.starts_on)
    return [slot for slot in newest.slots if slot.weekday == day.weekday()]


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def moment_of(day: date, clock: time) -> datetime:
    """A time of the clock on the wall, on that day."""
    return timezone.make_aware(datetime.combine(day, clock))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def day_begins(day: date) -> datetime:
    return moment_of(day, time(0))
