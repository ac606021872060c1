from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.queries import role_explanations
from accounts.reauthentication.proof import require_proof
from approvals import queries, rules, services
from approvals.choices import Outcome
from approvals.forms import DecisionForm
from approvals.kinds import kind_of
from core.errors import Conflict, DomainError
from core.looking import note_look


@requires(rules.may_open_queue)
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for this approver, oldest first."""
    page = Paginator(queries.queue_for(request.user), 25).get_page(request.GET.get("page"))
    return render(request, "approvals/queue.html", {"page": page})


@requires(rules.may_open_queue)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, pk: int) -> HttpResponse:
    """One part of a request: who asks for what, and the decision."""
    found = get_object_or_404(queries.item_detail(queries.items_open_to(request.user)), pk=pk)
    data = request.POST if request.method == "POST" else None
    kind = kind_of(found)
    form = DecisionForm(
        data, questions=kind.questions, can_end=kind.can_end, back_url=reverse("approvals:queue")
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        require_proof(
            request,
            about=f"{form.verb} the request of {found.person.get_full_name()}",
            back_to=request.path,
        )
        try:
            services.decide(item=found, by=request.user, **form.decision)
        except Conflict as conflict:
            found = get_object_or_404(
                queries.item_detail(queries.items_open_to(request.user)), pk=pk
            )
            form.add_error(None, f"Your decision was not recorded. {conflict}")
            status = 409
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            done = "approved" if form.cleaned_data["outcome"] == Outcome.APPROVED else "rejected"
            name = found.person.get_full_name()
            messages.success(
                request, f"You have {done} the request of {name}. They are told by email."
            )
            return redirect("approvals:queue")
    stage = next((stage for stage in found.stages.all() if stage.is_current), None)
    note_look(
        request,
        subject=found.person,
        page="request",
        target=found,
        role=lambda: queries.role_towards(request.user, found),
    )
    context = {
        "item": found,
        "kind": kind,
        "explanation": role_explanations()[found.capability],
        "stage": stage,
        "refusal": rules.may_decide(request.user, found, stage),
        "held": queries.held_by(found.person),
        "beside": queries.beside(found),
        "form": form,
    }
    return render(request, "approvals/item.html", context, status=status)
