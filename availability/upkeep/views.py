"""Pages of who keeps beds."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability.queries import boards_of, entry_of
from availability.rules import may_edit_a_ward
from availability.upkeep import queries, services
from availability.upkeep.forms import (
    AddBedsForm,
    BringBackForm,
    MoveForm,
    RenameForm,
    RetireForm,
)
from availability.words import plural
from core.errors import Conflict, DomainError, status_of


@requires(may_edit_a_ward)
@require_safe
def kept_beds(request: SignedInRequest, pk: int) -> HttpResponse:
    """The beds of a ward, to be added to, renamed, put in order and retired."""
    ward = get_object_or_404(boards_of(request.user), pk=pk)
    context = {"ward": ward, "beds": queries.beds_of(ward)}
    return render(request, "availability/upkeep/beds.html", context)


@requires(may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def add_beds(request: SignedInRequest, pk: int) -> HttpResponse:
    """One bed or many, by their names."""
    ward = get_object_or_404(boards_of(request.user), pk=pk)
    back_url = beds_page(ward.pk)
    form = AddBedsForm(sent(request), back_url=back_url)

    def add() -> str:
        beds = services.add_beds(ward=ward, by=request.user, **form.cleaned_data)
        return f"{ward.name} has {plural(len(beds), 'more bed')}."

    title = f"Add beds to {ward.name}"
    return ask(request, form, add, title=title, back_url=back_url, at="names")


@requires(may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def rename_bed(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name for a bed in use."""
    bed = get_object_or_404(queries.beds_kept_by(request.user).filter(retired_at=None), pk=pk)
    back_url = beds_page(bed.ward_id)
    shown = {"was": bed.name, "name": bed.name}
    form = RenameForm(sent(request), initial=shown, back_url=back_url)

    def rename() -> str:
        try:
            services.rename_bed(bed=bed, by=request.user, **form.cleaned_data)
        except Conflict:
            bed.refresh_from_db(fields=["name"])
            form.ask_again(was=bed.name)
            raise
        return f"{bed.name} is called {form.cleaned_data['name']} now."

    return ask(request, form, rename, title=f"Rename {bed}", back_url=back_url, at="name")


@requires(may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def retire_bed(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a bed out of use, with the reason."""
    bed = get_object_or_404(queries.beds_kept_by(request.user), pk=pk)
    back_url = beds_page(bed.ward_id)
    if bed.retired_at:
        return redirect(back_url)
    entry = entry_of(bed)
    parts: dict[str, Any] = {"bed": bed, "back_url": back_url}
    status = 200
    if request.method == "POST":
        form = RetireForm(request.POST, entry=entry, **parts)
        if form.is_valid():
            try:
                services.retire_bed(bed=bed, by=request.user, **form.cleaned_data)
            except DomainError as error:
                status, entry = status_of(error), entry_of(bed)
                form = RetireForm(request.POST, entry=entry, **parts)
                form.ask_again(str(error), seen_entry=entry.pk)
            else:
                messages.success(request, f"{bed.name} is retired. Its history is kept.")
                return redirect(back_url)
    else:
        form = RetireForm(initial={"seen_entry": entry.pk}, entry=entry, **parts)
    context = {"bed": bed, "entry": entry, "form": form, "back_url": back_url}
    return render(request, "availability/upkeep/retire_bed.html", context, status=status)


@requires(may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_back_bed(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a retired bed into use again."""
    bed = get_object_or_404(queries.beds_kept_by(request.user), pk=pk)
    back_url = beds_page(bed.ward_id)
    if bed.retired_at is None:
        return redirect(back_url)
    form = BringBackForm(sent(request), initial={"name": bed.name}, back_url=back_url)

    def bring_back() -> str:
        services.bring_back_bed(bed=bed, by=request.user, **form.cleaned_data)
        return f"{form.cleaned_data['name']} is in use again."

    title = f"Bring {bed} back into use"
    return ask(request, form, bring_back, title=title, back_url=back_url, at="name")


@requires(may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def move_bed(request: SignedInRequest, pk: int) -> HttpResponse:
    """One place up or down on the board; a GET, as after logging in anew, leads to the list."""
    bed = get_object_or_404(queries.beds_kept_by(request.user).filter(retired_at=None), pk=pk)
    form = MoveForm(request.POST)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        services.move_bed(bed=bed, up=asked["to"] == "up", seen=asked["seen"], by=request.user)
    return redirect(f"{beds_page(bed.ward_id)}#bed-{bed.pk}")


def ask(
    request: SignedInRequest,
    form: forms.Form,
    write: Callable[[], str],
    *,
    title: str,
    back_url: str,
    at: str,
) -> HttpResponse:
    """A page with a form; once it is written, the list of beds says so. `at`: the field that a
    refusal is shown at."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            done = write()
        except DomainError as error:
            form.add_error(at, str(error).removesuffix("."))
            status = status_of(error)
        else:
            messages.success(request, done)
            return redirect(back_url)
    context = {"form": form, "title": title, "back_url": back_url}
    return render(request, "availability/upkeep/form.html", context, status=status)


def sent(request: SignedInRequest) -> QueryDict | None:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None


def beds_page(ward_id: int) -> str:
    return reverse("availability:kept_beds", args=[ward_id])
