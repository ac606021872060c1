"""Pages of who keeps wards."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.queries import units_editable_by, wards_editable_by
from availability.history.changes import changed_by
from availability.rules import may_edit_a_ward
from availability.upkeep import queries
from availability.upkeep import ward_services as services
from availability.upkeep.details import LABELS, Details, Names, details_of
from availability.upkeep.rules import may_keep_wards
from availability.upkeep.ward_forms import CHANGE, SAVE, CloseWardForm, WardForm
from core.errors import Conflict, DomainError, status_of
from crispy_nhsuk.summary import SummaryRow
from organisations.choices import WardKind
from organisations.closing import is_closed
from organisations.models import Ward


@requires(may_edit_a_ward)
@require_safe
def kept_wards(request: SignedInRequest) -> HttpResponse:
    """The wards that the person keeps, by their units."""
    units = queries.kept_units(request.user)
    return render(request, "availability/upkeep/wards.html", {"units": units})


@requires(may_keep_wards)
@require_http_methods(["GET", "HEAD", "POST"])
def add_ward(request: SignedInRequest) -> HttpResponse:
    """A new ward: its details, how searchers will see it, and then its beds."""
    names, back_url = Names.read(), reverse("availability:kept_wards")
    units = list(queries.in_order(units_editable_by(request.user)))
    parts: dict[str, Any] = {"names": names, "units": units, "back_url": back_url}
    title = "Add a ward"
    if request.method != "POST":
        only = str(units[0].pk) if len(units) == 1 else ""
        begin = {
            "unit": request.GET.get("unit", only),
            "kind": WardKind.INPATIENT.value,
            "security_level": 0,
        }
        return show(request, WardForm(initial=begin, **parts), title=title, back_url=back_url)
    form = WardForm(request.POST, **parts)

    def save() -> HttpResponse:
        unit, details = form.cleaned_data["unit"], form.details
        ward = services.add_ward(unit=unit, details=details, by=request.user)
        messages.success(request, f"{ward.name} is added.")
        if ward.kind == WardKind.INPATIENT:
            return redirect("availability:add_beds", ward.pk)
        return redirect(back_url)

    return step(request, form, save, title=title, back_url=back_url)


@requires(may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def ward_details(request: SignedInRequest, pk: int) -> HttpResponse:
    """The details of a ward, to be changed once it was seen how searchers will see them."""
    ward = get_object_or_404(editable(request), pk=pk)
    names, back_url = Names.read(), reverse("availability:kept_wards")
    parts: dict[str, Any] = {"names": names, "ward": ward, "back_url": back_url}
    title = f"Details of {ward.name}"
    if request.method != "POST":
        now = details_of(ward)
        form = WardForm(initial=dict(now), shown=now, **parts)
        return show(request, form, title=title, back_url=back_url)
    form = WardForm(request.POST, **parts)

    def save() -> HttpResponse:
        shown, details = form.cleaned_data["shown_then"], form.details
        try:
            services.change_ward(ward=ward, details=details, shown=shown, by=request.user)
        except services.DetailsChanged:
            now = details_of(editable(request).get(pk=pk))
            context = {
                "changes": names.changes(shown, now),
                "changed_by": changed_by(ward),
            }
            again = WardForm(initial=kept_of(shown, details, now), shown=now, **parts)
            return show(request, again, title=title, back_url=back_url, status=409, context=context)
        messages.success(request, f"The details of {details['name']} are saved.")
        return redirect(back_url)

    return step(request, form, save, title=title, back_url=back_url)


def kept_of(shown: Details, wanted: Details, now: Details) -> Details:
    """What somebody changed, as they want it; of all else what it is by now."""
    return {name: wanted[name] if wanted[name] != shown[name] else now[name] for name in now}


def editable(request: SignedInRequest) -> Any:
    return wards_editable_by(request.user).select_related(
        "unit__organisation", "service_type__group", "totals"
    )


def step(
    request: SignedInRequest,
    form: WardForm,
    save: Callable[[], HttpResponse],
    *,
    title: str,
    back_url: str,
) -> HttpResponse:
    """The form with its errors or as it was typed, what it would look like, or what was saved."""
    wanted = request.POST.get("step")
    if not form.is_valid() or wanted == CHANGE:
        return show(request, form, title=title, back_url=back_url)
    if wanted == SAVE:
        try:
            return save()
        except DomainError as error:
            at = "name" if isinstance(error, Conflict) else None
            form.add_error(at, str(error).removesuffix("."))
            return show(request, form, title=title, back_url=back_url, status=status_of(error))
    details = form.details
    ward = form.ward or Ward(unit=form.cleaned_data["unit"])
    rows = [
        SummaryRow(label, [form.names.say(name, details[name])])
        for name, label in LABELS.items()
        if details[name] not in (None, "")
    ]
    context = {
        "form": form,
        "title": title,
        "back_url": back_url,
        "details": details,
        "rows": rows,
        "unit": ward.unit,
    }
    if details["kind"] == WardKind.INPATIENT:
        context["result"] = queries.preview_of(ward, details, form.names)
    return render(request, "availability/upkeep/preview.html", context)


def show(
    request: SignedInRequest,
    form: WardForm,
    *,
    title: str,
    back_url: str,
    status: int = 200,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    parts = {"form": form, "title": title, "back_url": back_url, **(context or {})}
    return render(request, "availability/upkeep/ward.html", parts, status=status)


@requires(may_keep_wards)
@require_http_methods(["GET", "HEAD", "POST"])
def close_ward(request: SignedInRequest, pk: int) -> HttpResponse:
    """Retire a ward."""
    ward = get_object_or_404(queries.wards_kept_by(request.user), pk=pk)
    back_url = reverse("availability:kept_wards")
    if is_closed(ward):
        return redirect(back_url)
    taken = services.taken_in(ward)
    sent = request.POST if request.method == "POST" else None
    form = CloseWardForm(sent, taken=taken, back_url=back_url)
    status = 200
    # A form without a question is valid as soon as it is sent.
    if sent is not None and form.is_valid():
        try:
            services.close_ward(ward=ward, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form = CloseWardForm(sent, taken=services.taken_in(ward), back_url=back_url)
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            messages.success(request, f"{ward.name} is retired. Its history is kept.")
            return redirect(back_url)
    context = {"form": form, "ward": ward, "back_url": back_url}
    return render(request, "availability/upkeep/close_ward.html", context, status=status)


@requires(may_keep_wards)
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_ward(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a closed ward into use again; a GET, as after logging in anew, leads to the list."""
    ward = get_object_or_404(queries.wards_kept_by(request.user), pk=pk)
    if request.method == "POST":
        try:
            services.reopen_ward(ward=ward, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{ward.name} is open again.")
    return redirect("availability:kept_wards")
