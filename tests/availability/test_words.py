"""Times and freshness in words."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from availability.words import ago, clock, dial, freshness, miles_away, since
from organisations.models import ServiceGroup

# 12:00 in London, in summer time.
NOON = datetime(2026, 9, 3, 11, 0, tzinfo=UTC)
GROUP = ServiceGroup(warn_after_hours=12, stale_after_hours=24)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "just now"),
        (1, "1 minute ago"),
        (59, "59 minutes ago"),
        (60, "1 hour ago"),
        (47 * 60 + 59, "47 hours ago"),
        (48 * 60, "2 days ago"),
        (100 * 24 * 60, "100 days ago"),
    ],
)
def test_how_long_ago(minutes, words):
    assert ago(NOON - timedelta(minutes=minutes)) == words


def test_a_clock_that_is_ahead_does_not_count_backwards():
    assert ago(NOON + timedelta(minutes=5)) == "just now"


def test_clock_times_are_those_of_london():
    assert clock(NOON) == "at 12:00"
    assert since(NOON) == "since 12:00"
    assert clock(NOON - timedelta(days=1)) == "at 12:00 on 2 September"
    assert since(NOON - timedelta(days=1)) == "since 2 Sep, 12:00"
    assert since(NOON - timedelta(days=365)) == "since 3 Sep 2025, 12:00"


@pytest.mark.parametrize(
    ("hours", "advice", "is_stale"),
    [
        (12, "", False),
        (13, "Confirm soon", False),
        (24, "Confirm soon", False),
        (25, "Out of date", True),
    ],
)
def test_freshness_warns_and_then_is_stale(hours, advice, is_stale):
    told = freshness(NOON - timedelta(hours=hours), GROUP)
    assert told.words == f"Confirmed {hours} hours ago"
    assert (told.advice, told.is_stale) == (advice, is_stale)


def test_a_ward_that_was_never_confirmed_is_stale():
    assert freshness(None, GROUP).is_stale


def test_miles():
    assert miles_away(0.4) == "Less than 1 mile away"
    assert miles_away(1.2) == "1 mile away"
    assert miles_away(12.5001) == "13 miles away"


@pytest.mark.parametrize(
    ("telephone", "link"),
    [
        ("01632 960101", "01632960101"),
        ("+44 1632 960101", "+441632960101"),
        ("01632 960101 ext 23", "01632960101;ext=23"),
        ("01632 960101 x23", "01632960101;ext=23"),
        ("(01632) 960-101", "01632960101"),
    ],
)
def test_a_link_dials_the_number_and_then_the_extension(telephone, link):
    assert dial(telephone) == link
