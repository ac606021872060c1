"""Pages of what was recorded of beds and wards."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability.history import export, queries, rules, services
from availability.history.changes import changes_of
from availability.history.forms import FilterForm, MomentForm
from availability.history.lines import Asked, Place, page_of
from core.spreadsheets import csv_response
from organisations.choices import WardKind
from organisations.models import Ward


@requires(rules.may_read_history)
@require_safe
def bed_history(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that a bed has been, the newest first."""
    bed = get_object_or_404(queries.beds_with_history_for(request.user), pk=pk)
    context = {
        "bed": bed,
        "ward": bed.ward,
        "page": page_of(Asked(bed.ward, bed=bed), begins_at(request)),
        "may_edit": queries.may_edit(request.user, bed.ward),
    }
    return render(request, "availability/history/bed.html", context)


@requires(rules.may_read_history)
@require_safe
def ward_history(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that was recorded of a ward and its beds or sessions, the newest first."""
    ward = get_object_or_404(queries.histories_of(request.user), pk=pk)
    form = filter_of(ward, request.GET)
    context: dict[str, Any] = {
        "ward": ward,
        "form": form,
        "may_edit": queries.may_edit(request.user, ward),
    }
    if form.is_valid():
        context["page"] = page_of(asked_by(form, ward), begins_at(request))
        context["filters"] = shown_in(form)
        context["filtered"] = urlencode(shown_in(form))
    return render(request, "availability/history/ward.html", context)


@requires(rules.may_read_history)
@require_http_methods(["GET", "HEAD", "POST"])
def ward_history_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The same as a file; a GET, as after logging in anew, leads to the page."""
    ward = get_object_or_404(queries.histories_of(request.user), pk=pk)
    form = filter_of(ward, request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("availability:ward_history", pk)
    asked = asked_by(form, ward)
    services.begin_export(asked=asked, by=request.user)
    name = f"{slugify(ward.name) or 'ward'}-history-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, export.csv_of(asked))


@requires(rules.may_read_history)
@require_safe
def ward_then(request: SignedInRequest, pk: int) -> HttpResponse:
    """A ward, with beds or sessions, as it stood at a moment."""
    ward = get_object_or_404(queries.histories_of(request.user), pk=pk)
    if request.GET:
        form = MomentForm(request.GET)
    else:
        now = timezone.localtime()
        form = MomentForm(initial={"day": now.date(), "at": f"{now:%H:%M}"})
    context: dict[str, Any] = {"ward": ward, "form": form}
    if form.is_valid():
        is_sessional = ward.kind == WardKind.SESSIONAL
        read = queries.sessions_at if is_sessional else queries.ward_at
        context |= {"then": read(ward, form.moment), "is_sessional": is_sessional}
    return render(request, "availability/history/then.html", context)


@requires(rules.may_read_history)
@require_safe
def ward_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """How the details of a ward changed."""
    ward = get_object_or_404(queries.histories_of(request.user), pk=pk)
    context = {
        "ward": ward,
        "page": changes_of(ward, request.GET.get("before", "")),
        "may_edit": queries.may_edit(request.user, ward),
    }
    return render(request, "availability/history/changes.html", context)


def filter_of(ward: Ward, given: Any) -> FilterForm:
    """With the beds of the ward, those in use before those that are retired: 1 query."""
    beds = sorted(ward.beds.all(), key=lambda bed: bed.retired_at is not None)
    return FilterForm(given, beds=beds)


def asked_by(form: FilterForm, ward: Ward) -> Asked:
    return Asked(ward, bed=form.cleaned_data["bed"], day=form.cleaned_data["day"])


def shown_in(form: FilterForm) -> dict[str, str]:
    """The filter as an address, or a form, carries it."""
    bed, day = form.cleaned_data["bed"], form.cleaned_data["day"]
    return {**({"bed": bed.pk} if bed else {}), **({"day": day.isoformat()} if day else {})}


def begins_at(request: SignedInRequest) -> Place | None:
    return Place.read(request.GET.get("after", ""))
