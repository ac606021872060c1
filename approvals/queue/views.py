"""What waits for an approver, and what was decided there."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from approvals import rules
from approvals.kinds import kind_of, state_of
from approvals.mine.queries import right_of
from approvals.queue import queries
from approvals.queue.forms import FilterForm

PAGE_SIZE = 25


@requires(rules.may_open_queue)
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """What the person may decide and nothing else, oldest first (CQRS-09, CT-12)."""
    items = queries.items_among(request.user)
    form = FilterForm(request.GET, items=items, may_be_late=True)
    fits, late = (form.criteria, form.cleaned_data["late"]) if form.is_valid() else (Q(), False)
    found = queries.waiting(request.user, fits, late=late)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [queries.row_of(stage, now) for stage in queries.with_items(page.object_list)]
    context = {
        "page": page,
        "rows": rows,
        "working_days": settings.DECISION_WORKING_DAYS,
        "some_simple": any(row.is_simple for row in rows),
        **filters_of(request, form),
    }
    return render(request, "approvals/queue/waiting.html", context)


@requires(rules.may_open_queue)
@require_safe
def decided(request: SignedInRequest) -> HttpResponse:
    """What the person or who decides with them decided, newest first."""
    items = queries.items_decided_with(request.user)
    form = FilterForm(request.GET, items=items, may_be_late=False)
    fits = form.criteria if form.is_valid() else Q()
    found = queries.decided_with(request.user, fits)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        (
            one,
            kind_of(one.item).describe(one.item),
            right_of(one.authority),
            state_of(one.item, one.outcome),
        )
        for one in queries.with_deciders(page.object_list)
    ]
    context = {"page": page, "rows": rows, **filters_of(request, form)}
    return render(request, "approvals/queue/decided.html", context)


def filters_of(request: SignedInRequest, form: FilterForm) -> dict[str, Any]:
    """The form, and each filter in use with the address of the list without it."""
    chosen = form.in_use() if form.is_valid() else []
    given = {name: request.GET.get(name, "") for name, _ in chosen}
    return {
        "form": form,
        "filters": [
            (words, f"{request.path}?{urlencode({k: v for k, v in given.items() if k != name})}")
            for name, words in chosen
        ],
    }
