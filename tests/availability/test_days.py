"""Each ward day by day: the counts of a midnight are what the history says of it."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from availability import tasks
from availability.choices import BedState, ClosedReason, DelayReason, EntryOrigin
from availability.conditions import CARRIES, NEEDS, Condition
from availability.days import count_day, count_days, days_to_count
from availability.models import Bed, BedEntry, BedUpkeep, IntakeLimit, WardDay
from availability.models.wards import COUNTED
from availability.upkeep.choices import Work
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
# The clock goes forward on 29 March, and back on 25 October.
SPRING, AUTUMN = date(2026, 3, 28), date(2026, 10, 24)
DAYS = [first + timedelta(days=number) for first in (SPRING, AUTUMN) for number in range(3)]


def midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)


def moments(chance: random.Random) -> list[datetime]:
    """When something happens to a bed: some time before, in between, to the very midnight."""
    ends = [midnight_after(day) for day in DAYS]
    spread = [timedelta(), timedelta(minutes=-30), timedelta(minutes=30), timedelta(hours=-9)]
    chosen = {chance.choice(ends) + chance.choice(spread) for _ in range(chance.randint(0, 6))}
    return sorted(chosen | {ends[0] - timedelta(days=chance.choice([0, 1, 9]))})


def any_condition(chance: random.Random, starts_at: datetime) -> Condition:
    state = chance.choice(BedState.values)
    given = {
        "due_at": starts_at + timedelta(hours=chance.choice([9, 24, 25, 90])),
        "held_for": "Night team",
        "reference": "R17",
        "closed_reason": chance.choice(ClosedReason.values),
        "delay_reason": chance.choice(DelayReason.values[:3]),
    }
    carried = {
        name: given[name]
        for name in CARRIES[state]
        if name in NEEDS.get(state, {}) or chance.random() < 0.6
    }
    return Condition(state, **carried)


def live_through(chance: random.Random, ward) -> None:
    """Beds with a past, some of them retired, and what the staff said that they can take."""
    for number in range(1, 7):
        bed = Bed.objects.create(ward=ward, name=f"Bed {number}", position=number)
        for starts_at in moments(chance):
            past = any_condition(chance, starts_at)
            BedEntry.objects.create(
                bed=bed,
                starts_at=starts_at,
                state=past.state,
                **past.details,
                origin=EntryOrigin.SETUP,
            )
        if chance.random() < 0.4:
            bed.retired_at = midnight_after(chance.choice(DAYS)) + timedelta(
                minutes=chance.choice([-20, 0, 20])
            )
            bed.save()
    for _ in range(3):
        limit = IntakeLimit(ward=ward, can_take=chance.choice([None, 0, 2]))
        limit.at = midnight_after(chance.choice(DAYS)) - timedelta(hours=chance.choice([0, 1, 30]))
        limit.save()


def counted_by_hand(ward, day: date) -> dict | None:
    """What the rules of `Condition` make of the history at the end of a day."""
    end = midnight_after(day)
    found = []
    for bed in ward.beds.all():
        entries = [entry for entry in bed.entries.all() if entry.starts_at <= end]
        if entries and (bed.retired_at is None or bed.retired_at > end):
            newest = max(entries, key=lambda entry: entry.starts_at)
            found.append(Condition.of(newest).at(end))
    if not found or (ward.closed_on and ward.closed_on <= day):
        return None
    columns = Counter(one.column for one in found)
    limits = sorted((limit.at, limit.pk, limit.can_take) for limit in ward.intake_limits.all())
    return {
        **{column: columns[column] for column in COUNTED},
        "closed_reasons": dict(Counter(one.closed_reason for one in found if one.closed_reason)),
        "delayed": sum(bool(one.delay_reason) for one in found),
        "delay_reasons": dict(Counter(one.delay_reason for one in found if one.delay_reason)),
        "can_take": next((take for at, _, take in reversed(limits) if at <= end), None),
    }


def rows_of(ward) -> dict[date, dict]:
    names = [*COUNTED, "closed_reasons", "delayed", "delay_reasons", "can_take"]
    return {row.day: {name: getattr(row, name) for name in names} for row in ward.days.all()}


@pytest.mark.parametrize("seed", range(4))
def test_a_day_is_what_the_history_says_of_its_midnight(seed, django_assert_num_queries):
    chance = random.Random(seed)
    closing, *others = wards = [WardFactory(name=f"Ward {number}") for number in range(3)]
    for ward in wards:
        live_through(chance, ward)
    closing.closed_on = DAYS[1]
    closing.save()
    for day in DAYS:
        with django_assert_num_queries(1):
            count_day(day)
    for ward in wards:
        by_hand = {day: counted_by_hand(ward, day) for day in DAYS}
        assert rows_of(ward) == {day: row for day, row in by_hand.items() if row}, ward.name
    assert all(rows_of(ward) for ward in others)


@pytest.fixture
def ward():
    """Two beds since the morning of 1 June."""
    ward = WardFactory()
    for number in (1, 2):
        BedEntry.objects.create(
            bed=Bed.objects.create(ward=ward, name=f"Bed {number}", position=number),
            starts_at=datetime(2026, 6, 1, 9, tzinfo=LONDON),
            state=BedState.OCCUPIED,
            origin=EntryOrigin.SETUP,
        )
    return ward


def days_counted() -> list[int]:
    return list(WardDay.objects.order_by("day").values_list("day__day", flat=True))


def at(day: int, hour: int, minute: int = 0):
    return time_machine.travel(datetime(2026, 6, day, hour, minute, tzinfo=LONDON), tick=False)


def test_each_night_counts_the_days_that_were_missed_and_no_day_twice(ward):
    with at(1, 12):
        tasks.count_days()
    assert days_counted() == []
    with at(2, 0, 10):
        tasks.count_days()
    assert days_counted() == [1]
    with at(5, 0, 10):
        tasks.count_days()
        assert days_to_count() is None
        tasks.count_days()
    assert days_counted() == [1, 2, 3, 4]


def test_a_day_is_not_counted_before_what_began_in_it_is_written(ward):
    with at(2, 0, 4):
        assert count_days() == 0
        with pytest.raises(ValueError, match="not over"):
            count_day(date(2026, 6, 1))


def test_a_row_stays_as_it_was_written(ward):
    with at(3, 1):
        assert count_days() == 2
        Bed.objects.filter(ward=ward).update(retired_at=datetime(2026, 6, 1, 10, tzinfo=LONDON))
        assert count_day(date(2026, 6, 2)) == 0
    assert [row.occupied for row in WardDay.objects.all()] == [2, 2]


def test_a_bed_that_was_brought_back_is_not_counted_while_it_was_retired(ward):
    bed = ward.beds.first()
    for day, what in ((2, Work.RETIRED), (4, Work.RETURNED)):
        moment = datetime(2026, 6, day, 12, tzinfo=LONDON)
        BedUpkeep.objects.create(bed=bed, at=moment, what=what, name=bed.name, reason="Rebuilt")
    with at(6, 1):
        count_days()
    assert [row.occupied for row in WardDay.objects.order_by("day")] == [2, 1, 1, 2, 2]


def test_the_command_counts_a_period_and_says_so(ward):
    out = StringIO()
    with at(9, 12):
        call_command("count_days", "--from", "2026-06-03", "--to", "2026-06-04", stdout=out)
    assert days_counted() == [3, 4]
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert lines == [["2026-06-03", "1"], ["2026-06-04", "1"], ["2", "rows", "are", "new."]]


def test_where_no_bed_is_there_is_nothing_to_count(db):
    assert count_days() == 0
    assert timezone.localdate() not in days_counted()
