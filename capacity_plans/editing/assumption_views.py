"""Pages of what is assumed of the patients of a segment."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from capacity_plans.editing import assumption_services
from capacity_plans.editing.forms import AssumptionForm, NewAssumptionForm, RemoveForm
from capacity_plans.editing.gone import gone
from capacity_plans.editing.queries import Draft, draft_of
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
from capacity_plans.models import Assumption, Version
from capacity_plans.rules import may_edit_plans


def assumption_in(version: Version, assumption_id: int) -> Assumption | None:
    found = version.assumptions.select_related("service_type").filter(pk=assumption_id).first()
    if found:
        found.version = version
    return found


def row_of_assumption(assumption: Assumption, data: Any = None) -> Row:
    version = assumption.version
    initial = AssumptionForm.as_now(assumption)
    form = AssumptionForm(data, initial=initial, version=version, auto_id="assumption-%s")
    action = reverse("plans:edit_assumption", args=[version.pk, assumption.pk])
    return row_of(assumption, action, form)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def assumption(request: SignedInRequest, version: Version, assumption_id: int) -> HttpResponse:
    """What is assumed of one segment."""
    found = assumption_in(version, assumption_id)
    if found is None:
        return gone(request, version, Assumption, assumption_id)

    def page(draft: Draft, now: Assumption, row: Row, status: int = 200) -> HttpResponse:
        context = {
            "version": version,
            "draft": draft,
            "assumption": now,
            "name": draft.segment_in_words(now.segment),
            "row": row,
            "form": row.form,
            "tables": tables_of(draft),
        }
        return render(request, "capacity_plans/editing/assumption.html", context, status=status)

    if request.method != "POST":
        draft, row = draft_of(version), row_of_assumption(found)
        if request.htmx:
            return answer(request, draft, row, whole=True)
        return page(draft, found, row)
    form = row_of_assumption(found, request.POST).form
    outcome = attempt(
        form,
        lambda: assumption_services.save_assumption(
            assumption=found, seen=form.seen, by=request.user, **form.wanted
        ),
    )
    now = assumption_in(version, assumption_id)
    if outcome.removed or now is None:
        return gone(request, version, Assumption, assumption_id)
    draft, as_now = draft_of(version), row_of_assumption(now)
    row = replace(as_now, form=form)
    return finish(
        request,
        draft,
        after(row, outcome, draft.names, request.user),
        outcome,
        again=lambda: as_now.form,
        done="The assumptions are saved.",
        back=edit_page(version, "#assumptions"),
        page=lambda row, status: page(draft, now, row, status),
    )


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def add(request: SignedInRequest, version: Version) -> HttpResponse:
    """Assumptions of one more segment, which `segment` may name, as in '3-male-1'."""
    status = 200
    if request.method == "POST":
        form = NewAssumptionForm(request.POST, version=version)
        outcome = attempt(
            form,
            lambda: assumption_services.add_assumption(
                version=version, by=request.user, **form.wanted
            ),
        )
        if outcome.status == 200:
            messages.success(request, "The assumptions are added.")
            return redirect(edit_page(version, "#assumptions"))
        status = outcome.status
    else:
        named = request.GET.get("segment", "").split("-")
        names = ("service_type", "sex", "security_level")
        usual = {"yearly_change": "0", "occupancy": 85, "inside_flow": 100}
        initial = usual | dict(zip(names, named, strict=False))
        form = NewAssumptionForm(initial=initial, version=version)
    context = {
        "version": version,
        "form": form,
        "title": "Add assumptions",
        "button": "Add the assumptions",
        "back_url": edit_page(version, "#assumptions"),
    }
    return render(request, "capacity_plans/editing/add.html", context, status=status)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def remove(request: SignedInRequest, version: Version, assumption_id: int) -> HttpResponse:
    """Remove assumptions, once they were seen."""
    found = assumption_in(version, assumption_id)
    if found is None:
        return gone(request, version, Assumption, assumption_id)
    problem, status = "", 200
    if request.method == "POST":
        form, going = RemoveForm(request.POST), found
        outcome = attempt(
            form,
            lambda: assumption_services.remove_assumption(
                assumption=going, seen=form.seen, by=request.user
            ),
        )
        if outcome.status == 200:
            messages.success(request, "The assumptions are removed.")
            return redirect(edit_page(version, "#assumptions"))
        found = assumption_in(version, assumption_id)
        if outcome.removed or found is None:
            return gone(request, version, Assumption, assumption_id)
        problem = form.problems[0][1] if form.errors else str(outcome.conflict)
        status = outcome.status
    context = {
        "version": version,
        "title": "Remove assumptions",
        "words": str(found),
        "revision": found.revision,
        "problem": problem,
        "button": "Remove the assumptions",
        "back_url": reverse("plans:edit_assumption", args=[version.pk, found.pk]),
    }
    return render(request, "capacity_plans/editing/remove.html", context, status=status)
