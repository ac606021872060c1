"""Every cookie that the service sets, for the page that lists them; each app registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from core.messages import messages_cookie


@dataclass(frozen=True)
class Cookie:
    """A cookie's name, what it is for, and when it ends, in words."""

    name: str
    purpose: str
    ends: str


_cookies: list[Callable[[], Cookie]] = []


def register_cookie(cookie: Callable[[], Cookie]) -> None:
    """Add a cookie at start-up; it is asked for when it is shown, since settings name it."""
    _cookies.append(cookie)


def cookies() -> list[Cookie]:
    """Every cookie, the framework's first."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            "Keeps you logged in, and remembers where you are while you verify your email address "
            "or choose a new password, and for 1 hour what you sent after you were logged out.",
            "when you log out. Otherwise when you close your browser or, if you ticked “Remember "
            "your login details?” and may only look things up, "
            f"{in_words(timedelta(seconds=settings.SESSION_COOKIE_AGE))} after you logged in.",
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            "Makes sure that a form was sent from this service and not from another website.",
            f"{in_words(timedelta(seconds=settings.CSRF_COOKIE_AGE))} after the last page with a "
            "form that you opened.",
        ),
        Cookie(
            messages_cookie(),
            "Carries a message to the next page, such as “You have logged out.”",
            "when the message has been shown.",
        ),
        *(cookie() for cookie in _cookies),
    ]


def in_words(lifetime: timedelta) -> str:
    """E.g. '14 days', '24 hours': in days where there are several whole ones."""
    days, rest = divmod(lifetime, timedelta(days=1))
    if days > 1 and not rest:
        return f"{days} days"
    hours = int(lifetime / timedelta(hours=1))
    return f"{hours} hour{'' if hours == 1 else 's'}"
