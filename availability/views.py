"""Pages of the ward board."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability import queries, rules, services
from availability.conflicts import BedsChanged, Told, told
from availability.follow_up.holds.queries import waiting_at
from availability.forms import (
    BoardForm,
    ChangeForm,
    CloseForm,
    ConditionForm,
    ConfirmForm,
    LimitForm,
    UndoForm,
    seen_on_page,
)
from availability.models import Bed, BedEntry
from availability.sessions.queries import listed
from core.compiled import compiled
from core.errors import DomainError, status_of
from organisations.models import Ward


@requires(rules.may_edit_a_ward)
@require_safe
def wards(request: SignedInRequest) -> HttpResponse:
    """The wards that the person may update; of one alone, its board."""
    found, sessional = list(queries.boards_of(request.user)), listed(request.user)
    if len(found) + len(sessional) == 1:
        name, ward = ("board", found[0]) if found else ("sessions", sessional[0].ward)
        return redirect(f"availability:{name}", ward.pk)
    context = {"rows": queries.standing(found), "sessional": sessional}
    return render(request, "availability/wards.html", context)


@requires(rules.may_edit_a_ward)
@require_safe
def board(request: SignedInRequest, pk: int) -> HttpResponse:
    """A ward's beds; to a page that shows them, what changed since."""
    ward = queries.ward_of_board(request.user, pk)
    return show_board(request, ward)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """'Nothing has changed' in a ward; a GET, as from a reminder, shows what that would confirm."""
    ward = queries.ward_of_board(request.user, pk)
    if request.method != "POST":
        shown = queries.board_of(ward, request.user)
        return render(request, "availability/confirm.html", {"board": shown})
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return show_board(request, ward, form=form, status=400)
    try:
        services.confirm_ward(ward=ward, by=request.user, **form.change)
    except DomainError as error:
        form.add_error(None, str(error))
        conflicts = told(error, None, request.user) if isinstance(error, BedsChanged) else []
        return show_board(request, ward, form=form, conflicts=conflicts, status=status_of(error))
    messages.success(request, f"You confirmed every bed of {ward.name}.")
    return redirect("availability:board", pk)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """One tap on a bed."""
    write = partial(services.change_bed, is_tap=True)
    return tap(request, pk, ChangeForm, write, "{bed} is now {state}.")


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
    """A button in a bed's row; answers with the row to htmx, otherwise with the board.

    A GET, as of who keeps what a colleague did, answers with the row as it is.
    """
    bed = queries.bed_of_board(request.user, pk)
    if request.method != "POST" and not request.htmx:
        return redirect(row_of(bed))
    ward = queries.ward_of_board(request.user, bed.ward_id)
    if request.method != "POST":
        return show_board(request, ward, bed=bed)
    form = form_of(request.POST, auto_id=f"bed-{pk}-%s")
    conflicts, done, status = [], "", 400
    if form.is_valid():
        wanted = form.wanted
        try:
            entry = write(bed=bed, by=request.user, **form.change)
        except DomainError as error:
            form.add_error("state" if "state" in form.fields else None, str(error))
            status = status_of(error)
            if isinstance(error, BedsChanged):
                conflicts = told(error, wanted, request.user)
        else:
            done, status = words.format(bed=bed.name, state=entry.state_in_words), 200
            if not request.htmx:
                messages.success(request, done)
                return redirect(row_of(bed))
    return show_board(
        request, ward, bed=bed, done=done, form=form, conflicts=conflicts, status=status
    )


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
    bed = queries.bed_of_board(request.user, pk)
    now = queries.entry_of(bed)
    status = 200
    conflicts: list[Told] = []
    if request.method == "POST":
        form = form_of(request.POST, bed=bed, back_url=row_of(bed))
        if form.is_valid():
            try:
                entry = services.change_bed(bed=bed, by=request.user, **form.change)
            except DomainError as error:
                now = queries.entry_of(bed)
                if isinstance(error, BedsChanged):
                    conflicts = told(error, form.wanted, request.user)
                form.ask_again(str(error), seen_entry=now.pk)
                status = status_of(error)
            else:
                messages.success(request, f"{bed.name} is now {entry.state_in_words}.")
                return redirect(row_of(bed))
    else:
        form = form_of(initial=form_of.as_now(now), bed=bed, back_url=row_of(bed))
    context = {
        "bed": bed,
        "entry": now,
        "form": form,
        "conflicts": conflicts,
        "back_url": row_of(bed),
    }
    return render(request, template, context, status=status)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: SignedInRequest, pk: int) -> HttpResponse:
    """How many patients the staff of a ward can take now."""
    ward = queries.ward_of_board(request.user, pk)
    back_url = reverse("availability:board", args=[pk])
    status = 200
    if request.method == "POST":
        form = LimitForm(request.POST, back_url=back_url)
        if form.is_valid():
            try:
                services.limit_intake(ward=ward, by=request.user, **form.change)
            except DomainError as error:
                form.ask_again(str(error), seen_entry=newest_limit_id(ward))
                status = status_of(error)
            else:
                messages.success(request, "Searchers see what you can take.")
                return redirect(back_url)
    else:
        initial = {
            "can_take": queries.totals_of(ward).can_take,
            "seen_entry": newest_limit_id(ward),
        }
        form = LimitForm(initial=initial, back_url=back_url)
    return render(request, "availability/limit.html", {"ward": ward, "form": form}, status=status)


def newest_limit_id(ward: Ward) -> int:
    """What a page that shows the ward's limit decides on; 0 if none was ever said."""
    latest = queries.newest_limit(ward)
    return latest.pk if latest else 0


def show_board(
    request: SignedInRequest,
    ward: Ward,
    *,
    bed: Bed | None = None,
    done: str = "",
    form: BoardForm | None = None,
    conflicts: Sequence[Told] = (),
    status: int = 200,
) -> HttpResponse:
    """The board, or to a page that shows it the row of `bed` and what changed since: the counts,
    what is asked of the ward, and the rows that others changed.

    What is wrong with `form` stands in the row of `bed`, or above all beds.
    """
    shown = queries.board_of(ward, request.user)
    is_answer = bool(request.htmx)
    context: dict[str, Any] = {
        "board": shown,
        "done": done,
        "problem": form.problem if form and form.errors else "",
        "form": form,
        "conflicts": conflicts,
        "bed": bed,
    }
    if is_answer:
        seen = seen_on_page(request.POST or request.GET)
        context["entries"] = [
            entry for entry in shown.entries if entry.bed == bed or entry.pk > seen
        ]
    else:
        context["entries"] = shown.entries
    if bed is None or not is_answer:
        context["asked"] = waiting_at(ward)
    rows = {**context, "is_answer": is_answer, "csrf_token": get_token(request)}
    context["rows"] = compiled("availability/partials/beds", rows)
    template = "availability/answer.html" if is_answer else "availability/board.html"
    return render(request, template, context, status=status)


def row_of(bed: Bed) -> str:
    """The address of a bed's row on its ward's board."""
    return f"{reverse('availability:board', args=[bed.ward_id])}#bed-{bed.pk}"
