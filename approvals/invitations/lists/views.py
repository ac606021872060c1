"""Inviting many people with a file: upload, look at what it says, send all of it or nothing."""

import csv
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.forms import page_helper
from accounts.models import User
from accounts.reauthentication.proof import require_proof
from approvals.invitations import rules
from approvals.invitations.drafts import draft_of
from approvals.invitations.inviter import Inviter
from approvals.invitations.lists.parsing import COLUMNS, rows_of
from approvals.invitations.lists.reading import read_list
from approvals.invitations.lists.services import keep_list, send_list
from approvals.invitations.queries import left_today
from approvals.invitations.views import page
from core.errors import Conflict, DomainError
from core.uploads import Row, RowsField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link

MOST_SHOWN = 100


class ListForm(forms.Form):
    """A file, read into rows."""

    file = RowsField(
        rows_of, label="Upload the list", lines="people", missing="Select the file with the list"
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.helper = page_helper(
            "file", button="Upload", cancel_to=reverse("approvals:invitations")
        )

    def clean_file(self) -> list[Row]:
        rows: list[Row] = self.cleaned_data["file"]
        if len(rows) > (left := left_today(self.by)):
            raise ValidationError(f"You can send {left:,} more today. Upload a shorter list")
        return rows


class SendListForm(forms.Form):
    """Sends what was looked at."""

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            ButtonGroup(
                Button(f"Send {number:,} invitation{'' if number == 1 else 's'}"),
                Link("Upload another file", reverse("approvals:invitations_upload")),
            )
        )


@requires(rules.may_invite)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: SignedInRequest) -> HttpResponse:
    """Take a file, and keep its rows."""
    is_sent = request.method == "POST"
    form = ListForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, by=request.user
    )
    if form.is_bound and form.is_valid():
        keep_list(by=request.user, rows=form.cleaned_data["file"])
        return redirect("approvals:invitations_check")
    return page(request, "upload", tab="list", form=form, columns=list(COLUMNS))


@requires(rules.may_invite)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: SignedInRequest) -> HttpResponse:
    """What the rows say, or what is wrong with each; then all of it is sent, or nothing."""
    rows = draft_of(request.user).rows
    if not rows:
        # Nothing was uploaded, or it was sent by the first of two clicks.
        is_sent = request.method == "POST"
        return redirect(f"approvals:invitations_{'pending' if is_sent else 'upload'}")
    read = read_list(rows, Inviter(request.user))
    number = len(read.invited)
    form = SendListForm(request.POST if request.method == "POST" else None, number=number)
    if form.is_bound and form.is_valid() and not read.bad:
        require_proof(
            request,
            about=f"send {number:,} invitations",
            back_to=reverse("approvals:invitations_check"),
        )
        try:
            sent = send_list(by=request.user)
        except Conflict:
            return redirect("approvals:invitations_pending")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                f"{len(sent):,} invitation{' is' if len(sent) == 1 else 's are'} on the way. "
                "The emails go out within a few minutes.",
            )
            return redirect("approvals:invitations_pending")
    context = {
        "form": form,
        "number": number,
        "invited": read.invited[:MOST_SHOWN],
        "more_invited": max(number - MOST_SHOWN, 0),
        "bad": read.bad[:MOST_SHOWN],
        "number_bad": len(read.bad),
        "more_bad": max(len(read.bad) - MOST_SHOWN, 0),
    }
    return page(request, "check", tab="list", **context)


@requires(rules.may_invite)
@require_safe
def template(request: SignedInRequest) -> HttpResponse:
    """An empty list to fill in: the header alone."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invitations.csv"'
    csv.writer(response).writerow(COLUMNS)
    return response
