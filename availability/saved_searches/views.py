"""Pages of saved searches."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability.rules import may_search_in_own_name
from availability.saved_searches import services
from availability.saved_searches.forms import LONGEST_NAME, SaveForm, asked_by
from availability.saved_searches.queries import own_searches, read
from availability.saved_searches.words import in_words, suggested_name
from availability.searching.views import form_of
from core.errors import DomainError, status_of


@requires(may_search_in_own_name)
@require_http_methods(["GET", "HEAD", "POST"])
def save_search(request: SignedInRequest) -> HttpResponse:
    """Save the search that the address asks; what is wrong with it the search itself says."""
    asked = form_of(request)
    if not asked.is_valid():
        return redirect(asked.address())
    form = SaveForm(
        request.POST if request.method == "POST" else None,
        suggested=suggested_name(asked, LONGEST_NAME),
        back_url=asked.address(),
    )
    status = 200
    if form.is_valid():
        try:
            search, is_new = services.save_search(
                name=form.cleaned_data["name"],
                asked=asked_by(asked),
                criteria=asked.criteria,
                by=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            if is_new:
                words = f"“{search.name}” is saved. We tell you when another ward fits."
            else:
                words = f"You saved this search before, as “{search.name}”. It is on."
            messages.success(request, words)
            return redirect(asked.address())
    context = {"form": form, "words": in_words(asked), "back_url": asked.address()}
    return render(request, "availability/saved_searches/save.html", context, status=status)


@requires(may_search_in_own_name)
@require_safe
def saved_searches(request: SignedInRequest) -> HttpResponse:
    """One's own searches, and what each asks."""
    searches = list(own_searches(request.user))
    shown = [
        {"search": search, "words": in_words(form) if form.is_valid() else [], "form": form}
        for search, form in zip(searches, read(searches) if searches else [], strict=True)
    ]
    context = {"shown": shown, "most": services.MOST_SEARCHES}
    return render(request, "availability/saved_searches/searches.html", context)


@requires(may_search_in_own_name)
@require_safe
def saved_search(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a search of one's own finds now."""
    search = get_object_or_404(own_searches(request.user), pk=pk)
    return redirect(f"{reverse('availability:search')}?{search.asked}")


@requires(may_search_in_own_name)
@require_http_methods(["GET", "HEAD", "POST"])
def switch_search(request: SignedInRequest, pk: int) -> HttpResponse:
    """Be told of it, or no more; a GET, as after logging in anew, leads to the list."""
    search = get_object_or_404(own_searches(request.user), pk=pk)
    if request.method == "POST":
        is_on = request.POST.get("tell") == "yes"
        services.switch_search(search=search, is_on=is_on, by=request.user)
        now = "We tell you of" if is_on else "We do not tell you any more of"
        messages.success(request, f"{now} “{search.name}”.")
    return redirect("availability:saved_searches")


@requires(may_search_in_own_name)
@require_http_methods(["GET", "HEAD", "POST"])
def delete_search(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether it is meant, and delete it."""
    search = get_object_or_404(own_searches(request.user), pk=pk)
    if request.method == "POST":
        services.delete_search(search=search, by=request.user)
        messages.success(request, f"“{search.name}” is deleted.")
        return redirect("availability:saved_searches")
    return render(request, "availability/saved_searches/delete.html", {"search": search})
