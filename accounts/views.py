"""The first pages, and the verification of addresses."""

from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.choices import LinkPurpose, LinkState
from accounts.forms import NewLinkForm
from accounts.models import User
from accounts.queries import link_state
from accounts.rules import signed_in
from accounts.services import DeadLink, send_new_link, verify_address
from accounts.tiles import first_stop, home_sections

# Where the token of the link that was followed waits for the button.
WAITING_LINK = "waiting_link"


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Login or create an account (CPMS-04)."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "landing.html")


@requires(signed_in)
@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The tiles of what the person may do (CPMS-30), once nothing is left to finish (CPMS-14)."""
    person = cast(User, request.user)
    if stop := first_stop(person):
        return redirect(stop)
    return render(request, "home.html", {"sections": home_sections(person)})


@login_not_required
@require_safe
@never_cache
def verify_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link. Uses nothing up; takes the secret out of the address."""
    request.session[WAITING_LINK] = token
    return redirect("verify")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """The button that verifies the address: mail scanners follow links, but press no buttons."""
    token = request.session.get(WAITING_LINK, "")
    state = link_state(purpose=LinkPurpose.VERIFY_ADDRESS, token=token)
    if request.method == "POST":
        try:
            verify_address(token=token)
        except DeadLink as dead:
            state = dead.state
        else:
            del request.session[WAITING_LINK]
            messages.success(request, "Your email address is verified. You can now log in.")
            return redirect("landing")
    if state != LinkState.LIVE:
        context = {"state": state, "form": NewLinkForm()}
        return render(request, "account/dead_link.html", context, status=410)
    return render(request, "account/verify.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_link(request: HttpRequest) -> HttpResponse:
    """Send another verification link; the answer is the same for every address."""
    form = NewLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if refusal := ratelimit.consume_or_429(request, action="new_link"):
            return refusal
        address = form.cleaned_data["address"]
        # Too soon after the last: that link works still.
        if ratelimit.consume(request, action="confirm_email", key=address):
            send_new_link(address=address)
        return redirect("new_link_sent")
    return render(request, "account/new_link.html", {"form": form})


@login_not_required
@require_safe
def new_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/new_link_sent.html")
