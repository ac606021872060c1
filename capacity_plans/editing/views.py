"""Pages of a draft or scenario as a whole."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability.words import plural
from capacity_plans.editing import line_services, services
from capacity_plans.editing.directory import wards_for
from capacity_plans.editing.forms import AddWardsForm, DetailsForm, MoveLineForm
from capacity_plans.editing.lines import line_shown
from capacity_plans.editing.problems import hints_in, problems_in
from capacity_plans.editing.queries import draft_of, versions_for
from capacity_plans.editing.rows import (
    Row,
    after,
    answer,
    attempt,
    edit_page,
    finish,
    of_version,
    row_of,
)
from capacity_plans.editing.tables import tables_of
from capacity_plans.models import Version
from capacity_plans.rules import may_edit_plans
from core.errors import DomainError


@requires(may_edit_plans)
@require_safe
@of_version
def edit(request: SignedInRequest, version: Version) -> HttpResponse:
    """All rows of a version, to be changed, and what follows from them."""
    draft = draft_of(version)
    context = {
        "version": version,
        "draft": draft,
        "lines": [line_shown(draft, line) for line in draft.lines],
        "assumptions": [(row, draft.segment_in_words(row.segment)) for row in draft.assumptions],
        "problems": problems_in(draft),
        "hints": hints_in(draft),
        "tables": tables_of(draft),
    }
    return render(request, "capacity_plans/editing/edit.html", context)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def details(request: SignedInRequest, version: Version) -> HttpResponse:
    """The years, the population and the notes."""
    action = reverse("plans:edit_details", args=[version.pk])

    def as_now() -> DetailsForm:
        return DetailsForm(initial=DetailsForm.as_now(version), auto_id="details-%s")

    def page(row: Row, status: int = 200) -> HttpResponse:
        context = {
            "version": version,
            "draft": draft,
            "row": row,
            "form": row.form,
            "tables": tables_of(draft),
        }
        return render(request, "capacity_plans/editing/details.html", context, status=status)

    if request.method != "POST":
        draft, row = draft_of(version), row_of(version, action, as_now())
        return answer(request, draft, row, whole=True) if request.htmx else page(row)
    form = DetailsForm(request.POST, auto_id="details-%s")
    outcome = attempt(
        form,
        lambda: services.save_details(
            version=version, seen=form.seen, by=request.user, **form.wanted
        ),
    )
    version = versions_for(request.user).filter(pk=version.pk).first() or version
    draft = draft_of(version)
    row = after(row_of(version, action, form), outcome, {}, request.user)
    return finish(
        request,
        draft,
        row,
        outcome,
        again=as_now,
        done="The details of the plan are saved.",
        back=edit_page(version),
        page=page,
    )


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def add_wards(request: SignedInRequest, version: Version) -> HttpResponse:
    """Wards of the directory that are not in the version yet, to be ticked."""
    wards = list(wards_for(version).select_related("service_type"))
    there = set(version.lines.values_list("ward", flat=True))
    data = request.POST if request.method == "POST" else None
    form = AddWardsForm(data, version=version, wards=wards, there=there)
    status = 200
    if data is not None and form.is_valid():
        try:
            lines = line_services.add_wards(version=version, wards=form.chosen, by=request.user)
        except DomainError as error:
            form.add_error(None, str(error).removesuffix("."))
        else:
            if lines:
                messages.success(request, f"{plural(len(lines), 'ward')} added.")
            return redirect(edit_page(version, "#lines"))
    if form.errors:
        status = 400
    context = {"version": version, "form": form, "left": len(wards) - len(form.there)}
    return render(request, "capacity_plans/editing/add_wards.html", context, status=status)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def order(request: SignedInRequest, version: Version) -> HttpResponse:
    """Move a line one place; a GET, as after logging in anew, leads to the table."""
    form = MoveLineForm(request.POST)
    if request.method != "POST" or not version.is_changeable or not form.is_valid():
        return redirect(edit_page(version, "#lines"))
    pk, up, seen = form.asked
    line = version.lines.filter(pk=pk).first()
    if line is None:
        messages.warning(request, "That line was removed meanwhile.")
        return redirect(edit_page(version, "#lines"))
    return moved(request, version, line, up, seen)


def moved(
    request: SignedInRequest, version: Version, line: Any, up: bool, seen: int
) -> HttpResponse:
    """Back to the button that was pressed, or to the other one where the line cannot go on."""
    try:
        done = line_services.move_line(line=line, up=up, seen=seen, by=request.user)
    except DomainError as error:
        messages.warning(request, str(error))
        return redirect(edit_page(version, "#lines"))
    if not done:
        words = "The lines are in another order by now: look at it and move the line again."
        messages.warning(request, words)
    last = version.lines.count() - 1
    place = seen + (-1 if up else 1)
    way = "up" if (up and place > 0) or place >= last else "down"
    return redirect(edit_page(version, f"#line-{line.pk}-{way}" if done else f"#line-{line.pk}"))
