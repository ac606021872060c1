from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from accounts.rules import signed_in
from approvals.kinds import kind_of, state_of
from approvals.models import ACCESS
from approvals.queries import items_open_to, role_towards
from approvals.why import queries
from core.looking import note_look


@requires(signed_in)
@require_safe
@never_cache
def why(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole way of an item; to who asked, with roles and organisations but no names."""
    item = get_object_or_404(queries.ways_open_to(request.user), pk=pk)
    is_own = item.person == request.user
    if is_own:
        is_access = item.kind == ACCESS
        back_url = reverse("access:yours") if is_access else kind_of(item).page(item)
    elif items_open_to(request.user).filter(pk=pk).exists():
        back_url = reverse("approvals:item", args=[pk])
    else:
        back_url = reverse("admin:approvals_item_change", args=[pk])
    note_look(
        request,
        subject=item.person,
        page="request",
        target=item,
        role=lambda: role_towards(request.user, item) or "Helpdesk",
    )
    context = {
        "item": item,
        "state": state_of(item, item.status),
        "what": kind_of(item).describe(item),
        "is_own": is_own,
        "steps": queries.steps_of(item),
        "back_url": back_url,
    }
    return render(request, "approvals/why/why.html", context)
