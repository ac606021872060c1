"""The quarterly review: who still works there, and who has left."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, requires
from accounts.models import User
from accounts.reauthentication.proof import require_proof
from approvals.people import rules
from approvals.people.forms import ConfirmForm
from approvals.people.moves import moves_without
from approvals.people.queries import IN_ORDER, rows_of
from approvals.people.review import queries, services
from approvals.people.review.quarters import this_quarter
from approvals.people.status import with_status
from approvals.people.views import acted_on, posted
from approvals.rights import Act
from core.errors import DomainError

PER_PAGE = 50


@requires(rules.may_open)
@require_safe
@never_cache
def review(request: SignedInRequest) -> HttpResponse:
    """Whom this approver confirms in the quarter; then those whom nobody below confirmed."""
    quarter = this_quarter()
    own = queries.to_confirm(request.user, quarter)
    below = queries.from_below(request.user, quarter)
    shows_below = request.GET.get("from") == "below"
    people = with_status(below if shows_below else own).order_by(*IN_ORDER)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(cast(QuerySet[User], page.object_list))
    answers = queries.answers_to([row.person for row in rows], quarter)
    progress = queries.progress_of(own, quarter)
    context = {
        "quarter": quarter,
        "page": page,
        "rows": [(row, answers.get(row.person.pk)) for row in rows],
        "progress": progress,
        "answered": sum(one.answered for one in progress),
        "number": sum(one.number for one in progress),
        "below": below.count(),
        "shows_below": shows_below,
    }
    return render(request, "approvals/people/review.html", context)


def reviewed(request: SignedInRequest, pk: int) -> User:
    """Somebody whom the approver sees there, else nobody is found."""
    whom = acted_on(request, pk, Act.REVIEW)
    if not whom.is_active:
        raise Http404
    return whom


@requires(rules.may_open)
@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Still works here."""
    whom = reviewed(request, pk)
    try:
        services.confirm(person=whom, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"You have confirmed that {whom.get_full_name()} works there.")
    return redirect(back_to(request))


@requires(rules.may_open)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def has_left(request: SignedInRequest, pk: int) -> HttpResponse:
    """Has left: asks, then disables the account."""
    whom = reviewed(request, pk)
    form = ConfirmForm(posted(request), back_url=reverse("approvals:review"))
    if request.method == "POST":
        name = whom.get_full_name()
        require_proof(request, about=f"disable the account of {name}", back_to=request.path)
        try:
            services.has_left(person=whom, by=request.user)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"{name} can no longer log in. They are told by email.")
        return redirect("approvals:review")
    context = {"person": whom, "form": form, "moves": moves_without(whom)}
    return render(request, "approvals/people/has_left.html", context)


def back_to(request: SignedInRequest) -> str:
    """The page of the list that the button was on."""
    page, below = request.POST.get("page", ""), request.POST.get("from") == "below"
    query = [f"page={page}"] if page.isascii() and page.isdecimal() and len(page) < 6 else []
    query += ["from=below"] if below else []
    return f"{reverse('approvals:review')}{'?' if query else ''}{'&'.join(query)}"
