"""The list of wards whose figures are out of date, for those who approve for them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from availability import rules
from availability.history.rules import may_read_history
from availability.queries import freshness_of
from availability.reminders.forms import OutOfDateForm
from availability.reminders.queries import free_recorded
from availability.reminders.queries import out_of_date as late_wards
from availability.words import dial
from core.spreadsheets import csv_parts, csv_response
from organisations.models import Ward

PAGE_SIZE = 50
COLUMNS = (
    *("Region", "Provider", "Unit", "Ward", "Service type", "Last confirmed"),
    *("Hours since", "Free as recorded", "Telephone"),
)


@requires(rules.may_oversee)
@require_safe
def out_of_date(request: SignedInRequest) -> HttpResponse:
    """Wards whose figures are out of date, the longest first."""
    wards = late_wards(request.user)
    form = OutOfDateForm(request.GET, wards=wards)
    context: dict[str, Any] = {"form": form, "narrowed": any(request.GET.values())}
    if form.is_valid():
        found = form.narrowed(wards).annotate(free=free_recorded())
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        rows = [(ward, freshness_of(ward), dial(ward.telephone)) for ward in page]
        reads_history = may_read_history(request.user) is None
        context |= {"page": page, "rows": rows, "reads_history": reads_history}
    return render(request, "availability/reminders/out_of_date.html", context)


@requires(rules.may_oversee)
@require_safe
def out_of_date_file(request: SignedInRequest) -> HttpResponseBase:
    """The same as a CSV file."""
    wards = late_wards(request.user)
    form = OutOfDateForm(request.GET, wards=wards)
    if not form.is_valid():
        return redirect("availability:out_of_date")
    late = form.narrowed(wards).annotate(free=free_recorded())
    lines = map(cells_of, late.iterator(chunk_size=1000))
    name = f"out-of-date-wards-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, csv_parts(COLUMNS, lines))


def cells_of(ward: Any) -> tuple[Any, ...]:
    at = totals_at(ward)
    return (
        ward.unit.region.name if ward.unit.region else "",
        ward.unit.organisation.name,
        ward.unit.name,
        ward.name,
        ward.service_type.name,
        f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "never",
        int((timezone.now() - at).total_seconds() // 3600) if at else "",
        ward.free if ward.free is not None else 0,
        ward.telephone,
    )


def totals_at(ward: Ward) -> Any:
    totals = getattr(ward, "totals", None)
    return totals and totals.confirmed_at
