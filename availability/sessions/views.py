"""Pages of the board of a sessional ward."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability import rules
from availability.forms import BoardForm, ConfirmForm, UndoForm, seen_on_page
from availability.models import Session, SessionEntry, SessionPattern
from availability.services import confirm_ward
from availability.sessions import patterns, queries, services
from availability.sessions.board import board_of, rows_of, week_of
from availability.sessions.forms import BookForm, DayForm, PatternForm, ReleaseForm, SessionForm
from availability.sessions.plan import monday_of
from availability.words import weekday
from core.errors import DomainError, status_of
from organisations.models import Ward


@requires(rules.may_edit_a_ward)
@require_safe
def board(request: SignedInRequest, pk: int) -> HttpResponse:
    """A week of a ward's sessions; to a page that shows it, what changed since."""
    ward = get_object_or_404(queries.sessional_wards(request.user), pk=pk)
    return show_board(request, ward, week_of(request.GET.get("week", "")))


def show_board(
    request: SignedInRequest,
    ward: Ward,
    monday: date,
    *,
    session: Session | None = None,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    """`problem` stands above all, and in the row of `session`.

    To a page that shows the week, the row of the session and what changed since: the counts, and
    the rows that others changed.
    """
    shown = board_of(ward, monday, request.user)
    context: dict[str, Any] = {
        "board": shown,
        "session": session,
        "problem": problem,
        "row_with_problem": f"session-{session.pk}" if session else "",
    }
    if request.htmx:
        if session:
            (context["row"],) = rows_of(Session.objects.filter(pk=session.pk), request.user)
        seen = seen_on_page(request.POST or request.GET)
        context["others"] = [
            row
            for day in shown.days
            for row in day.rows
            if row.newest.pk > seen and row.session != session
        ]
        context["done"] = done
        return render(request, "availability/sessions/answer.html", context, status=status)
    return render(request, "availability/sessions/board.html", context, status=status)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """'Nothing has changed' in a ward; a GET, as after logging in anew, leads to its board."""
    ward = get_object_or_404(queries.sessional_wards(request.user), pk=pk)
    if request.method != "POST":
        return redirect("availability:sessions", pk)
    form, monday = ConfirmForm(request.POST), week_of("")
    if not form.is_valid():
        return show_board(request, ward, monday, problem=form.problem, status=400)
    try:
        confirm_ward(ward=ward, by=request.user, **form.cleaned_data)
    except DomainError as error:
        return show_board(request, ward, monday, problem=str(error), status=status_of(error))
    messages.success(request, f"You confirmed every session of {ward.name}.")
    return redirect("availability:sessions", pk)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: SignedInRequest, pk: int) -> HttpResponse:
    """Book a place of a session."""
    return tap(request, pk, BookForm, services.book, "You booked {session}.")


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a booking of a session back."""
    return tap(request, pk, ReleaseForm, services.release, "You released a place of {session}.")


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's last change of a session back."""
    return tap(request, pk, UndoForm, services.undo, "{session}: your last change is undone.")


def tap(
    request: SignedInRequest,
    pk: int,
    form_of: type[BoardForm],
    write: Callable[..., SessionEntry],
    words: str,
) -> HttpResponse:
    """A button of a session, in its row or on its page, where it leads back to.

    To htmx it answers with the row.
    """
    session = get_object_or_404(queries.sessions_editable_by(request.user), pk=pk)
    if request.method != "POST":
        return redirect(row_of(session))
    form, on_page = form_of(request.POST), "page" in request.POST
    problem, done, status = "", "", 200
    if form.is_valid():
        try:
            write(session=session, by=request.user, **form.cleaned_data)
        except DomainError as error:
            problem, status = str(error), status_of(error)
        else:
            done = words.format(session=session.name)
            if not request.htmx:
                messages.success(request, done)
                return (
                    redirect("availability:session", pk) if on_page else redirect(row_of(session))
                )
    else:
        problem, status = form.problem, 400
    if on_page:
        booking = form if isinstance(form, BookForm) and form.errors else None
        alone = "" if booking and "reference" in booking.errors else problem
        return show_session(request, session, booking=booking, problem=alone, status=status)
    ward = get_object_or_404(queries.sessional_wards(request.user), pk=session.ward_id)
    monday = week_of(str(session.local.date()))
    return show_board(
        request, ward, monday, session=session, problem=problem, done=done, status=status
    )


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: SignedInRequest, pk: int) -> HttpResponse:
    """One session: how many places it has, and who booked them for what reference."""
    found = get_object_or_404(queries.sessions_editable_by(request.user), pk=pk)
    if request.method != "POST":
        return show_session(request, found)
    form = SessionForm(request.POST, back_url=row_of(found))
    if not form.is_valid():
        return show_session(request, found, form=form)
    try:
        services.change_session(session=found, by=request.user, **form.change)
    except DomainError as error:
        latest = found.entries.latest("starts_at")
        form.ask_again(str(error), seen_entry=latest.pk)
        return show_session(request, found, form=form, status=status_of(error))
    messages.success(request, f"{found.name} is changed.")
    return redirect(row_of(found))


