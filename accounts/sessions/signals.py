"""What happens to the list of sessions when somebody logs in or out, by whatever way."""

from typing import Any

from allauth.account.signals import user_logged_in as allauth_logged_in
from allauth.usersessions.models import UserSession
from allauth.usersessions.signals import on_user_logged_in
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.sessions import times
from accounts.sessions.kept import forget_unless_for
from accounts.sessions.limits import in_words, limits_of
from accounts.sessions.services import REMEMBER, WAS, list_session

# allauth's own would read every session of the person, and forget whose the ended ones were.
allauth_logged_in.disconnect(on_user_logged_in)


@receiver(user_logged_in)
def begin(request: HttpRequest, user: User, **_: Any) -> None:
    """A new session, in the list of the person's sessions."""
    session, limits = request.session, limits_of(user)
    asked = session.pop(REMEMBER, None) == user.pk
    remembered = asked and bool(limits.remembered)
    if asked and not remembered:
        messages.info(
            request,
            "Your login details are not remembered, because you can do more than look things up. "
            "You stay logged in while you work here, and are logged out when you do nothing for "
            f"{in_words(limits.idle)}.",
            fail_silently=True,
        )
    session.pop(WAS, None)
    session.set_expiry(settings.SESSION_COOKIE_AGE if remembered else 0)
    times.begin(session, remembered=remembered)
    list_session(request, user)
    forget_unless_for(session, user.pk)


@receiver(user_logged_out)
def leave(request: HttpRequest, **_: Any) -> None:
    """The session that is about to be flushed leaves the list."""
    if key := request.session.session_key:
        UserSession.objects.filter(session_key=key).delete()
