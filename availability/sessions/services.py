"""Writes of sessions. Lock order as for beds: the ward's WardTotals row, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from availability.choices import EntryOrigin, SessionChange
from availability.models import Session, SessionEntry, WardTotals
from availability.rules import may_undo
from availability.services import (
    RESOLUTION,
    changed_meanwhile,
    lock_totals,
    refuse_unless_editable,
)
from availability.sessions.plan import moment_of
from availability.sessions.queries import newest_entries, sessions_between, shown
from availability.words import weekday
from core.audit import record
from core.errors import Conflict, DomainError
from core.patients import has_nhs_number
from organisations.models import Ward

MOST_PLACES, LONGEST = 50, 720
NAMED = 3


@transaction.atomic
def book(*, session: Session, seen_entry: int, by: User, reference: str = "") -> SessionEntry:
    """Book a place of a session; gives the entry of the booking.

    `seen_entry` is the newest entry of the session that the person saw: sent twice, it books once.
    Conflict if the last place has gone since; DomainError if there was none, or without the right.
    """
    if has_nhs_number(reference):
        raise DomainError("Remove the NHS number. Nothing about a patient may be entered here")
    totals, session, latest = lock(session, by)
    repeated = session.entries.filter(
        pk__gt=seen_entry,
        change=SessionChange.BOOKED,
        reference=reference,
        by=by,
        origin=EntryOrigin.BOARD,
    ).first()
    if repeated:
        return repeated
    if not session.free:
        if latest.pk != seen_entry:
            raise Conflict(changed_meanwhile(latest, by))
        raise DomainError(f"{session.name} has no free place.")
    session.booked += 1
    (entry,) = write(totals, [session], SessionChange.BOOKED, by=by, reference=reference)
    return entry


@transaction.atomic
def release(*, session: Session, booking: int, by: User) -> SessionEntry:
    """Take a booking of a session back; `booking` is its entry. Once more changes nothing."""
    totals, session, _ = lock(session, by)
    booked = session.entries.filter(pk=booking, change=SessionChange.BOOKED).first()
    if booked is None:
        raise DomainError(f"{session.name} has no such booking.")
    if done := SessionEntry.objects.filter(releases=booked).first():
        return done
    session.booked -= 1
    (entry,) = write(totals, [session], SessionChange.RELEASED, by=by, releases=booked)
    return entry


@transaction.atomic
def change_session(
    *, session: Session, capacity: int, seen_entry: int, by: User, closed_reason: str = ""
) -> SessionEntry:
    """Give a session another number of places than its pattern does; 0 closes it, for a reason.

    Asking for what already is changes nothing. Conflict if somebody has changed it since;
    DomainError if more are booked.
    """
    totals, session, latest = lock(session, by)
    if (session.capacity, session.closed_reason) == (capacity, closed_reason):
        return latest
    if refusal := refusal_of(capacity, closed_reason, session):
        raise DomainError(refusal)
    if latest.pk != seen_entry:
        raise Conflict(changed_meanwhile(latest, by))
    session.capacity, session.closed_reason = capacity, closed_reason
    (entry,) = write(totals, [session], SessionChange.CHANGED, by=by)
    return entry


def refusal_of(capacity: int, closed_reason: str, session: Session) -> str | None:
    if not 0 <= capacity <= MOST_PLACES:
        return f"A session has up to {MOST_PLACES} places."
    if not capacity and session.planned and not closed_reason:
        return "Choose why the session is closed."
    if capacity and closed_reason:
        return "A session with places is not closed."
    if capacity < session.booked:
        return f"{session.booked} booked in {session.name}: release what does not fit first."
    return None


@transaction.atomic
def undo(*, session: Session, entry: int, by: User) -> SessionEntry:
    """Take one's own latest change of a session back: what was before is recorded anew.

    Conflict if it has changed since; DomainError if it was not the person's, or too long ago.
    """
    totals, session, latest = lock(session, by)
    if latest.pk != entry:
        raise Conflict(changed_meanwhile(latest, by))
    if refusal := may_undo(latest, by):
        raise DomainError(refusal)
    change, details = SessionChange.CHANGED, dict[str, Any]()
    if latest.change == SessionChange.BOOKED:
        change, details = SessionChange.RELEASED, {"releases": latest}
        session.booked -= 1
    elif latest.releases:
        change, details = SessionChange.BOOKED, {"reference": latest.releases.reference}
        session.booked += 1
    else:
        before = session.entries.filter(starts_at__lt=latest.starts_at).latest("starts_at")
        session.capacity, session.closed_reason = before.capacity, before.closed_reason
    (undone,) = write(totals, [session], change, by=by, origin=EntryOrigin.UNDO, **details)
    return undone


@transaction.atomic
def close_day(*, ward: Ward, day: date, closed_reason: str, seen_entry: int, by: User) -> None:
    """Close all sessions of a day that are not over. DomainError if any of them is booked.

    `seen_entry` is the newest entry among them that the person saw.
    """
    totals, sessions = lock_day(ward, day, seen_entry, by)
    stuck = [session for session in sessions if session.booked]
    if stuck:
        raise DomainError(f"Release what is booked first: {named(stuck)}.")
    if not sessions:
        raise DomainError(f"There are no sessions to close on {weekday(day)}.")
    changed = [session for session in sessions if session.closed_reason != closed_reason]
    for session in changed:
        session.capacity, session.closed_reason = 0, closed_reason
    write(totals, changed, SessionChange.CHANGED, by=by)


@transaction.atomic
def restore_day(*, ward: Ward, day: date, seen_entry: int, by: User) -> None:
    """Have the sessions of a day that are not over as the week's pattern has them."""
    totals, sessions = lock_day(ward, day, seen_entry, by)
    stuck = [session for session in sessions if session.booked > session.planned]
    if stuck:
        raise DomainError(f"Release what does not fit first: {named(stuck)}.")
    changed = [
        session
        for session in sessions
        if session.capacity != session.planned or session.closed_reason
    ]
    for session in changed:
        session.capacity, session.closed_reason = session.planned, ""
    write(totals, changed, SessionChange.CHANGED, by=by)


