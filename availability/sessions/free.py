"""What is free in sessional wards, as expressions for queries of wards."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from availability.models import Session
from availability.sessions.plan import day_begins
from availability.words import plural, weekday

SOON = timedelta(days=14)


def free_sessions_by(last: date | None, ward: str = "pk") -> Combinable:
    """Of a ward, how many places are free from now until that day, by default two weeks ahead."""
    return free_sessions_between(*window_until(last), ward)


def window_until(last: date | None) -> tuple[datetime, datetime]:
    """From today's first moment to the end of that day, by default two weeks ahead."""
    today = timezone.localdate()
    return day_begins(today), day_begins((last or today + SOON) + timedelta(1))


def in_words(free: int, next_free: datetime | None) -> str:
    """E.g. '3 free sessions, next on Tuesday 24 November'; 'No free session'."""
    if next_free is None:
        return "No free session"
    when = f"next on {weekday(timezone.localdate(next_free))}"
    return f"{plural(free, 'free session')}, {when}" if free else f"Free session: {when}"


def still_free(ward: str = "pk") -> QuerySet[Session]:
    """Of a ward in an outer query, the sessions to come that have a free place."""
    return Session.objects.filter(
        ward=OuterRef(ward), booked__lt=F("capacity"), begins_at__gt=Now()
    ).order_by()


def free_sessions(first: date, last: date, ward: str = "pk") -> Combinable:
    """Of a ward, how many places in sessions from one day to another are free, as an expression.

    Both days count; what has begun does not. No query of its own.
    """
    return free_sessions_between(day_begins(first), day_begins(last + timedelta(1)), ward)


def free_sessions_between(begins: Any, ends: Any, ward: str = "pk") -> Combinable:
    """The same from one moment until another."""
    free = (
        still_free(ward)
        .filter(begins_at__gte=begins, begins_at__lt=ends)
        .values("ward")
        .annotate(places=Sum(F("capacity") - F("booked")))
        .values("places")
    )
    return Coalesce(Subquery(free, output_field=IntegerField()), 0)


def next_free_session(ward: str = "pk") -> Combinable:
    """Of a ward, when the next session with a free place begins, as an expression; else null."""
    return Subquery(still_free(ward).order_by("begins_at").values("begins_at")[:1])
