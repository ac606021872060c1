"""Reads about sessions."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.sessions.browsers import browser_in_words
from accounts.sessions.limits import limits_of
from accounts.sessions.services import ENDED, NOWHERE
from accounts.sessions.times import REMEMBERED, SEEN_AT, SIGNED_IN_AT, end_of


@dataclass(frozen=True)
class Login:
    """A place where a person is logged in. `pk` is that of the session's row."""

    pk: int
    since: datetime
    seen_at: datetime
    browser: str
    address: str
    is_this: bool


def live_sessions(person: User) -> QuerySet[UserSession]:
    """The rows of a person's sessions that the browser can still come with."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=person, session_key__in=live).exclude(
        data__has_key=ENDED
    )


def logins_of(request: SignedInRequest) -> list[Login]:
    """Where the person is logged in, this place first, then the last used. One query."""
    limits = limits_of(request.user)
    logins = [
        Login(
            pk=row.pk,
            since=row.created_at,
            seen_at=row.last_seen_at,
            browser=browser_in_words(row.user_agent),
            address="" if row.ip == NOWHERE else row.ip,
            is_this=row.session_key == request.session.session_key,
        )
        for row in live_sessions(request.user).order_by("-last_seen_at")
        if end_of(times_of(row), limits).remaining
    ]
    return sorted(logins, key=lambda login: not login.is_this)


def times_of(row: UserSession) -> dict[str, int]:
    """As the session itself has them, but for the last minute."""
    return {
        SIGNED_IN_AT: int(row.created_at.timestamp()),
        SEEN_AT: int(row.last_seen_at.timestamp()),
        REMEMBERED: int(row.data.get(REMEMBERED, False)),
    }
