"""The pages of the search."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from accounts.models import User
from availability import rules
from availability.saved_searches.forms import LONGEST_NAME
from availability.saved_searches.words import suggested_name
from availability.searching.comparing import FEWEST, MOST, side_by_side, wards_to_compare
from availability.searching.drawing import drawn
from availability.searching.finding import Results, find
from availability.searching.form import SearchForm
from availability.searching.live import Tag, hashed, tag_in, tag_of, written_now
from availability.searching.places import map_of
from availability.searching.words import counted, relaxations
from core.compiled import compiled

LAST_PAGE = 1000


@requires(rules.may_search)
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Wards with free beds, nearest to the person's place of work unless asked otherwise."""
    form = form_of(request)
    context: dict[str, Any] = {
        "form": form,
        "filters": compiled("availability/searching/filters", {"filters": drawn(form)}),
        "in_own_name": rules.may_search_in_own_name(request.user) is None,
    }
    if form.is_valid():
        number = page_number(request)
        results = find(form.lists.searchable, form.criteria, number, person=request.user.pk)
        shown = show(request.user, form, results)
        context |= {
            "results": results,
            "criteria": form.criteria,
            "found": shown,
            "shown": hashed(shown),
            "live_address": form.address(name="live", page=number),
            "save_address": form.address(name="save_search"),
            "suggested_name": suggested_name(form, LONGEST_NAME),
            "longest_name": LONGEST_NAME,
        }
    return render(request, "availability/searching/search.html", context)


@requires(rules.may_search)
@require_safe
def live(request: SignedInRequest) -> HttpResponse:
    """The list and the map alone; 304 to a page that shows them as they are."""
    written = written_now(request.user, request.META["QUERY_STRING"])
    tag = tag_in(request.headers.get("If-None-Match", ""))
    if tag and tag.holds(written.words):
        return tagged(HttpResponseNotModified(), tag)
    form = form_of(request)
    if not form.is_valid():
        return HttpResponseBadRequest("Nothing can be searched for like that.")
    results = find(
        form.lists.searchable, form.criteria, page_number(request), person=request.user.pk
    )
    shown = show(request.user, form, results)
    new = tag_of(shown, results, written)
    is_shown = tag is not None and tag.shown == new.shown
    return tagged(HttpResponseNotModified() if is_shown else HttpResponse(shown), new)


def tagged(response: HttpResponse, tag: Tag) -> HttpResponse:
    response["ETag"] = str(tag)
    return response


@requires(rules.may_search)
@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    """Up to four wards side by side, as the search that led there sees them."""
    form = form_of(request)
    if not form.is_valid():
        return redirect(form.address())
    chosen = list(dict.fromkeys(request.GET.getlist("ward")))
    context: dict[str, Any] = {"back_url": form.address(), "number": len(chosen), "most": MOST}
    if not FEWEST <= len(chosen) <= MOST:
        return render(request, "availability/searching/compare.html", context)
    wards = wards_to_compare(request.user, form.criteria, chosen)
    if len(wards) != len(chosen):
        raise Http404
    context |= {"wards": wards, "rows": side_by_side(wards)}
    return render(request, "availability/searching/compare.html", context)


def form_of(request: SignedInRequest) -> SearchForm:
    """What the address asks for; the place of work where it names no place."""
    asked = request.GET.copy()
    begins = not asked
    asked.setdefault("postcode", request.user.work_postcode)
    return SearchForm(asked, user=request.user, begins=begins)


def show(user: User, form: SearchForm, results: Results) -> SafeString:
    """The part of the page that refreshes itself."""
    number = results.number
    used = form.in_use()
    beside = {
        "before": form.address(page=number - 1) if number > 1 else "",
        "after": form.address(page=number + 1) if results.has_next else "",
        "number": number,
    }
    return compiled(
        "availability/searching/found",
        {
            "results": results,
            "can_compare": results.can_compare,
            "is_preview": False,
            "in_own_name": rules.may_search_in_own_name(user) is None,
            "criteria": form.criteria,
            "counted": counted(form.criteria),
            "used": [(label, form.address(source)) for source, label in used],
            "relaxations": relaxations(results, form),
            "first": form.address(),
            "pages": render_to_string("partials/previous_next.html", beside),
            "without_all": form.address(*(source for source, _ in used)),
            "asked": form.asked(),
            "map": map_of(results, form.criteria) if results.results else None,
        },
    )


def page_number(request: SignedInRequest) -> int:
    """The page that an address asks for; the first for anything that is no page."""
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 1
    return min(max(number, 1), LAST_PAGE)