def show_session(
    request: SignedInRequest,
    session: Session,
    *,
    form: SessionForm | None = None,
    booking: BookForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    (row,) = rows_of(Session.objects.filter(pk=session.pk), request.user)
    initial = SessionForm.as_now(row.session, row.newest)
    back_url = row_of(session)
    context: dict[str, Any] = {
        "row": row,
        "session": row.session,
        "ward": session.ward,
        "changing": form or SessionForm(initial=initial, back_url=back_url),
        "booking": booking or BookForm(initial={"seen_entry": row.newest.pk}),
        # Whose errors are summed up above
        "form": form or booking,
        "problem": problem,
        "back_url": back_url,
    }
    return render(request, "availability/sessions/session.html", context, status=status)


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is different on one day, which the address names."""
    ward = get_object_or_404(queries.sessional_wards(request.user), pk=pk)
    asked = day_of(request.GET.get("day", ""))
    back_url = week_address(ward, monday_of(asked), f"#day-{asked}")
    options = {"name": weekday(asked), "back_url": back_url}
    seen, status = queries.newest_of_day(ward, asked), 200
    if request.method == "POST":
        form = DayForm(request.POST, **options)
        if form.is_valid():
            try:
                change_day(ward, asked, form, request.user)
            except DomainError as error:
                form.ask_again(str(error), seen_entry=queries.newest_of_day(ward, asked))
                status = status_of(error)
            else:
                messages.success(request, f"{weekday(asked)} is changed.")
                return redirect(back_url)
    else:
        form = DayForm(initial={"seen_entry": seen}, **options)
    context = {"ward": ward, "day": asked, "form": form, "back_url": back_url}
    return render(request, "availability/sessions/day.html", context, status=status)


def change_day(ward: Ward, asked: date, form: DayForm, by: Any) -> None:
    found = form.cleaned_data
    chosen = {name: found[name] for name in form.ASKED[found["what"]]}
    if found["what"] == "extra":
        services.add_session(ward=ward, day=asked, by=by, **chosen)
        return
    write = services.close_day if found["what"] == "closed" else services.restore_day
    write(ward=ward, day=asked, seen_entry=found["seen_entry"], by=by, **chosen)


def day_of(text: str) -> date:
    """The day that an address names; 404 for one that is over or not made yet."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    today = timezone.localdate()
    if not today <= found <= today + queries.HORIZON:
        raise Http404
    return found


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def pattern(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sessions of a week, from a day on."""
    ward = get_object_or_404(queries.sessional_wards(request.user), pk=pk)
    back_url = reverse("availability:sessions", args=[pk])
    status = 200
    found = queries.patterns_recorded(ward)
    newest = found[-1] if found else None
    if request.method == "POST":
        form = PatternForm(request.POST, back_url=back_url)
        if form.is_valid():
            try:
                patterns.set_pattern(ward=ward, by=request.user, **form.change)
            except DomainError as error:
                form.add_error(None, str(error))
                found = queries.patterns_recorded(ward)
                again = request.POST.copy()
                again["seen_pattern"] = str(found[-1].pk if found else 0)
                form.data = again
                status = status_of(error)
            else:
                messages.success(request, "The week is saved.")
                return redirect(back_url)
    else:
        form = PatternForm(initial=began_with(newest), back_url=back_url)
    context = {"ward": ward, "form": form, "patterns": found[::-1], "back_url": back_url}
    return render(request, "availability/sessions/pattern.html", context, status=status)


def began_with(newest: SessionPattern | None) -> dict[str, Any]:
    in_words = queries.pattern_in_words(newest) if newest else None
    return PatternForm.as_now(in_words, newest.pk if newest else 0)


def row_of(session: Session) -> str:
    """The address of a session's row on its ward's board."""
    monday = monday_of(session.local.date())
    return week_address(session.ward, monday, f"#session-{session.pk}")


def week_address(ward: Ward, monday: date, row: str = "") -> str:
    week = "" if monday <= timezone.localdate() else f"?week={monday}"
    return f"{reverse('availability:sessions', args=[ward.pk])}{week}{row}"
