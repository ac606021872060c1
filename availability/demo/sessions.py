"""The services of the demonstration that offer sessions: invented, on sites that are real."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from availability.choices import EntryOrigin, SessionChange
from availability.demo.wards import EXAMPLE_UNIT
from availability.models import (
    Session,
    SessionEntry,
    SessionPattern,
    SessionSlot,
    WardConfirmation,
    WardTotals,
)
from availability.sessions.plan import Pattern, Slot, planned
from availability.sessions.queries import HORIZON
from organisations.choices import Sex, WardKind
from organisations.models import ServiceType, Unit, Ward

LABEL = "9:00 to 17:00, Monday to Friday; invented"
LAST_TELEPHONE = 960999
WEEKDAYS = range(5)
# Of a place of a session so many days ahead, how likely it is to be booked
NEAR, FAR, FULL_UNTIL = 0.9, 0.25, 10


@dataclass(frozen=True)
class DemoService:
    """An invented service: each of its sessions is (hour, minutes, places)."""

    site: str
    name: str
    service_type: str
    ages: tuple[int, int | None]
    sessions: tuple[tuple[int, int, int], ...]
    sex: Sex = Sex.MIXED
    confirmed_hours_ago: int = 3


SERVICES = (
    DemoService(
        EXAMPLE_UNIT,
        "CAMHS-Thames-Day",
        "cyp-eating-disorders",
        (12, 18),
        ((9, 60, 1), (10, 60, 1), (11, 60, 1), (14, 120, 6)),
    ),
    DemoService(
        "RXTD3",
        "Primrose day programme",
        "mother-and-baby",
        (18, None),
        ((10, 90, 4), (14, 90, 4)),
        Sex.FEMALE,
    ),
    DemoService(
        "RNU33",
        "Windrush day programme",
        "adult-eating-disorders",
        (18, None),
        ((9, 180, 8), (13, 180, 8)),
        confirmed_hours_ago=30,
    ),
)


def make_sessional_wards(rng: Random, keeper: User, now: datetime) -> None:
    """Each with a week that began long ago, twelve weeks of sessions, and bookings."""
    for number, service in enumerate(SERVICES):
        ward = Ward.objects.create(
            unit=Unit.objects.get(ods_code=service.site),
            name=service.name,
            service_type=ServiceType.objects.get(code=service.service_type),
            kind=WardKind.SESSIONAL,
            sex=service.sex,
            minimum_age=service.ages[0],
            maximum_age=service.ages[1],
            sessions_a_day=len(service.sessions),
            telephone=f"01632 {LAST_TELEPHONE - number}",
            referral_hours=LABEL,
        )
        slots = tuple(
            Slot(day, time(hour), minutes, places)
            for day in WEEKDAYS
            for hour, minutes, places in service.sessions
        )
        book_some(rng, ward, make_week(ward, slots, now), keeper, now)
        confirmed_at = now - timedelta(hours=service.confirmed_hours_ago)
        WardConfirmation.objects.create(ward=ward, at=confirmed_at, by=keeper)
        WardTotals.objects.create(
            ward=ward,
            confirmed_at=confirmed_at,
            confirmed_by=keeper,
            changed_at=confirmed_at,
            sessions_until=timezone.localdate(now) + HORIZON,
        )


def make_week(ward: Ward, slots: tuple[Slot, ...], now: datetime) -> list[Session]:
    """The pattern, its sessions, and the entry with which the history of each begins."""
    today, set_up = timezone.localdate(now), now - timedelta(days=30)
    pattern = SessionPattern.objects.create(ward=ward, starts_on=today - timedelta(30), at=set_up)
    SessionSlot.objects.bulk_create(
        SessionSlot(
            pattern=pattern,
            weekday=slot.weekday,
            begins=slot.begins,
            minutes=slot.minutes,
            capacity=slot.capacity,
        )
        for slot in slots
    )
    wanted = planned([Pattern(today, slots)], today, today + HORIZON)
    sessions = Session.objects.bulk_create(
        Session(
            ward=ward,
            begins_at=at,
            minutes=slot.minutes,
            planned=slot.capacity,
            capacity=slot.capacity,
        )
        for at, slot in wanted.items()
    )
    SessionEntry.objects.bulk_create(
        entry(session, SessionChange.PLANNED, set_up, EntryOrigin.SETUP) for session in sessions
    )
    return sessions


def book_some(
    rng: Random, ward: Ward, sessions: list[Session], keeper: User, now: datetime
) -> None:
    """The near ones are nearly full, as in life."""
    entries = []
    for session in sessions:
        likely = NEAR if (session.begins_at - now).days < FULL_UNTIL else FAR
        wanted = sum(rng.random() < likely for _ in range(session.capacity))
        minutes = sorted(rng.sample(range(180, 14 * 24 * 60), wanted), reverse=True)
        for ago in minutes:
            session.booked += 1
            at = now - timedelta(minutes=ago)
            entries.append(entry(session, SessionChange.BOOKED, at, EntryOrigin.BOARD, keeper))
    SessionEntry.objects.bulk_create(entries)
    Session.objects.bulk_update(sessions, ["booked"], batch_size=500)


def entry(
    session: Session,
    change: SessionChange,
    at: datetime,
    origin: EntryOrigin,
    by: User | None = None,
) -> SessionEntry:
    return SessionEntry(
        session=session,
        starts_at=at,
        change=change,
        capacity=session.capacity,
        booked=session.booked,
        by=by,
        origin=origin,
    )
