"""Writes of a ward's weekly pattern, and of the sessions that come of it as days come."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from availability.models import Session, SessionPattern, SessionSlot, WardTotals
from availability.services import lock_totals, refuse_unless_editable
from availability.sessions.plan import Slot, planned
from availability.sessions.queries import (
    HORIZON,
    pattern_in_words,
    patterns_of,
    sessions_between,
)
from availability.sessions.services import LONGEST, MOST_PLACES, named, write_made
from availability.words import clock
from core.audit import record
from core.errors import Conflict, DomainError
from organisations.choices import WardKind
from organisations.models import Ward

MOST_SLOTS = 24
FURTHEST = timedelta(days=366)


@transaction.atomic
def set_pattern(
    *, ward: Ward, starts_on: date, slots: Sequence[Slot], seen_pattern: int, by: User | None
) -> SessionPattern:
    """Have such weeks from a day on, until the next pattern's day; `by` None is the service.

    What people changed for single days stays, and what has begun. `seen_pattern` is the newest
    pattern that the person saw, 0 for none. Asking for the same again changes nothing. Conflict if
    somebody set one since; DomainError if what is booked would not fit.
    """
    totals = lock_totals(ward.pk)
    if by is not None:
        refuse_unless_editable(ward.pk, by)
    if refusal := refusal_of(ward, starts_on, slots):
        raise DomainError(refusal)
    newest = (
        SessionPattern.objects.filter(ward=ward).order_by("pk").prefetch_related("slots").last()
    )
    if newest:
        same = pattern_in_words(newest).slots == tuple(sorted(slots))
        if same and newest.starts_on == starts_on:
            return newest
        if newest.pk != seen_pattern:
            whom = "you" if by and newest.by_id == by.pk else "a colleague"
            raise Conflict(
                f"The pattern was changed by {whom} {clock(newest.at)}, after you opened this "
                "page. Nothing of yours was saved. Check it and save again."
            )
    pattern = SessionPattern.objects.create(ward=ward, starts_on=starts_on, by=by)
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
    make_sessions(totals, max(starts_on, timezone.localdate()))
    record("sessions.planned", by=by, target=ward, starts_on=str(starts_on), a_week=len(slots))
    return pattern


def refusal_of(ward: Ward, starts_on: date, slots: Sequence[Slot]) -> str | None:
    if ward.kind != WardKind.SESSIONAL:
        return "This ward has beds, not sessions."
    today = timezone.localdate()
    if not today <= starts_on <= today + FURTHEST:
        return "The pattern starts today or within a year."
    if any(
        not (1 <= slot.capacity <= MOST_PLACES and 1 <= slot.minutes <= LONGEST) for slot in slots
    ):
        return f"A session has up to {MOST_PLACES} places and {LONGEST} minutes."
    moments = [(slot.weekday, slot.begins) for slot in slots]
    if len(moments) != len(set(moments)):
        return "Two sessions begin at the same time."
    if any(sum(slot.weekday == day for slot in slots) > MOST_SLOTS for day in range(7)):
        return f"A day has up to {MOST_SLOTS} sessions."
    return None


@transaction.atomic
def make_what_comes(*, ward_id: int) -> None:
    """Make the sessions of the days that have come into reach."""
    totals = lock_totals(ward_id)
    if totals.sessions_until and totals.sessions_until < timezone.localdate() + HORIZON:
        make_sessions(totals, max(totals.sessions_until + timedelta(days=1), timezone.localdate()))


def make_sessions(totals: WardTotals, first: date) -> None:
    """Have the sessions of a locked ward as its patterns say, from a day on as far as people look.

    A session that people gave another number of places keeps it. The number of queries is fixed.
    """
    last = timezone.localdate() + HORIZON
    wanted = planned(patterns_of(totals.ward_id), first, last)
    now = timezone.now()
    existing = {
        session.begins_at: session
        for session in sessions_between(totals.ward_id, first, last)
        if session.begins_at > now
    }
    changed: list[Session] = []
    stuck: list[Session] = []
    for begins_at, session in existing.items():
        if follow(session, wanted.get(begins_at)):
            (stuck if session.booked > session.capacity else changed).append(session)
    if stuck:
        raise DomainError(f"What is booked would not fit. Release it first: {named(stuck)}.")
    made = Session.objects.bulk_create(
        (
            Session(
                ward_id=totals.ward_id,
                begins_at=begins_at,
                minutes=slot.minutes,
                planned=slot.capacity,
                capacity=slot.capacity,
            )
            for begins_at, slot in wanted.items()
            if begins_at not in existing and begins_at > now
        ),
        batch_size=500,
    )
    write_made(totals, made, changed)
    totals.sessions_until = last
    totals.save()


def follow(session: Session, slot: Slot | None) -> bool:
    """Have a session as the pattern has it now, but for what people changed; whether it differs."""
    before = (session.planned, session.minutes, session.capacity, session.closed_reason)
    as_planned = session.capacity == session.planned and not session.closed_reason
    session.planned = slot.capacity if slot else 0
    if slot and as_planned:
        session.minutes = slot.minutes
    if as_planned:
        session.capacity = session.planned
    if not slot:
        # Nobody need be told that what no longer takes place is closed.
        session.closed_reason = ""
    return before != (session.planned, session.minutes, session.capacity, session.closed_reason)
