"""What the board of a sessional ward, and the page of one of its sessions, show a person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from availability.choices import EntryOrigin
from availability.models import Session, SessionEntry, WardTotals
from availability.queries import THIS_VISIT, freshness_of, totals_of
from availability.rules import may_undo
from availability.sessions.plan import days, monday_of
from availability.sessions.queries import (
    HORIZON,
    newest_entries,
    newest_session_entry,
    open_bookings,
    sessions_between,
    shown,
)
from availability.words import Freshness, weekday
from organisations.models import Ward

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Row:
    """A session with its newest entry, and its bookings that are not released."""

    session: Session
    newest: SessionEntry
    bookings: list[SessionEntry]
    may_undo: bool

    @property
    def may_book(self) -> bool:
        return self.session.free > 0 and not self.session.is_over

    @property
    def references(self) -> list[str]:
        """Of the bookings that have one."""
        return [booking.reference for booking in self.bookings if booking.reference]

    @property
    def released_by_a_tap(self) -> SessionEntry | None:
        """The only booking; of several, the session's page lets choose."""
        one = len(self.bookings) == 1 and not self.session.is_over
        return self.bookings[0] if one else None


@dataclass(frozen=True)
class Day:
    """A day of the board."""

    day: date
    rows: list[Row]

    @property
    def name(self) -> str:
        return "Today" if self.day == timezone.localdate() else weekday(self.day)


@dataclass(frozen=True)
class SessionBoard:
    """A week of a sessional ward, from today on, as its board shows it to one person."""

    ward: Ward
    totals: WardTotals
    freshness: Freshness
    monday: date
    days: list[Day]
    newest_entry: int
    confirmation: str

    @property
    def week(self) -> str:
        """E.g. 'This week', 'Week from Monday 30 November'."""
        away = (self.monday - monday_of(timezone.localdate())).days // 7
        names = ("This week", "Next week")
        return names[away] if away < len(names) else f"Week from {weekday(self.monday)}"

    @property
    def previous(self) -> date | None:
        return self.monday - WEEK if self.monday > monday_of(timezone.localdate()) else None

    @property
    def next(self) -> date | None:
        return self.monday + WEEK if self.monday < last_week() else None

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Places of the sessions of the week that are not over, and sessions that are closed."""
        coming = [row.session for day in self.days for row in day.rows if not row.session.is_over]
        return [
            ("Free", sum(session.free for session in coming)),
            ("Booked", sum(session.booked for session in coming)),
            ("Closed", sum(not session.capacity for session in coming)),
        ]


def last_week() -> date:
    """The Monday of the last week that is made."""
    return monday_of(timezone.localdate() + HORIZON)


def week_of(text: str) -> date:
    """The Monday of the week that an address asks for; this week's for anything else."""
    this_week = monday_of(timezone.localdate())
    try:
        asked = monday_of(date.fromisoformat(text))
    except (ValueError, OverflowError):
        return this_week
    return min(max(asked, this_week), last_week())


def board_of(ward: Ward, monday: date, user: Any) -> SessionBoard:
    """A week of a ward from `sessional_wards`; 3 queries, 4 where nobody changed anything yet."""
    today = timezone.localdate()
    first, last = max(monday, today), min(monday + timedelta(days=6), today + HORIZON)
    by_day: dict[date, list[Row]] = defaultdict(list)
    for row in rows_of(shown(sessions_between(ward.pk, first, last)), user):
        by_day[row.session.local.date()].append(row)
    latest, totals = newest_session_entry(ward), totals_of(ward)
    return SessionBoard(
        ward=ward,
        totals=totals,
        freshness=freshness_of(ward),
        monday=monday,
        days=[Day(day, by_day[day]) for day in days(first, last)],
        newest_entry=latest.pk if latest else 0,
        confirmation="Everything else is unchanged"
        if changed_by(latest, totals, user)
        else "Nothing has changed",
    )


def changed_by(latest: SessionEntry | None, totals: WardTotals, user: Any) -> bool:
    """Whether the ward's last change is the person's, of this visit, and not confirmed."""
    from_then = timezone.now() - THIS_VISIT
    if totals.confirmed_at:
        from_then = max(from_then, totals.confirmed_at)
    if latest is None or latest.by_id != user.pk:
        return False
    return latest.origin == EntryOrigin.BOARD and latest.starts_at > from_then


def rows_of(sessions: QuerySet[Session], user: Any) -> list[Row]:
    """2 queries for any number of sessions."""
    newest = newest_entries(sessions.order_by()).select_related("session")
    found = sorted(newest, key=lambda entry: entry.session.begins_at)
    bookings: dict[int, list[SessionEntry]] = defaultdict(list)
    for booking in open_bookings([entry.session_id for entry in found]):
        bookings[booking.session_id].append(booking)
    return [
        Row(
            entry.session,
            entry,
            bookings[entry.session_id],
            not entry.session.is_over and not may_undo(entry, user),
        )
        for entry in found
    ]
