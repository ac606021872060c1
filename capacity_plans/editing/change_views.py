"""Changes on the page of their line."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from capacity_plans.editing import change_services
from capacity_plans.editing.fields import new_key
from capacity_plans.editing.forms import (
    ChangeForm,
    MoveChangeForm,
    NewChangeForm,
    RemoveForm,
)
from capacity_plans.editing.gone import gone
from capacity_plans.editing.line_views import line_in, line_page, show_line
from capacity_plans.editing.lines import change_in_words
from capacity_plans.editing.queries import draft_of, names_in
from capacity_plans.editing.rows import (
    Row,
    after,
    answer,
    attempt,
    finish,
    of_version,
    row_of,
)
from capacity_plans.models import Change, Line, Version
from capacity_plans.rules import may_edit_plans
from capacity_plans.words import day_in_words, name_of_line


def change_in(version: Version, change_id: int) -> Change | None:
    """A change with its line, as `line_in` has it; None if the version has it not."""
    change = Change.objects.filter(pk=change_id, line__version=version).first()
    line = line_in(version, change.line_id) if change else None
    if change is None or line is None:
        return None
    change.line = line
    return change


def row_of_change(change: Change, names: dict[int, str], data: Any = None) -> Row:
    form = ChangeForm(
        data,
        initial=ChangeForm.as_now(change),
        version=change.line.version,
        line_id=change.line_id,
        names=names,
        auto_id="change-%s",
    )
    action = reverse("plans:edit_change", args=[change.line.version_id, change.pk])
    return row_of(change, action, form)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def change(request: SignedInRequest, version: Version, change_id: int) -> HttpResponse:
    """A change, open on the page of its line."""
    found = change_in(version, change_id)
    if found is None:
        return gone(request, version, Change, change_id)
    if request.method != "POST":
        draft = draft_of(version)
        row = row_of_change(found, draft.names)
        if request.htmx:
            return answer(request, draft, row, whole=True, line=found.line)
        return show_line(request, draft, found.line, opened=row)
    form = row_of_change(found, names_in(version), request.POST).form
    outcome = attempt(
        form,
        lambda: change_services.save_change(
            change=found, seen=form.seen, by=request.user, **form.wanted
        ),
    )
    now = change_in(version, change_id)
    if outcome.removed or now is None:
        return gone(request, version, Change, change_id)
    draft = draft_of(version)
    as_now = row_of_change(now, draft.names)
    row = replace(as_now, form=form)
    return finish(
        request,
        draft,
        after(row, outcome, draft.names, request.user),
        outcome,
        again=lambda: as_now.form,
        done="The change is saved.",
        back=line_page(version.pk, now.line_id, f"#change-{now.pk}-block"),
        page=lambda row, status: show_line(
            request, draft, now.line, opened=row, problem=row.form, status=status
        ),
        line=now.line,
    )


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def add(request: SignedInRequest, version: Version, line_id: int) -> HttpResponse:
    """A new change, on the page of its line."""
    line = line_in(version, line_id)
    if line is None:
        return gone(request, version, Line, line_id)
    sent = request.POST if request.method == "POST" else None
    form = NewChangeForm(
        sent,
        initial={"key": new_key()},
        version=version,
        line_id=line.pk,
        names=names_in(version),
        auto_id="new-%s",
    )
    if sent is not None:
        outcome = attempt(
            form,
            lambda: change_services.add_change(
                line=line, key=form.cleaned_data["key"], by=request.user, **form.wanted
            ),
        )
        if outcome.removed:
            return gone(request, version, Line, line_id)
        if outcome.status == 200:
            messages.success(request, "The change is added.")
            return redirect(line_page(version.pk, line_id, "#changes"))
    status = outcome.status if sent is not None else 200
    problem = form if sent is not None else None
    draft = draft_of(version)
    return show_line(request, draft, line, adding=form, problem=problem, status=status)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def move(request: SignedInRequest, version: Version, change_id: int) -> HttpResponse:
    """A month earlier or later; a GET leads to the change."""
    found = change_in(version, change_id)
    if found is None:
        return gone(request, version, Change, change_id)
    anchor = f"#change-{found.pk}-block"
    if request.method == "POST" and version.is_changeable:
        form = MoveChangeForm(request.POST)
        before = found.on
        outcome = attempt(
            form,
            lambda: change_services.move_change(
                change=found, to=form.cleaned_data["to"], seen=form.seen, by=request.user
            ),
        )
        if outcome.status == 200:
            way = "later" if form.cleaned_data["to"] > before else "earlier"
            anchor = f"#change-{found.pk}-{way}"
        elif outcome.removed:
            return gone(request, version, Change, change_id)
        else:
            words = form.problems[0][1] if form.errors else str(outcome.conflict)
            messages.warning(request, words)
    return redirect(line_page(version.pk, found.line_id, anchor))


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@of_version
def remove(request: SignedInRequest, version: Version, change_id: int) -> HttpResponse:
    """Remove a change, once it was seen."""
    found = change_in(version, change_id)
    if found is None:
        return gone(request, version, Change, change_id)
    back_url = line_page(version.pk, found.line_id, "#changes")
    problem, status = "", 200
    if request.method == "POST":
        form, going = RemoveForm(request.POST), found
        outcome = attempt(
            form,
            lambda: change_services.remove_change(change=going, seen=form.seen, by=request.user),
        )
        if outcome.status == 200:
            messages.success(request, "The change is removed.")
            return redirect(back_url)
        found = change_in(version, change_id)
        if outcome.removed or found is None:
            return gone(request, version, Change, change_id)
        problem = form.problems[0][1] if form.errors else str(outcome.conflict)
        status = outcome.status
    words = change_in_words(found, names_in(version))
    context = {
        "version": version,
        "title": f"Remove a change of {name_of_line(found.line)}",
        "words": f"{day_in_words(found.on)}: {words}. {found.reason}",
        "revision": found.revision,
        "problem": problem,
        "button": "Remove the change",
        "back_url": back_url,
    }
    return render(request, "capacity_plans/editing/remove.html", context, status=status)
