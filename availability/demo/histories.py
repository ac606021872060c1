"""Days on a ward, made up from a seed: beds that fill, empty and close, and confirmations of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from availability.choices import BedState, ClosedReason

AVAILABLE, OCCUPIED, CLOSED = BedState.AVAILABLE, BedState.OCCUPIED, BedState.CLOSED

# How many beds of each ward but the example are free and how many closed: few, as in life.
ENDINGS = (
    *[(0, 0)] * 14,
    *[(0, 1)] * 6,
    *[(1, 0)] * 11,
    *[(1, 1)] * 3,
    *[(2, 0)] * 4,
    *[(0, 2)] * 1,
)
EXAMPLE_ENDING = (2, 1)

# Hours since each ward was last confirmed, and on how many wards: most fresh, some stale.
AGES = (*[(0.2, 8.0)] * 27, *[(12.5, 20.0)] * 6, *[(26.0, 70.0)] * 6)
EXAMPLE_AGE = (1.5, 2.5)

REASONS = (
    *[ClosedReason.STAFFING] * 5,
    *[ClosedReason.ENVIRONMENT] * 3,
    *[ClosedReason.ACUITY] * 3,
    *[ClosedReason.INFECTION_CONTROL] * 2,
    *[ClosedReason.REFURBISHMENT] * 2,
)
# The ways a bed came to be what it is, after it was set up as occupied.
WAYS: dict[BedState, tuple[tuple[BedState, ...], ...]] = {
    AVAILABLE: ((AVAILABLE,), (AVAILABLE, OCCUPIED, AVAILABLE)),
    OCCUPIED: ((), (AVAILABLE, OCCUPIED), (AVAILABLE, OCCUPIED, AVAILABLE, OCCUPIED)),
    CLOSED: ((CLOSED,), (AVAILABLE, CLOSED)),
}


@dataclass(frozen=True)
class Change:
    at: datetime
    state: BedState
    reason: str = ""


@dataclass(frozen=True)
class WardDays:
    """What happened on one ward: each bed's changes, oldest first, and when all was confirmed."""

    beds: list[list[Change]]
    confirmed: list[datetime]


def days(
    rng: Random, *, beds: int, free: int, closed: int, age: tuple[float, float], now: datetime
) -> WardDays:
    """A ward, set up some ten days ago and last confirmed `age` (from, to) hours ago."""
    last = now - timedelta(minutes=round(rng.uniform(*age) * 60))
    set_up = now - timedelta(days=rng.randint(9, 13), minutes=rng.randint(0, 600))
    endings = [AVAILABLE] * free + [CLOSED] * closed + [OCCUPIED] * (beds - free - closed)
    rng.shuffle(endings)
    return WardDays(
        beds=[bed_changes(rng, ending, set_up, last) for ending in endings],
        confirmed=[*confirmations(rng, set_up, last)],
    )


def bed_changes(rng: Random, ending: BedState, set_up: datetime, last: datetime) -> list[Change]:
    way = rng.choice(WAYS[ending])
    span = int((last - set_up) / timedelta(minutes=1))
    minutes = sorted(rng.sample(range(1, span), len(way)))
    return [
        Change(set_up, OCCUPIED),
        *(
            Change(
                set_up + timedelta(minutes=minute),
                state,
                rng.choice(REASONS) if state == CLOSED else "",
            )
            for minute, state in zip(minutes, way, strict=True)
        ),
    ]


def confirmations(rng: Random, set_up: datetime, last: datetime) -> Iterator[datetime]:
    """Once a shift, more or less."""
    at = set_up + timedelta(hours=6)
    while at < last - timedelta(hours=6):
        yield at
        at += timedelta(minutes=rng.randint(9 * 60, 14 * 60))
    yield last
