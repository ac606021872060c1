"""What every answer says to the browser about itself, errors included."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

# What pages of the service could ask of a device; they need none of it.
FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
SAME_FOR_ALL = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class HeadersMiddleware:
    """Stands outermost, so that no answer leaves without the headers.

    What belongs to one browser is not stored: whoever goes back after logging out, or finds the
    cache of a shared computer, sees nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in SAME_FOR_ALL.items():
            response.setdefault(name, value)
        if is_personal(request, response):
            patch_cache_control(response, no_store=True, private=True)
        if is_address_with_secret(request, response):
            # It leads on to an address without, and no page learns where that came from. Only
            # there: a page with a form has to name its origin when it is sent.
            response["Referrer-Policy"] = "no-referrer"
        return response


def is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a cookie came or goes, but for files, which say themselves that they are public."""
    if "public" in response.get("Cache-Control", ""):
        return False
    return bool(response.cookies) or settings.SESSION_COOKIE_NAME in request.COOKIES


def is_address_with_secret(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the address is a mailed one and leads on."""
    match = request.resolver_match
    return match is not None and "token" in match.kwargs and 300 <= response.status_code < 400
