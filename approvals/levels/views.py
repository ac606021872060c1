"""Providers, their level, and switching it (CQRS-01, CQRS-24)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.reauthentication.proof import require_proof
from approvals.levels import queries, rules, services
from approvals.levels.forms import FindForm, SwitchForm
from core.errors import DomainError, status_of
from organisations.choices import ApprovalLevel


@requires(rules.may_switch)
@require_safe
@never_cache
def providers(request: SignedInRequest) -> HttpResponse:
    """The providers that the person may switch, with who approves and what waits there."""
    form = FindForm(request.GET)
    found = rules.providers_of(request.user)
    if form.is_valid() and form.cleaned_data["q"]:
        found = found.filter(name__icontains=form.cleaned_data["q"])
    page = Paginator(queries.with_numbers(found), 25).get_page(request.GET.get("page"))
    return render(request, "approvals/levels/providers.html", {"form": form, "page": page})


@requires(rules.may_switch)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def provider(request: SignedInRequest, pk: int) -> HttpResponse:
    """A provider's level, what follows from switching it, and when it was switched before."""
    found = get_object_or_404(rules.providers_of(request.user), pk=pk)
    back_url = reverse("approvals:providers")
    data = request.POST if request.method == "POST" else None
    form = SwitchForm(data, offered=queries.other_level(found), back_url=back_url)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            require_proof(request, about=f"switch {found.name}", back_to=request.path)
            to = form.cleaned_data["to"]
            try:
                moved = services.switch_level(provider=found, to=to, by=request.user)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                number = f"{moved or 'No'} waiting request{'' if moved == 1 else 's'}"
                text = f"{found.name} is now {to}-level. {number} went to other approvers."
                messages.success(request, text)
                return redirect("approvals:provider", pk)
        else:
            status = 400
        found = get_object_or_404(rules.providers_of(request.user), pk=pk)
    offered = queries.other_level(found)
    context = {
        "provider": found,
        "is_multi": found.approval_level == ApprovalLevel.MULTI,
        "approvers": queries.approvers_of(found),
        "moves": queries.moves_if(found, offered),
        "invitations": queries.invitations_of(found).count(),
        "history": queries.history_of(found),
        "form": form,
    }
    return render(request, "approvals/levels/provider.html", context, status=status)
