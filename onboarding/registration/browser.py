"""The signed cookie by which a browser comes back to the registration that it began."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.cookies import Cookie, in_words
from onboarding.models import RegistrationDraft
from onboarding.registration.drafts import LIFETIME, live_draft

SALT = "onboarding.registration"
# Longer than a draft, so that who comes back too late can be told so.
COOKIE_LIFETIME = timedelta(days=7)


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}registration"


def cookie() -> Cookie:
    """What the page about cookies says of ours."""
    return Cookie(
        cookie_name(),
        "Lets you go on with creating an account where you stopped, in the same browser.",
        f"{in_words(COOKIE_LIFETIME)} after you began. What you had typed is deleted after "
        f"{in_words(LIFETIME)}.",
    )


def key_of(request: HttpRequest) -> str:
    """The key of a draft, perhaps swept by now; '' if the browser has begun none."""
    age = int(COOKIE_LIFETIME.total_seconds())
    key = request.get_signed_cookie(cookie_name(), default=None, salt=SALT, max_age=age)
    return key or ""


def draft_of(request: HttpRequest) -> RegistrationDraft | None:
    """The browser's draft, unless it is too old."""
    return live_draft(key_of(request))


def remember(response: HttpResponse, draft: RegistrationDraft) -> None:
    """Let the browser come back to the draft."""
    response.set_signed_cookie(
        cookie_name(),
        str(draft.key),
        salt=SALT,
        max_age=int(COOKIE_LIFETIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse) -> None:
    """Let the browser begin anew."""
    response.delete_cookie(cookie_name(), samesite="Lax")
