"""Every pair of states of everything that has a life, and the page that shows them."""

import itertools
from types import SimpleNamespace

import pytest
from django.conf import settings

from core.errors import Conflict
from core.event_words import WORDS
from core.lifecycle import as_page, lifecycles

# By hand from the design: the ways that there are, and no other.
EXPECTED = {
    "account": {
        ("unverified", "active"),
        ("active", "disabled"),
        ("disabled", "active"),
        ("disabled", "anonymised"),
    },
    "hold request": {
        ("asked", "accepted"),
        ("asked", "declined"),
        ("asked", "withdrawn"),
        ("asked", "expired"),
    },
    "invitation": {("pending", "accepted"), ("pending", "withdrawn"), ("pending", "expired")},
    "plan version": {
        ("scenario", "draft"),
        ("draft", "submitted"),
        ("submitted", "draft"),
        ("submitted", "approved"),
        ("submitted", "returned"),
        ("approved", "superseded"),
    },
    "request": {
        ("submitted", "approved"),
        ("submitted", "rejected"),
        ("submitted", "withdrawn"),
        ("submitted", "expired"),
    },
}
PAIRS = [
    (lifecycle, *pair)
    for lifecycle in lifecycles()
    for pair in itertools.product(lifecycle.states.values, repeat=2)
]


def test_every_life_cycle_is_here():
    assert {lifecycle.name for lifecycle in lifecycles()} == set(EXPECTED)


@pytest.mark.parametrize(
    ("lifecycle", "state", "to"), PAIRS, ids=[f"{one.name}: {a} to {b}" for one, a, b in PAIRS]
)
def test_only_the_ways_of_the_table_can_be_gone(lifecycle, state, to):
    row = SimpleNamespace(status=state, save=lambda update_fields: None)
    if (state, to) in EXPECTED[lifecycle.name]:
        assert lifecycle.move(row, to).event in WORDS
        assert row.status == to
    else:
        with pytest.raises(Conflict):
            lifecycle.move(row, to)
        assert row.status == state


def test_the_page_with_the_diagrams_is_up_to_date():
    page = settings.BASE_DIR / "docs" / "lifecycles.md"
    assert page.read_text(encoding="utf-8") == as_page(), "python manage.py lifecycles"
