"""The page of a call."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from accounts.queries import wards_viewable_by
from availability.follow_up.calls.forms import CallForm
from availability.follow_up.calls.queries import calls_to
from availability.follow_up.calls.services import note_call as note
from availability.rules import may_search_in_own_name
from core.errors import DomainError, status_of


@requires(may_search_in_own_name)
@require_http_methods(["GET", "HEAD", "POST"])
def note_call(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note what a ward said on the telephone; what colleagues noted stands below."""
    wards = wards_viewable_by(request.user).select_related("unit__organisation", "totals")
    ward = get_object_or_404(wards, pk=pk)
    back_url = reverse("availability:directory_place", args=[f"ward-{pk}"])
    form = CallForm(request.POST if request.method == "POST" else None, back_url=back_url)
    status = 200
    if form.is_valid():
        try:
            note(ward=ward, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            messages.success(request, "Your note is saved.")
            return redirect("availability:note_call", pk)
    context = {
        "ward": ward,
        "form": form,
        "calls": calls_to(ward, request.user),
        "back_url": back_url,
    }
    return render(request, "availability/follow_up/note_call.html", context, status=status)
