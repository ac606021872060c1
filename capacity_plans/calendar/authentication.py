"""Who asks for a calendar: whose address it is, see `accounts.middleware`."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from accounts.gates import closed_gate
from accounts.queries import planners_readable_by
from accounts.services import note_use
from availability.exports.limits import refuse_too_many
from capacity_plans.calendar.queries import address_with
from capacity_plans.models import CalendarAddress
from capacity_plans.rules import may_read_plans

SAFE = ("GET", "HEAD")


def check_address(request: HttpRequest) -> HttpResponse | None:
    """See `opens_to_tokens`. Whatever is wrong with an address, there is nothing at it.

    A session makes no difference: the plans are those that the maker of the address may read.
    """
    if request.method not in SAFE:
        return HttpResponseNotAllowed(SAFE)
    text = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    address = address_with(text)
    if (
        address is None
        or may_read_plans(address.person)
        or closed_gate(address.person)
        or not reads(address)
    ):
        refused = refuse_too_many(request, "wrong_token")
        if refused:
            return refused
        raise Http404
    request.user = address.person
    request.calendar_address = address  # type: ignore[attr-defined]
    note_use(address)
    return refuse_too_many(request, "export", key=str(address.person_id))


def reads(address: CalendarAddress) -> bool:
    """Whether the person still reads the plans of the collaborative that the address is about."""
    if address.collaborative is None:
        return True
    return planners_readable_by(address.person).filter(pk=address.collaborative.pk).exists()
