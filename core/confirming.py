"""Pages of the admin that ask before something is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.errors import DomainError


@dataclass(frozen=True)
class Ask:
    """What is asked: `text` says what follows, `refusal` why it cannot be, `back` is where to go.

    `verb` does it, with the actor and what the form holds, and `done` is said then.
    """

    title: str
    about: str
    text: str
    button: str
    refusal: str | None
    verb: Callable[..., object]
    done: str
    back: str
    form: type[forms.Form] = forms.Form
    form_arguments: dict[str, Any] | None = None


def confirm(request: HttpRequest, site: AdminSite, ask: Ask) -> HttpResponse:
    """The page that asks; once confirmed, do it and go back."""
    sent = request.POST if request.method == "POST" else None
    form = ask.form(sent, **(ask.form_arguments or {}))
    if request.method == "POST" and form.is_valid():
        try:
            ask.verb(by=cast(Model, request.user), **form.cleaned_data)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, ask.done)
        return redirect(ask.back)
    context = {**site.each_context(request), "title": ask.title, "ask": ask, "form": form}
    return render(request, "admin/confirm.html", context)
