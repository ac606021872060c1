"""Several people at one session, on real connections. Without the lock on WardTotals these are red:
the database then refuses the second booking, and nobody is told why."""

import pytest

from availability.models import SessionEntry
from availability.sessions.services import book, change_session, release
from core.errors import Conflict, DomainError
from tests.counts import often
from tests.factories.accounts import ward_editor
from tests.factories.sessions import newest, session_at, tomorrow, ward_with_sessions
from tests.races import at_once

ROUNDS = often(400)


@pytest.fixture
def ward():
    return ward_with_sessions((20, 1), (21, 3), days=[tomorrow().weekday()])


@pytest.fixture
def people(ward):
    return [ward_editor(ward, name) for name in ("wendy.ward", "walter.ward", "wilma.ward")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_place_one_has_it_and_the_other_is_told(ward, people):
    session = session_at(ward, 20)
    for _ in range(ROUNDS):
        seen = newest(session).pk

        def want(position, seen=seen):
            try:
                return book(session=session, seen_entry=seen, by=people[position])
            except Conflict as conflict:
                return str(conflict)

        answers = at_once(want, 2)
        [won] = [answer for answer in answers if isinstance(answer, SessionEntry)]
        [told] = [answer for answer in answers if isinstance(answer, str)]
        assert "was changed to Booked by a colleague" in told
        assert newest(session) == won
        session.refresh_from_db()
        assert session.booked == 1
        release(session=session, booking=won.pk, by=people[0])


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_books_once_and_a_double_release_frees_once(ward, people):
    session = session_at(ward, 21)
    for _ in range(ROUNDS):
        seen = newest(session).pk
        entries = at_once(
            lambda _, seen=seen: book(session=session, seen_entry=seen, by=people[0]), 3
        )
        assert len(set(entries)) == 1
        freed = at_once(
            lambda _, entry=entries[0]: release(session=session, booking=entry.pk, by=people[0]), 3
        )
        assert len(set(freed)) == 1
        session.refresh_from_db()
        assert (session.booked, newest(session).booked) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_booked_never_exceeds_capacity_while_the_places_become_fewer(ward, people):
    session = session_at(ward, 21)
    for _ in range(ROUNDS):
        seen = newest(session).pk

        def book_or_take_away(position, seen=seen):
            try:
                if position < 3:
                    return book(session=session, seen_entry=seen, by=people[position])
                return change_session(session=session, capacity=2, seen_entry=seen, by=people[0])
            except DomainError as error:
                return str(error)

        answers = at_once(book_or_take_away, 4)
        session.refresh_from_db()
        done = [answer for answer in answers[:3] if isinstance(answer, SessionEntry)]
        assert session.booked == len(done) <= session.capacity
        latest = newest(session)
        assert (session.capacity, session.booked) == (latest.capacity, latest.booked)
        for entry in done:
            release(session=session, booking=entry.pk, by=people[0])
        change_session(session=session, capacity=3, seen_entry=newest(session).pk, by=people[0])
