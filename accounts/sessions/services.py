"""Writes about sessions. A row of allauth's UserSession stands beside each of Django's own."""

from datetime import timedelta
from typing import Any

from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH, get_client_ip
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from core import audit

# In the data of a row whose session was ended; the row says for a while whose it was.
ENDED = "ended"
MEMORY = timedelta(hours=1)
# Where the network address is not known.
NOWHERE = "::"


def start_session(request: HttpRequest, person: User, **data: Any) -> None:
    """The row of a session in which a person has just logged in."""
    UserSession.objects.create(
        session_key=request.session.session_key, user=person, data=data, **client(request)
    )


def see_session(request: HttpRequest, person: User) -> None:
    """Keep when, and from where, the session was used last."""
    rows = UserSession.objects.filter(session_key=request.session.session_key)
    if not rows.update(last_seen_at=timezone.now(), **client(request)):
        # A changed password gives the session another key.
        start_session(request, person)


def client(request: HttpRequest) -> dict[str, str]:
    """Network address and browser that a request comes from."""
    agent = request.headers.get("User-Agent", "").replace("\0", "")
    return {
        "ip": get_client_ip(request) or NOWHERE,
        "user_agent": agent[:HTTP_USER_AGENT_MAX_LENGTH],
    }


def end_other_sessions(request: HttpRequest) -> int:
    """End all sessions of the person but the one of the request; gives how many there were."""
    person = request.user
    if not isinstance(person, User):
        return 0
    rows = UserSession.objects.exclude(session_key=request.session.session_key or "")
    return end_rows(rows.filter(user=person), by=person)


def end_sessions(person: User, *, by: User | None) -> int:
    """End all sessions of a person; gives how many there were. `by` is None for the system."""
    return end_rows(UserSession.objects.filter(user=person), by=by)


@transaction.atomic
def end_rows(rows: QuerySet[UserSession], *, by: User | None) -> int:
    """End these sessions: the next request that comes with one is refused."""
    ended = 0
    for row in rows.select_for_update().select_related("user").exclude(data__has_key=ENDED):
        # Deleted rather than changed: a request that is under way cannot write it back.
        if Session.objects.filter(session_key=row.session_key).delete()[0]:
            audit.record("session.ended", by=by, target=row, subject=row.user)
            ended += 1
        row.data = {ENDED: True}
        row.save(update_fields=["data"])
    return ended


def sweep_sessions() -> None:
    """Delete the rows of sessions that are gone, an hour after they were last used."""
    unused = UserSession.objects.filter(last_seen_at__lte=timezone.now() - MEMORY)
    unused.exclude(session_key__in=Session.objects.values("session_key")).delete()
