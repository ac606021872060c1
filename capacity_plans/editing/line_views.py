"""Pages of one line."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from capacity_plans.editing import line_services
from capacity_plans.editing.directory import figure_of
from capacity_plans.editing.fields import SeenForm, new_key
from capacity_plans.editing.forms import (
    NewLineForm,
    PlannedLineForm,
    RemoveForm,
    WardLineForm,
)
from capacity_plans.editing.gone import gone
from capacity_plans.editing.lines import change_in_words, line_shown
from capacity_plans.editing.queries import Draft, draft_of, lines_of, names_in
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
from capacity_plans.models import Line, Version
from capacity_plans.rules import may_edit_plans
from capacity_plans.words import day_in_words, name_of_line


def line_page(version_id: int, line_id: int, anchor: str = "") -> str:
    return reverse("plans:edit_line", args=[version_id, line_id]) + anchor


def line_in(version: Version, line_id: int) -> Line | None:
    """A line with what is shown of it, and its version; None if the version has it not."""
    line = lines_of(version).filter(pk=line_id).first()
    if line:
        line.version = version
    return line


def form_of(line: Line) -> type[WardLineForm | PlannedLineForm]:
    return WardLineForm if line.ward else PlannedLineForm


def row_of_line(line: Line) -> Row:
    form = form_of(line)(initial=form_of(line).as_now(line), line=line, auto_id="line-%s")
    return row_of(line, line_page(line.version_id, line.pk), form)


def show_line(
    request: SignedInRequest,
    draft: Draft,
    line: Line,
    *,
    row: Row | None = None,
    opened: Row | None = None,
    adding: Any = None,
    problem: Any = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a line: its form, its changes, of which one may be open, or a new one.

    `problem` is the form whose errors are summed up above.
    """
    places = [one.pk for one in draft.lines]
    at = places.index(line.pk)
    context = {
        "version": draft.version,
        "draft": draft,
        "line": line,
        "shown": line_shown(draft, line),
        "row": row or row_of_line(line),
        "opened": opened,
        "adding": adding,
        "form": problem,
        "tables": tables_of(draft),
        "figure": figure_of(line.ward) if line.ward else None,
        "before": draft.lines[at - 1] if at else None,
        "next": draft.lines[at + 1] if at + 1 < len(places) else None,
        "place": at + 1,
    }
    return render(request, "capacity_plans/editing/line.html", context, status=status)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def line(request: SignedInRequest, version: Version, line_id: int) -> HttpResponse:
    """A line with its changes."""
    found = line_in(version, line_id)
    if found is None:
        return gone(request, version, Line, line_id)
    if request.method != "POST":
        draft, row = draft_of(version), row_of_line(found)
        if request.htmx:
            return answer(request, draft, row, whole=True, line=found)
        return show_line(request, draft, found, row=row)
    form = form_of(found)(request.POST, line=found, auto_id="line-%s")
    outcome = attempt(
        form,
        lambda: line_services.save_line(line=found, seen=form.seen, by=request.user, **form.wanted),
    )
    now = line_in(version, line_id)
    if outcome.removed or now is None:
        return gone(request, version, Line, line_id)
    draft = draft_of(version)
    row = row_of(now, line_page(version.pk, line_id), form)
    row = after(row, outcome, draft.names, request.user)
    return finish(
        request,
        draft,
        row,
        outcome,
        again=lambda: row_of_line(now).form,
        done=f"{name_of_line(now)} is saved.",
        back=line_page(version.pk, line_id),
        page=lambda row, status: show_line(
            request, draft, now, row=row, problem=row.form, status=status
        ),
        line=now,
    )


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def take_directory(request: SignedInRequest, version: Version, line_id: int) -> HttpResponse:
    """Let a line begin with what the directory says now; a GET leads to the line."""
    found = line_in(version, line_id)
    if found is None:
        return gone(request, version, Line, line_id)
    if request.method != "POST" or not version.is_changeable:
        return redirect(line_page(version.pk, line_id))
    form = SeenForm(request.POST)
    if form.is_valid():
        outcome = attempt(
            form,
            lambda: line_services.take_directory(line=found, seen=form.seen, by=request.user),
        )
        if outcome.status == 200:
            messages.success(request, "The line begins with the directory's figure.")
        else:
            words = form.problems[0][1] if form.errors else str(outcome.conflict or "")
            messages.warning(request, words or "The line was removed meanwhile.")
    else:
        messages.warning(request, form.problems[0][1])
    return redirect(line_page(version.pk, line_id))


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def add_planned(request: SignedInRequest, version: Version) -> HttpResponse:
    """A ward that the directory does not have yet."""
    status = 200
    if request.method == "POST":
        form = NewLineForm(request.POST, version=version)
        outcome = attempt(
            form,
            lambda: line_services.add_planned_line(
                version=version, key=form.cleaned_data["key"], by=request.user, **form.wanted
            ),
        )
        if outcome.status == 200:
            made = version.lines.get(key=form.cleaned_data["key"])
            messages.success(request, f"{made.planned_name} is added.")
            return redirect(line_page(version.pk, made.pk))
        status = outcome.status
    else:
        form = NewLineForm(initial={"key": new_key(), "baseline": 0}, version=version)
    context = {
        "version": version,
        "form": form,
        "title": "Add a planned ward",
        "button": "Add the ward",
        "back_url": edit_page(version, "#lines"),
    }
    return render(request, "capacity_plans/editing/add.html", context, status=status)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def remove(request: SignedInRequest, version: Version, line_id: int) -> HttpResponse:
    """Remove a line, once the changes that go with it were seen."""
    found = line_in(version, line_id)
    if found is None:
        return gone(request, version, Line, line_id)
    problem, status = "", 200
    if request.method == "POST":
        form, wanted = RemoveForm(request.POST), found
        outcome = attempt(
            form,
            lambda: line_services.remove_line(
                line=wanted,
                seen=form.seen,
                changes_seen=form.cleaned_data["changes"] or 0,
                by=request.user,
            ),
        )
        if outcome.status == 200:
            messages.success(request, f"{name_of_line(found)} is removed.")
            return redirect(edit_page(version, "#lines"))
        if outcome.removed:
            return gone(request, version, Line, line_id)
        problem = form.problems[0][1] if form.errors else str(outcome.conflict)
        status = outcome.status
        found = line_in(version, line_id) or found
    going = line_services.going_with(found)
    names = names_in(version) if going else {}
    context = {
        "version": version,
        "title": f"Remove {name_of_line(found)}",
        "going": [
            f"{names.get(one.line_id, '')}, {day_in_words(one.on)}: {change_in_words(one, names)}"
            for one in going
        ],
        "revision": found.revision,
        "changes": line_services.counted(going),
        "problem": problem,
        "button": "Remove the line",
        "back_url": line_page(version.pk, found.pk),
    }
    return render(request, "capacity_plans/editing/remove.html", context, status=status)
