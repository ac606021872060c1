from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.sessions.kept import forget_if_sent, forget_unless_for
from accounts.sessions.limits import limits_of
from accounts.sessions.services import note_ended, see_session, time_out
from accounts.sessions.times import SEEN_AT, end_of, has_times, is_due, may_be_over, now

# Sent by what a page asks for by itself, such as a live refresh: nobody is at work then.
BACKGROUND = "X-Background"


class SessionLimitsMiddleware:
    """Ends a session that was idle, or lasted, too long; keeps when it was used.

    Stands between the middleware that knows who asks and the one that decides who may: what it
    ends is refused by the latter like any request without a login.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        is_work = not getattr(view, "is_background", False) and BACKGROUND not in request.headers
        watch(request, is_work=is_work)


def watch(request: HttpRequest, *, is_work: bool) -> None:
    """After this, request.user is nobody if the session is over."""
    session, person = request.session, request.user
    if not person.is_authenticated:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and session.session_key is None:
            note_ended(request)
        return
    forget_if_sent(request)
    if not has_times(session):
        time_out(request, person, None)
    elif may_be_over(session) and not (end := end_of(session, limits_of(person))).remaining:
        time_out(request, person, end)
    elif is_work and is_due(session):
        session[SEEN_AT] = now()
        forget_unless_for(session, person.pk)
        see_session(request)
