"""The page with the beds of all wards of a provider, or of one unit."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from availability import rules
from availability.bulk.forms import FilterForm
from availability.bulk.grid import GridForm
from availability.bulk.queries import beds_of, pages_of, units_of
from availability.bulk.services import change_wards
from availability.choices import BedState
from availability.conflicts import BedsChanged
from availability.queries import boards_of
from availability.words import plural
from core.errors import DomainError, status_of


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def grid(request: SignedInRequest) -> HttpResponse:
    """Choose what beds are, ward by ward; look at the changes and their details; save all."""
    wards = list(boards_of(request.user))
    units = units_of(wards)
    chosen = FilterForm(request.GET, units=units)
    if unit := chosen.chosen:
        wards = [ward for ward in wards if str(ward.unit_id) == unit]
    pages = pages_of(wards)
    asked = request.GET.get("page", "")
    # Whoever made a page of their own gets the first.
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    number = max(1, min(number, len(pages)))
    shown = pages[number - 1]
    address = f"{reverse('availability:bulk')}?{urlencode({'unit': unit, 'page': number})}"
    is_sent = request.method == "POST"
    form = GridForm(request.POST if is_sent else None, wards=shown, entries=beds_of(shown))
    # Back to choosing: what was chosen and typed is kept, and nothing is judged.
    checks = is_sent and "back" not in request.POST and form.is_valid()
    status = 200
    if checks and "save" in request.POST and form.has_details:
        try:
            made = change_wards(by=request.user, **form.change)
        except DomainError as refusal:
            status = status_of(refusal)
            if isinstance(refusal, BedsChanged):
                form = GridForm(request.POST, wards=shown, entries=beds_of(shown))
                checks = form.is_valid()
                form.tell(refusal, request.user)
            else:
                form.add_error(None, str(refusal))
        else:
            confirmed = sum(section.is_confirmed for section in form.sections)
            said = f"{plural(len(made), 'bed')} changed"
            if confirmed:
                said += f", {plural(confirmed, 'ward')} confirmed"
            messages.success(request, f"{said}.")
            return redirect(address)
    context = {
        "form": form,
        "chosen": chosen,
        "units": units,
        "states": BedState.choices,
        "address": address,
        "is_back": is_sent and "back" in request.POST,
        "number": number,
        "pages": len(pages),
        "unit": unit,
    }
    name = "preview" if checks else "grid"
    return render(request, f"availability/bulk/{name}.html", context, status=status)
