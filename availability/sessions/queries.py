"""Reads of sessions for their pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.queries import wards_editable_by
from availability.choices import SessionChange
from availability.models import Session, SessionEntry, SessionPattern, WardTotals
from availability.queries import SHOWN_WITH_WARD, freshness_of
from availability.sessions.free import free_sessions_by, in_words, next_free_session
from availability.sessions.plan import Pattern, Slot, day_begins
from availability.words import Freshness
from organisations.choices import WardKind
from organisations.models import Ward
from organisations.queries import still_open

# How far ahead sessions are made, and can be booked and searched.
HORIZON = timedelta(weeks=12)


def sessional_wards(user: Any) -> QuerySet[Ward]:
    """The wards whose sessions the person may change, with all that a list of them shows."""
    return (
        wards_editable_by(user)
        .filter(kind=WardKind.SESSIONAL)
        .select_related(*SHOWN_WITH_WARD)
        .order_by("unit__organisation__name", "unit__name", "name", "pk")
    )


@dataclass(frozen=True)
class Listed:
    """A sessional ward in the list of those that a person may update."""

    ward: Ward
    free: str
    freshness: Freshness


def listed(user: Any) -> list[Listed]:
    """The sessional wards that the person may update, each with what is free; 1 query."""
    wards: Any = sessional_wards(user).annotate(
        free=free_sessions_by(None), next_free=next_free_session()
    )
    return [Listed(ward, in_words(ward.free, ward.next_free), freshness_of(ward)) for ward in wards]


def sessions_editable_by(user: Any) -> QuerySet[Session]:
    """The sessions that the person may change, with their wards."""
    return Session.objects.filter(
        ward__in=wards_editable_by(user).filter(kind=WardKind.SESSIONAL)
    ).select_related("ward__unit__organisation")


def shown(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Without those that neither take place nor were closed."""
    return sessions.filter(Q(capacity__gt=0) | ~Q(closed_reason=""))


def sessions_between(ward_id: int, first: date, last: date) -> QuerySet[Session]:
    """A ward's sessions from one day to another, both included."""
    return Session.objects.filter(
        ward=ward_id,
        begins_at__gte=day_begins(first),
        begins_at__lt=day_begins(last + timedelta(1)),
    )


def newest_entries(sessions: QuerySet[Session]) -> QuerySet[SessionEntry]:
    """What was last written of each of the sessions."""
    newest = SessionEntry.objects.filter(session=OuterRef("pk")).order_by("-starts_at")
    return SessionEntry.objects.filter(
        pk__in=sessions.annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
    )


def newest_session_entry(ward: Ward) -> SessionEntry | None:
    """What a person last changed in a ward's sessions; if nobody did, what was made first."""
    entries = SessionEntry.objects.filter(session__ward=ward).select_related("session")
    by_people = entries.filter(by__isnull=False)
    return by_people.order_by("-pk").first() or entries.order_by("pk").first()


def open_bookings(sessions: Iterable[int]) -> QuerySet[SessionEntry]:
    """The bookings that are not released, of the sessions with these ids."""
    return SessionEntry.objects.filter(
        session__in=sessions, change=SessionChange.BOOKED, release__isnull=True
    ).order_by("starts_at")


def patterns_of(ward_id: int) -> list[Pattern]:
    """In the order in which they were recorded; 2 queries."""
    found = SessionPattern.objects.filter(ward=ward_id).order_by("pk").prefetch_related("slots")
    return [pattern_in_words(one) for one in found]


def pattern_in_words(found: SessionPattern) -> Pattern:
    return Pattern(
        found.starts_on,
        tuple(Slot(s.weekday, s.begins, s.minutes, s.capacity) for s in found.slots.all()),
    )


def wards_with_days_to_make() -> list[int]:
    """The ids of the open wards where a day has come into reach whose sessions are not made."""
    found = WardTotals.objects.filter(
        still_open("ward__", "ward__unit__", "ward__unit__organisation__"),
        sessions_until__lt=timezone.localdate() + HORIZON,
    )
    return list(found.values_list("pk", flat=True))


def newest_of_day(ward: Ward, day: date) -> int:
    """The id of what was last written of a day's sessions; 0 for nothing."""
    entries = SessionEntry.objects.filter(session__in=sessions_between(ward.pk, day, day))
    return entries.aggregate(newest=Max("pk"))["newest"] or 0


def patterns_recorded(ward: Ward) -> list[SessionPattern]:
    """In the order in which they were recorded, with who did; 2 queries."""
    found = SessionPattern.objects.filter(ward=ward).select_related("by").prefetch_related("slots")
    return list(found.order_by("pk"))
