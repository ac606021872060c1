"""What happens to the list of sessions when somebody logs in or out, by whatever way."""

from typing import Any

from allauth.account.signals import user_logged_in as allauth_logged_in
from allauth.usersessions.models import UserSession
from allauth.usersessions.signals import on_user_logged_in
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.sessions.services import start_session

# allauth's own would read every session of the person, and forget whose the ended ones were.
allauth_logged_in.disconnect(on_user_logged_in)


@receiver(user_logged_in)
def begin(request: HttpRequest, user: User, **_: Any) -> None:
    """A new session, in the list of the person's sessions."""
    start_session(request, user)


@receiver(user_logged_out)
def leave(request: HttpRequest, **_: Any) -> None:
    """The session that is about to be flushed leaves the list."""
    if key := request.session.session_key:
        UserSession.objects.filter(session_key=key).delete()
