"""Which sessions the patterns of a ward give each day."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from availability.sessions.plan import Pattern, Slot, planned

TUESDAY = date(2026, 11, 24)
MORNING, AFTERNOON = Slot(1, time(9), 60, 1), Slot(1, time(14), 90, 4)


def begins(patterns, first, last):
    return list(planned(patterns, first, last))


def test_a_pattern_counts_from_its_day_until_the_next_one_of_a_later_day():
    patterns = [
        Pattern(TUESDAY, (MORNING,)),
        Pattern(TUESDAY + timedelta(weeks=2), (AFTERNOON,)),
    ]
    found = planned(patterns, TUESDAY - timedelta(weeks=1), TUESDAY + timedelta(weeks=3))
    assert [(at.date(), slot) for at, slot in found.items()] == [
        (TUESDAY, MORNING),
        (TUESDAY + timedelta(weeks=1), MORNING),
        (TUESDAY + timedelta(weeks=2), AFTERNOON),
        (TUESDAY + timedelta(weeks=3), AFTERNOON),
    ]


def test_of_the_same_day_the_later_word_counts_and_an_empty_week_ends_the_sessions():
    patterns = [
        Pattern(TUESDAY, (MORNING,)),
        Pattern(TUESDAY, (AFTERNOON,)),
        Pattern(TUESDAY + timedelta(days=7), ()),
    ]
    assert planned(patterns, TUESDAY, TUESDAY + timedelta(weeks=5)) == {
        datetime(2026, 11, 24, 14, tzinfo=UTC): AFTERNOON
    }


def test_the_clock_on_the_wall_counts_when_the_clocks_change():
    sunday, slot = date(2026, 10, 18), Slot(6, time(9), 60, 1)
    found = begins([Pattern(sunday, (slot,))], sunday, sunday + timedelta(weeks=1))
    assert found == [
        datetime(2026, 10, 18, 8, tzinfo=UTC),
        datetime(2026, 10, 25, 9, tzinfo=UTC),
    ]
    forward = date(2027, 3, 28)
    assert begins([Pattern(sunday, (slot,))], forward, forward) == [
        datetime(2027, 3, 28, 8, tzinfo=UTC)
    ]


slots = st.builds(
    Slot,
    st.integers(0, 6),
    st.integers(5, 22).map(time),
    st.just(60),
    st.integers(1, 9),
)
weeks = st.lists(slots, max_size=4, unique_by=lambda slot: (slot.weekday, slot.begins))
days = st.dates(date(2026, 3, 1), date(2026, 11, 30))


@given(st.lists(st.tuples(days, weeks), max_size=3), days)
def test_each_day_has_the_sessions_of_the_newest_pattern_that_has_begun(given_patterns, day):
    patterns = [Pattern(start, tuple(week)) for start, week in given_patterns]
    last = day + timedelta(days=9)
    found = [(at.astimezone(), slot) for at, slot in planned(patterns, day, last).items()]
    expected = []
    while day <= last:
        in_force: tuple = ()
        newest = date.min
        for pattern in patterns:
            if newest <= pattern.starts_on <= day:
                newest, in_force = pattern.starts_on, pattern.slots
        expected += [(day, one.begins, one) for one in in_force if one.weekday == day.weekday()]
        day += timedelta(days=1)
    local = [(at.date(), at.timetz().replace(tzinfo=None), slot) for at, slot in found]
    assert sorted(local) == sorted(expected)
