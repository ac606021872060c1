from typing import Any

from django.http import HttpRequest

from accounts.sessions.limits import limits_of
from accounts.sessions.times import end_of, has_times


def session(request: HttpRequest) -> dict[str, Any]:
    """When the login ends, for the warning before it; None for who is not logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not has_times(request.session):
        return {"session_end": None}
    return {"session_end": end_of(request.session, limits_of(user))}
