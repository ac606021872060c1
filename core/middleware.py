import time
from collections.abc import Callable

from django.db import Error, models
from django.http import HttpRequest, HttpResponse

from core import audit
from core.log import page_of, requests_log
from core.reference import new_reference

# The answers to somebody who is signed in that show a reference, which the helpdesk looks up.
REFUSALS = (403, 404, 409, 429, 500)


class RequestReferenceMiddleware:
    """Gives each request its short reference, also as a response header, and a line in the log.

    The line names the page, not its address, in which a search or a mailed secret may stand.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference, started = new_reference(), time.monotonic()
        response = self.get_response(request)
        response["X-Request-Reference"] = reference
        # Only what the page has looked at: an answer of no interest to anybody asks no session.
        user = getattr(request, "_cached_user", None)
        if user and user.pk and response.status_code in REFUSALS:
            record_refusal(request, response, user)
        requests_log.info(
            "%s %s %d %d ms person %s",
            request.method,
            page_of(request),
            response.status_code,
            (time.monotonic() - started) * 1000,
            getattr(user, "pk", None) or "-",
        )
        return response


def record_refusal(request: HttpRequest, response: HttpResponse, person: models.Model) -> None:
    """Keep what the person was told, under the reference that the page shows."""
    try:
        audit.record(
            "page.refused",
            by=person,
            target=person,
            subject=person,
            page=page_of(request),
            status=response.status_code,
        )
    except Error:
        # The page that says so has been made already; the log has the rest.
        requests_log.exception("A refusal could not be recorded")
