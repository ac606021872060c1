from hashlib import sha256

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, opens_to_tokens, requires
from accounts.reauthentication.proof import require_proof
from capacity_plans.calendar.authentication import check_address
from capacity_plans.calendar.feed import events_for
from capacity_plans.calendar.forms import AddressForm
from capacity_plans.calendar.ical import MEDIA_TYPE, calendar
from capacity_plans.calendar.queries import live_addresses
from capacity_plans.calendar.services import make_address, withdraw_address
from capacity_plans.rules import may_read_plans
from core.errors import DomainError
from notifications.services import site_url


@requires(may_read_plans)
@require_safe
@never_cache
def addresses(request: SignedInRequest) -> HttpResponse:
    """One's own addresses that work."""
    context = {"addresses": live_addresses(request.user)}
    return render(request, "capacity_plans/calendar/addresses.html", context)


@requires(may_read_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_address(request: SignedInRequest) -> HttpResponse:
    """Make an address; it is shown once, in the answer."""
    require_proof(request, about="make a calendar address", back_to=reverse("plans:calendar"))
    data = request.POST if request.method == "POST" else None
    form = AddressForm(data, person=request.user)
    if form.is_valid():
        try:
            text = make_address(collaborative=form.collaborative, by=request.user)
        except DomainError as refusal:
            form.add_error("plans", str(refusal))
        else:
            context = {
                "address": site_url(reverse("plans:calendar_feed", args=[text])),
                "collaborative": form.collaborative,
            }
            return render(request, "capacity_plans/calendar/made.html", context)
    return render(request, "capacity_plans/calendar/new.html", {"form": form})


@requires(may_read_plans)
@require_POST
@never_cache
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one's own address at once."""
    address = get_object_or_404(live_addresses(request.user), pk=pk)
    if withdraw_address(address=address, by=request.user):
        messages.success(request, "The calendar address works no more.")
    return redirect("plans:calendar")


@opens_to_tokens(check_address)
@requires(may_read_plans)
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The openings and closings; 304 to a program that has them as they are."""
    address = request.calendar_address  # type: ignore[attr-defined]
    name = f"Plans: {address.collaborative or 'openings and closings'}"
    text = calendar(name, events_for(request.user, address.collaborative))
    etag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    response = HttpResponse(
        text,
        content_type=MEDIA_TYPE,
        headers={
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": 'inline; filename="plans.ics"',
        },
    )
    return get_conditional_response(request, etag=etag, response=response) or response
