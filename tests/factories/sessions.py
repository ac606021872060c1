"""Wards with sessions, brought to their state through the services."""

from datetime import date, time, timedelta

from django.utils import timezone

from availability.models import Session
from availability.sessions.patterns import set_pattern
from availability.sessions.plan import Slot
from availability.sessions.services import book
from organisations.choices import WardKind
from tests.factories.organisations import WardFactory

EVERY_DAY = range(7)


def sessional_ward(**fields):
    """A ward that has no sessions yet."""
    more = {"kind": WardKind.SESSIONAL, "commissioned_beds": None, "sessions_a_day": 2}
    return WardFactory(**{"name": "Day programme", **more, **fields})


def week(*sessions, days=EVERY_DAY):
    """The same on each of the days: each (hour, capacity), of an hour."""
    return [Slot(day, time(hour), 60, capacity) for day in days for hour, capacity in sessions]


def ward_with_sessions(*sessions, starts_on=None, days=EVERY_DAY, **fields):
    """A ward with such sessions, by default from today on."""
    ward = sessional_ward(**fields)
    plan(ward, week(*(sessions or ((10, 1), (14, 4))), days=days), starts_on)
    return ward


def plan(ward, slots, starts_on: date | None = None, *, by=None):
    newest = ward.session_patterns.order_by("pk").last()
    return set_pattern(
        ward=ward,
        starts_on=starts_on or timezone.localdate(),
        slots=slots,
        seen_pattern=newest.pk if newest else 0,
        by=by,
    )


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def session_at(ward, hour: int, day: date | None = None) -> Session:
    """The ward's session that begins at that hour, tomorrow unless told."""
    return next(
        one
        for one in ward.sessions.all()
        if (one.local.date(), one.local.hour) == (day or tomorrow(), hour)
    )


def newest(session: Session):
    return session.entries.latest("starts_at")


def booked(session: Session, *, by, reference: str = ""):
    """A booking by somebody who sees the session as it is."""
    return book(session=session, seen_entry=newest(session).pk, by=by, reference=reference)
