import hashlib
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from accounts.queries import role_explanations
from accounts.reauthentication.proof import require_proof
from approvals import queries, rules, services
from approvals.addresses import addresses_at, compare
from approvals.choices import ItemStatus, Outcome
from approvals.contents import contents_of
from approvals.forms import DecisionForm
from approvals.history import history_of
from approvals.kinds import kind_of, state_of
from approvals.mine.queries import ended_access_of
from approvals.models import Item
from approvals.queue.ages import age_of
from approvals.together import MOST, Result, decide_together
from core.errors import Conflict, DomainError
from core.looking import note_look

LARGEST_ID = 2**63 - 1


@requires(rules.may_open_queue)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, pk: int) -> HttpResponse:
    """One part of a request: who asks for what, and the decision."""
    found = get_object_or_404(queries.item_detail(queries.items_open_to(request.user)), pk=pk)
    kind = kind_of(found)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        questions=kind.questions,
        can_end=kind.can_end,
        seen=seen_of([found]),
        words=kind.words,
        back_url=reverse("approvals:queue"),
    )
    if request.method != "POST" or not form.is_valid():
        return show_item(request, found, form)
    what = f"the {kind.words.noun} of {found.person.get_full_name()}"
    require_proof(request, about=f"{form.verb} {what}", back_to=request.path)
    try:
        services.decide(item=found, by=request.user, **form.decision)
    except DomainError as refusal:
        form.add_error(None, f"Your decision was not recorded. {refusal}")
        # It may have ended or moved on meanwhile.
        found = get_object_or_404(queries.item_detail(queries.items_open_to(request.user)), pk=pk)
        status = 409 if isinstance(refusal, Conflict) else 200
        return show_item(request, found, form, status=status)
    approves = form.cleaned_data["outcome"] == Outcome.APPROVED
    done = "approved" if approves else kind.words.rejected
    messages.success(request, f"You have {done} {what}. They are told.")
    return redirect("approvals:queue")


def seen_of(items: Iterable[Item]) -> str:
    """Stands for what is asked for, and from where; it is another one when that has changed."""
    said = [(kind_of(one).describe(one), one.request and one.request.from_where) for one in items]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def show_item(
    request: SignedInRequest, found: Item, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    """The page of an item; where nothing is left to decide, what was typed instead of the form."""
    stage = next((stage for stage in found.stages.all() if stage.is_current), None)
    note_look(
        request,
        subject=found.person,
        page="request",
        target=found,
        role=lambda: queries.role_towards(request.user, found),
    )
    organisation = found.request.organisation if found.request else None
    context = {
        "item": found,
        "kind": kind_of(found),
        "explanation": role_explanations()[found.capability],
        "contents": contents_of(found.scope),
        **kind_of(found).context(found, request.user),
        "address": compare(
            found.person, organisation, addresses_at([organisation] if organisation else [])
        ),
        "stage": stage,
        "due": age_of(stage.due_at, timezone.now()) if stage and stage.due_at else None,
        "refusal": rules.may_decide(request.user, found, stage),
        "ended": "" if found.status == ItemStatus.SUBMITTED else services.how_it_ended(found),
        "typed": form.typed if form.is_bound else [],
        "held": queries.held_by(found.person),
        "ended_access": ended_access_of(found.person),
        "beside": [
            (kind_of(one).describe(one), state_of(one, one.status).lower())
            for one in queries.beside(found)
        ],
        "history": history_of(found),
        "form": form,
    }
    return render(request, "approvals/item.html", context, status=status)


@requires(rules.may_open_queue)
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: SignedInRequest) -> HttpResponse:
    """Several simple items that were chosen in the queue, decided alike."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = ids_of(given.getlist("item"))
    reached = queries.items_open_to(request.user).filter(pk__in=chosen[:MOST])
    if request.method != "POST":
        # What was decided meanwhile is told of to who sends a decision.
        reached = reached.filter(pk__in=queries.queue_for(request.user).order_by().values("item"))
    items = list(queries.item_detail(reached).order_by("submitted_at", "pk"))
    if len(chosen) > MOST or not items:
        problem = f"Choose at most {MOST} requests" if items else "Choose at least one request"
        messages.error(request, f"{problem} to decide together.")
        return redirect("approvals:queue")
    if left_out := len(chosen) - len(items):
        messages.warning(
            request,
            f"Left out, since you cannot decide on them (any more): {left_out} of the "
            f"{len(chosen)} requests that you chose.",
        )
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        questions=tuple(dict.fromkeys(one for item in items for one in kind_of(item).questions)),
        can_end=False,
        seen=seen_of(items),
        several=True,
        back_url=reverse("approvals:queue"),
    )
    if request.method == "POST" and form.is_valid():
        require_proof(
            request,
            about=f"{form.verb} {len(items)} requests",
            back_to=reverse("approvals:queue"),
        )
        results = decide_together(items=items, by=request.user, **form.decision)
        return render(request, "approvals/together_done.html", done_context(results))
    return show_together(request, items, form)


def show_together(request: SignedInRequest, items: list[Item], form: DecisionForm) -> HttpResponse:
    """Who asks for what, each beside what their address says, and the questions for all."""
    organisations = {one.request.organisation for one in items if one.request}
    at = addresses_at([one for one in organisations if one])
    rows = []
    for one in items:
        note_look(
            request,
            subject=one.person,
            page="request",
            target=one,
            role=partial(queries.role_towards, request.user, one),
        )
        address = compare(one.person, one.request.organisation if one.request else None, at)
        rows.append((one, kind_of(one).describe(one), address))
    return render(request, "approvals/together.html", {"rows": rows, "form": form})


def done_context(results: list[Result]) -> dict[str, Any]:
    rows = [(one, kind_of(one.item).describe(one.item)) for one in results]
    return {"rows": rows, "decided": sum(1 for one in results if one.decision)}


def ids_of(values: list[str]) -> list[int]:
    """The ids among what was sent, each once; whatever can be none is left out."""
    ids = [int(one) for one in values if one.isascii() and one.isdecimal() and len(one) <= 19]
    return list(dict.fromkeys(one for one in ids if one <= LARGEST_ID))
