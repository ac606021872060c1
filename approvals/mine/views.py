"""What the person who asks has, waits for, and has been answered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.rules import signed_in
from approvals import moving
from approvals.choices import ItemStatus
from approvals.mine import queries
from core.errors import DomainError


@requires(signed_in)
@require_safe
@never_cache
def yours(request: SignedInRequest) -> HttpResponse:
    """'What I can access, and who approved it'; what is waiting; what was decided before."""
    ended = queries.items_of(request.user).exclude(status=ItemStatus.SUBMITTED)
    page = Paginator(ended, 10).get_page(request.GET.get("page"))
    context = {
        "held": queries.held_by(request.user),
        "ended_access": queries.ended_access_of(request.user),
        "waiting": queries.waiting_of(request.user),
        "page": page,
        "past": queries.past_of(list(page)),
    }
    return render(request, "approvals/mine/yours.html", context)


@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether a part that waits is to be withdrawn, and withdraw it (CQRS-14)."""
    item = get_object_or_404(queries.items_of(request.user), pk=pk)
    if request.method == "POST":
        try:
            moving.withdraw(item=item, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"You have withdrawn your request: {item.describe()}.")
        return redirect("access:yours")
    if item.status != ItemStatus.SUBMITTED:
        return redirect("access:yours")
    return render(request, "approvals/mine/withdraw.html", {"item": item})
