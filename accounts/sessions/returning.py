"""The way to the login, and back to what was under way."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.sessions.kept import keep, page_of
from accounts.sessions.services import DISABLED, WAS


def lead_to_login(request: HttpRequest) -> HttpResponse:
    """To the login, saying why; what was sent is kept, what was asked for is opened afterwards."""
    why = reason(request)
    if why == DISABLED:
        lost = " What you sent is not saved." if request.method == "POST" else ""
        messages.warning(request, why + lost)
        return go_to(request, reverse("account_login"))
    if why and request.method != "POST":
        messages.warning(request, why)
    return lead_to("account_login", request, why=why or "You were logged out.", then="log in")


def lead_to(page: str, request: HttpRequest, *, why: str, then: str) -> HttpResponse:
    """To a page that comes first, from which the person goes on to what was sent or asked for.

    `why` is told who sent something; `then` is what the page asks for: "log in".
    """
    if request.method == "POST":
        if keep(request):
            onwards = reverse("continue")
            advice = f"What you sent is kept: {then} to send it again."
        else:
            onwards = page_of(request) or reverse("home")
            advice = f"Your last change was not saved. {then.capitalize()} and make it again."
        messages.warning(request, f"{why} {advice}")
    else:
        onwards = (
            (page_of(request) or reverse("home")) if is_htmx(request) else request.get_full_path()
        )
    return go_to(request, redirect_to_login(onwards, page).url)


def reason(request: HttpRequest) -> str:
    """Why the session that the browser had before is over; told once."""
    was = request.session.get(WAS, {})
    why = str(was.get("why", ""))
    if why:
        request.session[WAS] = {**was, "why": ""}
    return why


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Leave the page for an address: a fragment must not hold a whole page."""
    return HttpResponseClientRedirect(address) if is_htmx(request) else redirect(address)


def is_htmx(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    return bool(site or origin) and site in (None, "same-origin") and origin in (None, own)
