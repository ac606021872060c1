"""How often exports are taken: the limits stand with those of sign-in, in the settings."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from accounts.lockout import ALLAUTH
from availability.exports.answers import problem


def refuse_too_many(request: HttpRequest, action: str, *, key: str = "") -> HttpResponse | None:
    """Count a request, which may be one that only reads; the refusal if there were too many."""
    if ratelimit.consume(request, app=ALLAUTH, action=action, key=key, limit_get=True):
        return None
    return problem(request, 429, "Too many requests. Try again in a minute.", Retry_After="60")
