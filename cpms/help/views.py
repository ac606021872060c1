"""The help centre, open to everyone."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.rights import PARTS
from cpms.help.forms import SearchForm
from cpms.help.search import search
from cpms.help.texts import QUESTIONS, ROLES, topics, topics_for


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Guides by role, questions and the helpdesk; or what was found."""
    # A NUL is nothing that anybody means to look for.
    asked = {"q": request.GET.get("q", "").replace("\0", "")}
    form = SearchForm(asked if "q" in request.GET else None)
    if form.is_valid() and form.cleaned_data["q"]:
        query = form.cleaned_data["q"]
        context = {"form": form, "query": query, "results": search(query)}
        return render(request, "help/results.html", context)
    guides = [(role, title, topics_for(role)) for role, title in ROLES.items()]
    return render(
        request,
        "help/index.html",
        {"form": form, "guides": guides, "questions": topics()[QUESTIONS]},
    )


@login_not_required
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A guide."""
    found = topics().get(slug)
    if found is None:
        raise Http404("No such guide")
    return render(request, "help/topic.html", {"topic": found, "is_questions": slug == QUESTIONS})


@login_not_required
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Who may do what: a guide with the rights matrix, from the table that the rules ask."""
    return render(
        request, "help/rights.html", {"topic": topics()["who-may-do-what"], "parts": PARTS}
    )
