"""What one login says of its person: the role in use (CQRS-15), the disclaimer read (CT-05).

Both stand in the session, and on `request.user` for as long as a request is answered, so that
whatever asks what the person may do is answered for the role in use.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

ROLE_IN_USE, DISCLAIMER_READ = "role_in_use", "disclaimer_read"


class ThisLoginMiddleware:
    """Stands behind the middleware that knows who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(user_of, request))  # type: ignore[assignment]
        return self.get_response(request)


def user_of(request: HttpRequest) -> Any:
    """Who asks, with what this login says of them."""
    user: Any = get_user(request)
    if user.is_authenticated:
        user.chosen_role = request.session.get(ROLE_IN_USE, "")
        user.has_read_disclaimer = bool(request.session.get(DISCLAIMER_READ))
    return user
