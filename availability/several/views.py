"""The page that changes several beds of a ward at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from availability import queries, rules, services
from availability.conditions import Condition
from availability.conflicts import BedsChanged, told
from availability.several.forms import SeveralForm
from availability.words import plural
from core.errors import DomainError, status_of


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change several beds at once, all or none."""
    ward = get_object_or_404(queries.boards_of(request.user), pk=pk)
    back_url = reverse("availability:board", args=[pk])
    entries = queries.entries_now(ward.beds.all())
    context: dict[str, Any] = {"ward": ward, "back_url": back_url}
    status = 200
    if request.method != "POST":
        form = SeveralForm(entries=entries, back_url=back_url)
    else:
        form = SeveralForm(request.POST, entries=entries, back_url=back_url)
        if form.is_valid():
            try:
                made = services.change_beds(by=request.user, **form.change)
            except DomainError as error:
                status = status_of(error)
                if isinstance(error, BedsChanged):
                    wanted = Condition(form.cleaned_data["state"], **form.details)
                    context["conflicts"] = told(error, wanted, request.user)
                    entries = queries.entries_now(ward.beds.all())
                    form = SeveralForm(request.POST, entries=entries, back_url=back_url)
                    form.full_clean()
                form.ask_again(str(error))
            else:
                beds = plural(len(made), "bed")
                are = "is" if len(made) == 1 else "are"
                messages.success(request, f"{beds} {are} now {made[0].state_in_words}.")
                return redirect(back_url)
    return render(
        request, "availability/several/page.html", context | {"form": form}, status=status
    )
