"""A ward's past, made up from a seed: beds that fill, empty and close, and confirmations of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from availability.choices import BedState, ClosedReason, DelayReason, EntryOrigin
from availability.conditions import Condition

T = TypeVar("T")

MINUTE = timedelta(minutes=1)

# How many beds of a ward are free and how many closed, and of a hundred wards how many are so.
ENDINGS = {(0, 0): 38, (0, 1): 17, (1, 0): 26, (1, 1): 7, (2, 0): 8, (0, 2): 4}
EXAMPLE_ENDING = (2, 1)

# Hours since a ward was last confirmed, and of a hundred wards how many: most fresh, some stale.
AGES = {(0.2, 8.0): 72, (12.5, 20.0): 15, (26.0, 70.0): 13}
EXAMPLE_AGE = (1.5, 2.5)
FRESH = 8.0

# Days that patients of a service type stay, in the median; of the others USUAL_STAY.
STAYS = {
    "cyp-picu": 28,
    "cyp-eating-disorders": 80,
    "cyp-low-secure": 220,
    "cyp-medium-secure": 260,
    "adult-low-secure": 420,
    "adult-medium-secure": 520,
    "mother-and-baby": 40,
    "adult-eating-disorders": 95,
}
USUAL_STAY = 50

REASONS = {
    ClosedReason.STAFFING: 5,
    ClosedReason.ENVIRONMENT: 3,
    ClosedReason.ACUITY: 3,
    ClosedReason.INFECTION_CONTROL: 2,
    ClosedReason.REFURBISHMENT: 2,
}
DELAYS = (DelayReason.R01, DelayReason.R05, DelayReason.R18, DelayReason.R20, DelayReason.R34)
TEAMS = ("a crisis team", "a community team", "another ward", "a commissioner's case manager")
# What becomes of a bed when a patient has left, or goes for some days.
LEAVES, CLOSES, GOES_ON_LEAVE = 84, 7, 9


@dataclass(frozen=True)
class Change:
    """From this moment on the bed was so."""

    at: datetime
    condition: Condition
    origin: EntryOrigin = EntryOrigin.BOARD


@dataclass(frozen=True)
class WardPast:
    """What happened on one ward: each bed's changes, oldest first, and when all was confirmed."""

    beds: list[list[Change]]
    confirmed: list[datetime]


def drawn(rng: Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


def past(
    rng: Random,
    *,
    beds: int,
    stay: float,
    ending: tuple[int, int],
    age: tuple[float, float],
    now: datetime,
    days: int,
) -> WardPast:
    """A ward that was set up so many days ago and last confirmed `age` (from, to) hours ago.

    `ending` is how many of its beds are free now and how many closed; `stay` the median in days.
    """
    last = now - rng.uniform(*age) * timedelta(hours=1)
    set_up = now - timedelta(days=days, minutes=rng.randint(0, 600))
    free, closed = ending
    endings = [
        *[Condition(BedState.AVAILABLE)] * free,
        *[Condition(BedState.CLOSED, closed_reason=drawn(rng, REASONS)) for _ in range(closed)],
        *[taken(rng, now, is_fresh=age[1] <= FRESH) for _ in range(beds - free - closed)],
    ]
    rng.shuffle(endings)
    return WardPast(
        beds=[[*changes(rng, end, set_up, last, stay)] for end in endings],
        confirmed=[to_the_minute(at) for at in confirmations(rng, set_up, last, now)],
    )


def taken(rng: Random, now: datetime, *, is_fresh: bool) -> Condition:
    """What a bed is that is neither free nor closed; what soon ends is so on a fresh ward alone."""
    lot = rng.random()
    if lot < 0.03:
        return Condition(BedState.ON_LEAVE, due_at=now + timedelta(days=rng.randint(1, 4)))
    if lot < 0.035:
        return Condition(BedState.ISOLATED)
    if is_fresh and lot < 0.05:
        soon = now + timedelta(minutes=rng.randint(40, 600))
        return Condition(BedState.RESERVED, due_at=soon, held_for=rng.choice(TEAMS))
    if is_fresh and lot < 0.065:
        return Condition(BedState.PREPARING, due_at=now + timedelta(minutes=rng.randint(30, 240)))
    if lot < 0.15:
        return Condition(BedState.OCCUPIED, delay_reason=rng.choice(DELAYS))
    if lot < 0.35:
        return Condition(BedState.OCCUPIED, due_at=now + timedelta(days=rng.randint(1, 60)))
    return Condition(BedState.OCCUPIED)


def changes(
    rng: Random, ending: Condition, set_up: datetime, last: datetime, stay: float
) -> Iterator[Change]:
    """What a bed was, from occupied when it was set up to its ending, the last before `last`."""
    latest = Change(to_the_minute(set_up), Condition(BedState.OCCUPIED), EntryOrigin.SETUP)
    until = last - timedelta(hours=rng.uniform(2, 60))
    at = set_up + timedelta(hours=1, days=rng.random() * stay)
    while at < until:
        for change in turnover(rng, at):
            if change.at >= until:
                break
            yield latest
            latest = change
        else:
            at = latest.at + days_of(rng, stay)
            continue
        break
    if latest.condition.state == ending.state and latest.origin != EntryOrigin.SETUP:
        latest = Change(latest.at, ending, latest.origin)
    elif latest.condition != ending:
        yield latest
        at = to_the_minute(until + rng.uniform(0.1, 0.9) * (last - until))
        latest = Change(max(at, latest.at + MINUTE), ending)
    yield latest


def turnover(rng: Random, at: datetime) -> list[Change]:
    """From a patient's leaving to the next one's coming, or to the same one's coming back."""
    at = to_the_minute(at)
    kind = drawn(rng, {"leaves": LEAVES, "closes": CLOSES, "on leave": GOES_ON_LEAVE})
    if kind == "on leave":
        back = at + days_of(rng, 3)
        return [
            Change(at, Condition(BedState.ON_LEAVE)),
            Change(back, Condition(BedState.OCCUPIED)),
        ]
    so_far = []
    if kind == "closes":
        so_far = [Change(at, Condition(BedState.CLOSED, closed_reason=drawn(rng, REASONS)))]
        at += days_of(rng, 14)
    elif rng.random() < 0.4:
        ready = at + timedelta(hours=rng.randint(1, 8))
        so_far = [Change(at, Condition(BedState.PREPARING, due_at=ready))]
        at = ready
    origin = EntryOrigin.TIME if kind == "leaves" and so_far else EntryOrigin.BOARD
    taken_at = at + days_of(rng, 4)
    return [
        *so_far,
        Change(at, Condition(BedState.AVAILABLE), origin),
        Change(taken_at, Condition(BedState.OCCUPIED)),
    ]


def days_of(rng: Random, median: float) -> timedelta:
    """So many days in the median, with the long tail that stays have; an hour at least."""
    days = rng.lognormvariate(math.log(median), 0.6)
    return to_minutes(max(timedelta(days=days), timedelta(hours=1)))


def confirmations(
    rng: Random, set_up: datetime, last: datetime, now: datetime
) -> Iterator[datetime]:
    """Once a shift in the last weeks, more or less; once a day before."""
    at = set_up + timedelta(hours=6)
    while at < last - timedelta(hours=6):
        yield at
        a_shift = at > now - timedelta(days=28)
        at += timedelta(minutes=rng.randint(540, 840) if a_shift else rng.randint(1200, 1680))
    yield last


def to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def to_minutes(span: timedelta) -> timedelta:
    return MINUTE * math.ceil(span / MINUTE)
