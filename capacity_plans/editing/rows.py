"""A row that saves by itself: what a page shows of it, and what is answered to a save."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import SignedInRequest
from capacity_plans.editing.conflicts import (
    RowChanged,
    RowRemoved,
    Told,
    revision_of,
    told,
)
from capacity_plans.editing.gone import discarded
from capacity_plans.editing.lines import line_shown
from capacity_plans.editing.queries import Draft, versions_for
from capacity_plans.editing.tables import tables_of
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.rules import may_be_changed
from core.errors import DomainError, status_of

AWAITING = "Kept here, and saved with its reason"
CALLED: dict[type[Model], str] = {
    Line: "line",
    Change: "change",
    Assumption: "assumption",
    Version: "details",
}


@dataclass(frozen=True)
class Row:
    """A form in a page; `revision` is what its next save decides on.

    `said` is what became of the last save, `problems` are (label, error), of which nothing is wrong
    if the row `is_awaited`; `conflict` is shown with a choice.
    """

    id: str
    action: str
    form: Any
    revision: int
    said: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    conflict: Told | None = None
    is_awaited: bool = False

    @property
    def is_saved(self) -> bool:
        return bool(self.said) and not self.problems and self.conflict is None


def row_of(row: Model, action: str, form: Any) -> Row:
    """A row as it is."""
    return Row(id_of(row), action, form, revision_of(row))


def id_of(row: Model) -> str:
    """E.g. 'change-12'."""
    return f"{CALLED[type(row)]}-{row.pk}"


@dataclass(frozen=True)
class Outcome:
    """What became of a save."""

    status: int = 200
    conflict: RowChanged | None = None
    removed: RowRemoved | None = None


def attempt(form: Any, write: Callable[[], Any]) -> Outcome:
    """Write what a form says, if it can be; what is wrong stands in the form afterwards."""
    if not form.is_valid():
        return Outcome(400)
    try:
        write()
    except RowRemoved as gone:
        return Outcome(409, removed=gone)
    except RowChanged as conflict:
        return Outcome(409, conflict=conflict)
    except DomainError as error:
        form.add_error(None, str(error).removesuffix("."))
        return Outcome(status_of(error))
    return Outcome()


def after(row: Row, outcome: Outcome, names: Mapping[int, str], reader: Any) -> Row:
    """The row with what became of its save; its form is the one that was sent."""
    form = row.form
    if outcome.status == 200:
        return replace(row, said=f"Saved {timezone.localtime():%H:%M}")
    # What was typed decides on what it did before.
    sent = form.data.get("revision", "")
    revision = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else row.revision
    if outcome.conflict:
        found = told(outcome.conflict, names, reader)
        return replace(row, said="Not saved", revision=revision, conflict=found)
    row = replace(row, said="Not saved", revision=revision, problems=tuple(form.problems))
    return replace(row, said=AWAITING, is_awaited=True) if form.is_awaited else row


def of_own_plan(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the version; of one that was discarded, it is said by whom.

    Raises Http404 if the version is not of a plan that the person may change.
    """

    @wraps(view)
    def wrapped(request: SignedInRequest, version_id: int, **rest: Any) -> HttpResponse:
        version = versions_for(request.user).filter(pk=version_id).first()
        return view(request, version, **rest) if version else discarded(request, version_id)

    return wrapped


def of_version(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same. Who opens one that cannot be changed any more is led to it instead.

    What is sent reaches the view all the same: its service refuses it, beside what was typed.
    """

    @of_own_plan
    @wraps(view)
    def wrapped(request: SignedInRequest, version: Version, **rest: Any) -> HttpResponse:
        if request.method == "POST" or version.is_changeable:
            return view(request, version, **rest)
        messages.warning(request, may_be_changed(version) or "")
        page = reverse("plans:version", args=[version.pk])
        return HttpResponseClientRedirect(page) if request.htmx else redirect(page)

    return wrapped


def finish(
    request: SignedInRequest,
    draft: Draft,
    row: Row,
    outcome: Outcome,
    *,
    again: Callable[[], Any],
    done: str,
    back: str,
    page: Callable[[Row, int], HttpResponse],
    line: Line | None = None,
) -> HttpResponse:
    """What is answered to a save: its status to htmx; else the page before, or the form again.

    `again` makes the form as the row is now, for who has chosen between theirs and another's.
    """
    if request.htmx:
        whole = outcome.status == 200 and row.form.seen.keep is not None
        if whole:
            row = replace(row, form=again())
        return answer(request, draft, row, outcome.status, whole=whole, line=line)
    if outcome.status == 200:
        messages.success(request, done)
        return redirect(back)
    return page(row, outcome.status)


def answer(
    request: SignedInRequest,
    draft: Draft,
    row: Row,
    status: int = 200,
    *,
    whole: bool,
    line: Line | None = None,
) -> HttpResponse:
    """To htmx: a row, or only what became of its save, and the figures that follow.

    `line` is the one whose page shows the row, if it is one of a line.
    """
    shown = line_shown(draft, line) if line else None
    changes = shown.changes if shown else ()
    changed = next((one for one in changes if one.row_id == row.id), None)
    context = {
        "row": row,
        "draft": draft,
        "tables": tables_of(draft),
        "whole": whole,
        "shown": shown,
        "one": changed,
    }
    response = render(request, "capacity_plans/editing/answer.html", context, status=status)
    if whole:
        response["HX-Retarget"] = f"#{row.id}"
        response["HX-Reswap"] = "outerHTML"
    return response


def edit_page(version: Version, anchor: str = "") -> str:
    return reverse("plans:edit", args=[version.pk]) + anchor
