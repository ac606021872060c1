"""What is answered about what is not there any more: who let it go, and what was typed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import SignedInRequest
from accounts.queries import planners_editable_by
from availability.words import clock
from capacity_plans.editing.conflicts import by_whom, removal_of
from capacity_plans.editing.forms import (
    AssumptionFields,
    ChangeFields,
    DetailsForm,
    NewLineForm,
    WardLineForm,
)
from capacity_plans.models import Plan, Version
from core.models import AuditEvent
from crispy_nhsuk.dates import TypedDate

FIELDS: dict[str, forms.Field] = {
    name: field
    for form in (DetailsForm, WardLineForm, NewLineForm, ChangeFields, AssumptionFields)
    for name, field in form.base_fields.items()
    if not field.widget.is_hidden
}


def typed_in(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What somebody typed into the form of a row, whichever it was: (label, words)."""
    found = []
    for name, field in FIELDS.items():
        value = field.widget.value_from_datadict(data, {}, name)
        if isinstance(value, TypedDate):
            value = "/".join(value)
        if isinstance(field, forms.ChoiceField):
            names = {str(code): label for code, label in field.choices if code != ""}  # type: ignore[misc, union-attr]
            value = names.get(value)
        if value:
            found.append((str(field.label), str(value)))
    return found


def gone(request: SignedInRequest, version: Version, model: type[Model], pk: int) -> HttpResponse:
    """About a row: who removed it, or discarded its version. Http404 if there never was one."""
    removal = removal_of(model, pk, version)
    if removal is None:
        return discarded(request, version.pk)
    words = f"That was removed {by_whom(removal, request.user)} {clock(removal.at)}."
    page = reverse("plans:edit", args=[version.pk])
    return answer_gone(request, removal, words, page, "All lines of the plan")


def discarded(request: SignedInRequest, version_id: int) -> HttpResponse:
    """About a version of a plan that the person may change. Http404 if there never was one."""
    found = AuditEvent.objects.filter(
        target=f"{Version._meta.label_lower}:{version_id}", event="plan.discarded"
    )
    event = found.select_related("actor").first()
    plans = Plan.objects.filter(collaborative__in=planners_editable_by(request.user))
    plan = plans.filter(pk=event.details["plan"]).first() if event else None
    if event is None or plan is None:
        raise Http404
    label = event.details["label"]
    who = f"{by_whom(event, request.user)} {clock(event.at)}"
    words = f"{plan}, {label}, was discarded {who}."
    return answer_gone(request, event, words, reverse("plans:plans"), "All plans")


def answer_gone(
    request: SignedInRequest, event: AuditEvent, words: str, page: str, page_name: str
) -> HttpResponse:
    """What happened, and what was typed; who typed nothing is led to the page."""
    typed = typed_in(request.POST)
    # Who presses a button twice is told the same as once.
    if not typed and (request.method != "POST" or event.actor_id == request.user.pk):
        messages.warning(request, words)
        return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
    context = {"words": words, "typed": typed, "back_url": page, "back_text": page_name}
    name = "gone_words" if request.htmx else "gone"
    return render(request, f"capacity_plans/editing/{name}.html", context, status=409)