@transaction.atomic
def add_session(
    *, ward: Ward, day: date, begins: time, minutes: int, capacity: int, by: User
) -> Session:
    """Have a session that the pattern does not have. Once more changes nothing.

    DomainError if another one begins then.
    """
    totals = lock_totals(ward.pk)
    refuse_unless_editable(ward.pk, by)
    begins_at = moment_of(day, begins)
    if begins_at <= timezone.now():
        raise DomainError("That time has passed.")
    if not (1 <= capacity <= MOST_PLACES and 1 <= minutes <= LONGEST):
        raise DomainError(f"A session has up to {MOST_PLACES} places and {LONGEST} minutes.")
    session, is_new = Session.objects.get_or_create(
        ward=ward, begins_at=begins_at, defaults={"minutes": minutes, "capacity": 0}
    )
    if not is_new and (session.minutes, session.capacity) == (minutes, capacity):
        return session
    if session.capacity or session.closed_reason:
        raise DomainError(f"There is a session already at {session.name}.")
    if is_new:
        write_made(totals, [session])
    session.minutes, session.capacity = minutes, capacity
    write(totals, [session], SessionChange.CHANGED, by=by)
    return session


def lock(session: Session, by: User) -> tuple[WardTotals, Session, SessionEntry]:
    """A session as it is, its ward locked, with its newest entry. DomainError if it is over."""
    totals = lock_totals(session.ward_id)
    refuse_unless_editable(session.ward_id, by)
    latest = SessionEntry.objects.select_related("session").filter(session=session.pk)
    entry = latest.latest("starts_at")
    if entry.session.is_over:
        raise DomainError(f"{entry.session.name} is over.")
    return totals, entry.session, entry


def lock_day(ward: Ward, day: date, seen_entry: int, by: User) -> tuple[WardTotals, list[Session]]:
    """The sessions of a day that are not over, their ward locked. Conflict if a colleague has
    changed one since."""
    totals = lock_totals(ward.pk)
    refuse_unless_editable(ward.pk, by)
    sessions = [one for one in shown(sessions_between(ward.pk, day, day)) if not one.is_over]
    since = SessionEntry.objects.filter(session__in=sessions, pk__gt=seen_entry)
    if latest := since.exclude(by=by).select_related("session").order_by("-pk").first():
        raise Conflict(changed_meanwhile(latest, by))
    return totals, sessions


def write(
    totals: WardTotals,
    sessions: Sequence[Session],
    change: SessionChange,
    *,
    by: User | None,
    origin: EntryOrigin = EntryOrigin.BOARD,
    made: Sequence[Session] = (),
    **details: Any,
) -> list[SessionEntry]:
    """Save what the sessions of a locked ward have become, each with the next entry of its history.

    `made` are new, and saved. What people did is audited here; what a pattern makes, where the
    pattern is.
    """
    Session.objects.bulk_update(
        sessions, ["planned", "minutes", "capacity", "booked", "closed_reason"], batch_size=500
    )
    entries = SessionEntry.objects.bulk_create(
        (
            SessionEntry(
                session=session,
                **moment_after(newest.get(session.pk)),
                change=change,
                capacity=session.capacity,
                booked=session.booked,
                closed_reason=session.closed_reason,
                by=by,
                origin=origin,
                **details,
            )
            for newest in [newest_by_session(sessions)]
            for session in (*sessions, *made)
        ),
        batch_size=500,
    )
    if entries and origin != EntryOrigin.SETUP:
        totals.changed_at = max(filter(None, [totals.changed_at, *(e.starts_at for e in entries)]))
        totals.save()
        for entry in entries:
            record(
                "sessions.changed",
                by=by,
                target=entry.session,
                change=entry.change,
                capacity=entry.capacity,
                booked=entry.booked,
                closed_reason=entry.closed_reason,
            )
    return entries


def write_made(
    totals: WardTotals, made: Sequence[Session], changed: Sequence[Session] = ()
) -> None:
    """The entries of sessions that a pattern made, or changed."""
    planned = SessionChange.PLANNED
    write(totals, changed, planned, by=None, origin=EntryOrigin.SETUP, made=made)


def newest_by_session(sessions: Sequence[Session]) -> Mapping[int, Any]:
    if not sessions:
        return {}
    keys = [session.pk for session in sessions]
    newest = newest_entries(Session.objects.filter(pk__in=keys)).annotate(now=Now())
    return {entry.session_id: entry for entry in newest}


def moment_after(latest: Any) -> dict[str, datetime]:
    """When the next entry starts: now by the database's clock, which may step back."""
    return {"starts_at": max(latest.now, latest.starts_at + RESOLUTION)} if latest else {}


def named(sessions: Sequence[Session]) -> str:
    """E.g. '10:00 on Tuesday 24 November and 5 more'."""
    names = ", ".join(session.name for session in sessions[:NAMED])
    more = len(sessions) - NAMED
    return f"{names} and {more} more" if more > 0 else names
