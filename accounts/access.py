"""Every view says who may open it; what says nothing is refused by the middleware."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User

View = TypeVar("View", bound=Callable[..., Any])
Rule = Callable[[Any], str | None]


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
