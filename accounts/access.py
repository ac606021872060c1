"""Every view says who may open it; what says nothing is refused by the middleware."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import User

View = TypeVar("View", bound=Callable[..., Any])
Rule = Callable[[Any], str | None]
TokenCheck = Callable[[HttpRequest], HttpResponse | None]


class SignedInRequest(HttpRequest):
    """A request as a view gets it that is not open to everyone."""

    user: User
    htmx: HtmxDetails


def requires(rule: Rule) -> Callable[[View], View]:
    """Mark a view with the rule that opens it: rule(user) gives None, or the refusal in words."""

    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def opens_to_tokens(check: TokenCheck) -> Callable[[View], View]:
    """Mark a view, which only reads, that programs open with a token instead of a session.

    check(request) says who asks in `request.user`, and gives None, or the refusal of a token. A
    request without a token it leaves alone. The view's rule is asked all the same.
    """

    def mark(view: View) -> View:
        view.token_check = check  # type: ignore[attr-defined]
        return view

    return mark
