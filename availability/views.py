"""Pages of the ward board and the search."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability import queries, rules, services
from availability.forms import (
    BoardForm,
    ChangeForm,
    CloseForm,
    ConditionForm,
    ConfirmForm,
    LimitForm,
    UndoForm,
)
from availability.models import Bed, BedEntry
from availability.search import find
from availability.search_form import SearchForm
from core.errors import Conflict, DomainError
from organisations.models import Ward

LAST_PAGE = 1000


@requires(rules.may_edit_a_ward)
@require_safe
def wards(request: SignedInRequest) -> HttpResponse:
    """The wards that the person may update; of one alone, its board."""
    found = list(queries.boards_of(request.user))
    if len(found) == 1:
        return redirect("availability:board", found[0].pk)
    rows = [(ward, queries.totals_of(ward), queries.freshness_of(ward)) for ward in found]
    return render(request, "availability/wards.html", {"rows": rows})


@requires(rules.may_edit_a_ward)
@require_safe
def board(request: SignedInRequest, pk: int) -> HttpResponse:
    """A ward's beds."""
    ward = get_object_or_404(queries.boards_of(request.user), pk=pk)
    return show_board(request, ward)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """'Nothing has changed' in a ward; a GET, as after logging in anew, leads to its board."""
    ward = get_object_or_404(queries.boards_of(request.user), pk=pk)
    if request.method != "POST":
        return redirect("availability:board", pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return show_board(request, ward, problem=form.problem, status=400)
    try:
        services.confirm_ward(ward=ward, by=request.user, **form.cleaned_data)
    except DomainError as error:
        return show_board(request, ward, problem=str(error), status=status_of(error))
    messages.success(request, f"You confirmed every bed of {ward.name}.")
    return redirect("availability:board", pk)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """One tap on a bed."""
    return tap(request, pk, ChangeForm, services.change_bed, "{bed} is now {state}.")


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's last change of a bed back."""
    return tap(request, pk, UndoForm, services.undo_change, "{bed} is {state} again.")


def tap(
    request: SignedInRequest,
    pk: int,
    form_of: type[BoardForm],
    write: Callable[..., BedEntry],
    words: str,
) -> HttpResponse:
    """A button in a bed's row; answers with the row to htmx, otherwise with the board."""
    bed = get_object_or_404(queries.beds_editable_by(request.user), pk=pk)
    if request.method != "POST":
        return redirect(row_of(bed))
    form = form_of(request.POST)
    done, problem, status = "", "", 200
    if form.is_valid():
        try:
            entry = write(bed=bed, by=request.user, **form.cleaned_data)
            done = words.format(bed=bed.name, state=entry.state_in_words)
        except DomainError as error:
            problem, status = str(error), status_of(error)
    else:
        problem, status = form.problem, 400
    if done and not request.htmx:
        messages.success(request, done)
        return redirect(row_of(bed))
    ward = get_object_or_404(queries.boards_of(request.user), pk=bed.ward_id)
    return show_board(request, ward, bed=bed, done=done, problem=problem, status=status)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a bed with a reason, or give another reason for one that is closed."""
    return choose(request, pk, CloseForm, "availability/close.html")


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that a bed can be, with what goes with it."""
    return choose(request, pk, ConditionForm, "availability/details.html")


def choose(
    request: SignedInRequest, pk: int, form_of: type[CloseForm | ConditionForm], template: str
) -> HttpResponse:
    """A page about one bed, which leads back to its row."""
    bed = get_object_or_404(queries.beds_editable_by(request.user), pk=pk)
    now = queries.entry_of(bed)
    status = 200
    if request.method == "POST":
        form = form_of(request.POST, bed=bed, back_url=row_of(bed))
        if form.is_valid():
            try:
                entry = services.change_bed(bed=bed, by=request.user, **form.change)
            except DomainError as error:
                now = queries.entry_of(bed)
                form.ask_again(str(error), seen_entry=now.pk)
                status = status_of(error)
            else:
                messages.success(request, f"{bed.name} is now {entry.state_in_words}.")
                return redirect(row_of(bed))
    else:
        form = form_of(initial=form_of.as_now(now), bed=bed, back_url=row_of(bed))
    context = {"bed": bed, "entry": now, "form": form, "back_url": row_of(bed)}
    return render(request, template, context, status=status)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: SignedInRequest, pk: int) -> HttpResponse:
    """How many patients the staff of a ward can take now."""
    ward = get_object_or_404(queries.boards_of(request.user), pk=pk)
    back_url = reverse("availability:board", args=[pk])
    if request.method == "POST":
        form = LimitForm(request.POST, back_url=back_url)
        if form.is_valid():
            try:
                services.limit_intake(ward=ward, by=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Searchers see what you can take.")
                return redirect(back_url)
    else:
        initial = {"can_take": queries.totals_of(ward).can_take}
        form = LimitForm(initial=initial, back_url=back_url)
    return render(request, "availability/limit.html", {"ward": ward, "form": form})


def show_board(
    request: SignedInRequest,
    ward: Ward,
    *,
    bed: Bed | None = None,
    done: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The board, or the row of one bed and what changes with it where htmx asks for that.

    `problem` stands in the row of `bed`, or above all beds.
    """
    shown = queries.board_of(ward, request.user)
    only_row = bed is not None and bool(request.htmx)
    context: dict[str, Any] = {"board": shown, "done": done, "problem": problem, "bed": bed}
    if only_row:
        context["entry"] = next(entry for entry in shown.entries if entry.bed == bed)
    template = "availability/answer.html" if only_row else "availability/board.html"
    return render(request, template, context, status=status)


def row_of(bed: Bed) -> str:
    """The address of a bed's row on its ward's board."""
    return f"{reverse('availability:board', args=[bed.ward_id])}#bed-{bed.pk}"


def status_of(error: DomainError) -> int:
    return 409 if isinstance(error, Conflict) else 400


@requires(rules.may_search)
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Wards with free beds, nearest to the person's place of work unless asked otherwise."""
    asked = request.GET.copy()
    begins = not asked
    asked.setdefault("postcode", request.user.work_postcode)
    form = SearchForm(asked, user=request.user, begins=begins)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        number = page_number(asked.get("page", ""))
        context |= {
            "results": find(request.user, form.criteria, number),
            "criteria": form.criteria,
            "filters": [
                (label, search_address(form, without=name)) for name, label in form.in_use()
            ],
            "with_full": search_address(form, full="on"),
            "first": search_address(form),
            "previous": search_address(form, page=str(number - 1)),
            "next": search_address(form, page=str(number + 1)),
        }
    return render(request, "availability/search.html", context)


def search_address(form: SearchForm, *, without: str = "", **changes: str) -> str:
    """The address of the same search with something else."""
    asked = {name: form.data.get(name, "") for name in form.fields if name != without} | changes
    return f"{reverse('availability:search')}?{urlencode({k: v for k, v in asked.items() if v})}"


def page_number(text: str) -> int:
    """The page that an address asks for; the first for anything that is no page."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 1
    return min(max(number, 1), LAST_PAGE)
