from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.reference import new_reference


class RequestReferenceMiddleware:
    """Gives each request its short reference, also as a response header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = new_reference()
        response = self.get_response(request)
        response["X-Request-Reference"] = reference
        return response
