"""Writes about sessions. A row of allauth's UserSession stands beside each of Django's own."""

from datetime import UTC, datetime, timedelta

from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH, get_client_ip
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.sessions.store import is_key
from accounts.sessions.times import REMEMBERED, SIGNED_IN_AT, End
from core import audit

# In the data of a row whose session was ended: by whom. The row says for a while whose it was.
ENDED = "ended"
# In the session, until the login is complete: who asked to be remembered.
REMEMBER = "remember_login_of"
# In a session of nobody: whose it was before it ended, and why it did.
WAS = "was_session_of"
MEMORY = timedelta(hours=1)
# What somebody is told who can do nothing by logging in.
DISABLED = "You were logged out because your account was disabled."
# Where the network address is not known.
NOWHERE = "::"


def list_session(request: HttpRequest, person: User) -> None:
    """The row of a session in which a person is logged in."""
    session = request.session
    if session.session_key is None:
        session.save()
    UserSession.objects.create(
        session_key=session.session_key,
        user=person,
        created_at=datetime.fromtimestamp(session[SIGNED_IN_AT], UTC),
        data={REMEMBERED: session[REMEMBERED]},
        **client(request),
    )


def see_session(request: HttpRequest) -> None:
    """Keep when, and from where, the session was used last."""
    rows = UserSession.objects.filter(session_key=request.session.session_key)
    rows.update(last_seen_at=timezone.now(), **client(request))


def renew_key(request: HttpRequest) -> None:
    """Another key for the session that goes on; who knew the old one is out."""
    before = request.session.session_key
    request.session.cycle_key()
    move_row(request, before)


def go_on_with_new_password(request: HttpRequest, person: User) -> None:
    """The session goes on, under another key, although the password that it began with is gone."""
    before = request.session.session_key
    update_session_auth_hash(request, person)
    move_row(request, before)


def move_row(request: HttpRequest, before: str | None) -> None:
    """The row of a session whose key has changed stays its row: it can be seen, and be ended."""
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


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
def time_out(request: HttpRequest, person: User, end: End | None) -> None:
    """End the session of the request by its limit; without one, by what it does not say."""
    audit.record(
        "session.timed_out",
        by=None,
        target=person,
        subject=person,
        limit=end.limit if end else "unknown",
    )
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    request.user = AnonymousUser()
    note(request, person.pk, end.words if end else "You were logged out.")


def note_ended(request: HttpRequest) -> None:
    """If the browser comes with a session that was ended, keep whose it was and why."""
    key = request.COOKIES[settings.SESSION_COOKIE_NAME]
    if not is_key(key):
        return
    rows = UserSession.objects.filter(session_key=key, data__has_key=ENDED)
    row = rows.select_related("user").first()
    if row:
        own = row.data[ENDED] == row.user_id
        words = "because you ended this login elsewhere" if own else "by the service"
        told = f"You were logged out {words}." if row.user.is_active else DISABLED
        note(request, row.user_id, told)
        row.delete()


def note(request: HttpRequest, person: int, why: str) -> None:
    """Keep, for an hour, whose session ended here and why, in the session of nobody."""
    request.session[WAS] = {"person": person, "why": why}
    request.session.set_expiry(int(MEMORY.total_seconds()))


@transaction.atomic
def end_rows(rows: QuerySet[UserSession], *, by: User | None) -> int:
    """End these sessions: the next request that comes with one is refused."""
    ended = 0
    for row in rows.select_for_update().select_related("user").exclude(data__has_key=ENDED):
        # Deleted rather than changed: a request that is under way cannot write it back.
        if Session.objects.filter(session_key=row.session_key).delete()[0]:
            audit.record("session.ended", by=by, target=row, subject=row.user)
            ended += 1
        row.data = {ENDED: by.pk if by else None}
        row.save(update_fields=["data"])
    return ended


def sweep_sessions() -> None:
    """Delete the rows of sessions that are gone, an hour after they were last used."""
    unused = UserSession.objects.filter(last_seen_at__lte=timezone.now() - MEMORY)
    unused.exclude(session_key__in=Session.objects.values("session_key")).delete()
