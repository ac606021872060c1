"""Pages of requests to hold a bed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.queries import wards_viewable_by
from availability.follow_up.holds import queries, services
from availability.follow_up.holds.forms import AnswerForm, AskForm
from availability.rules import may_edit_a_ward, may_search, may_search_in_own_name
from core.errors import DomainError, status_of
from organisations.choices import WardKind

PER_PAGE = 25


@requires(may_search_in_own_name)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_hold(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask a ward that one has found to hold a bed."""
    wards = wards_viewable_by(request.user).filter(kind=WardKind.INPATIENT)
    ward = get_object_or_404(wards.select_related("unit__organisation"), pk=pk)
    back_url = reverse("availability:directory_place", args=[f"ward-{pk}"])
    form = AskForm(request.POST if request.method == "POST" else None, back_url=back_url)
    status = 200
    if form.is_valid():
        try:
            hold = services.ask_to_hold(ward=ward, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            messages.success(request, f"You asked {ward.name} to hold a bed.")
            return redirect("availability:hold", hold.pk)
    context = {"ward": ward, "form": form, "back_url": back_url}
    return render(request, "availability/follow_up/ask_to_hold.html", context, status=status)


@requires(may_search)
@require_safe
def holds(request: SignedInRequest) -> HttpResponse:
    """One's own requests."""
    page = Paginator(queries.own_holds(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "availability/follow_up/holds.html", {"page": page})


@requires(may_search)
@require_safe
def hold(request: SignedInRequest, pk: int) -> HttpResponse:
    """What has become of one's own request."""
    found = get_object_or_404(queries.own_holds(request.user), pk=pk)
    return render(request, "availability/follow_up/hold.html", {"hold": found})


@requires(may_search)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_hold(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's own request back; a GET, as after logging in anew, leads to it."""
    found = get_object_or_404(queries.own_holds(request.user), pk=pk)
    if request.method == "POST":
        try:
            services.withdraw_hold(hold=found, by=request.user)
        except DomainError as error:
            found.refresh_from_db()
            context = {"hold": found, "problem": str(error)}
            template = "availability/follow_up/hold.html"
            return render(request, template, context, status=status_of(error))
        messages.success(request, "Your request is withdrawn.")
    return redirect("availability:hold", pk)


@requires(may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_hold(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hold a bed for who asks, or say why not."""
    found = get_object_or_404(queries.holds_answerable_by(request.user), pk=pk)
    back_url = reverse("availability:board", args=[found.ward_id])
    free = queries.free_beds(found.ward_id)
    form = AnswerForm(
        request.POST if request.method == "POST" else None, free=free, back_url=back_url
    )
    status = 200
    if form.is_valid():
        answer = form.cleaned_data
        try:
            if answer["answer"] == "accept":
                bed = found.ward.beds.get(pk=answer["bed"])
                services.accept_hold(hold=found, bed=bed, by=request.user)
                done = f"{bed} is held for {found.held_for}."
            else:
                services.decline_hold(hold=found, reason=answer["reason"], by=request.user)
                done = "You declined the request. Who asked is told."
        except DomainError as error:
            form.add_error("bed" if answer["answer"] == "accept" else "reason", str(error))
            status = status_of(error)
            found = get_object_or_404(queries.holds_answerable_by(request.user), pk=pk)
        else:
            messages.success(request, done)
            return redirect(back_url)
    context = {"hold": found, "form": form, "back_url": back_url}
    return render(request, "availability/follow_up/answer_hold.html", context, status=status)
