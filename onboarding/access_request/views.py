from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.rules import own_account
from approvals.coverage import Standing
from approvals.queries import requests_of
from approvals.services import NOTHING_NEW
from core import patients
from core.errors import Conflict, DomainError
from core.steps import Step, Wizard
from onboarding.access_request import services
from onboarding.access_request.answers import groups_of_places, provider_id
from onboarding.access_request.chosen import (
    CAPABILITIES,
    own_places,
    standing_of_matches,
    what_has_gone,
)
from onboarding.access_request.forms.availability import FindPlaceForm
from onboarding.access_request.forms.confirm import ConfirmForm
from onboarding.access_request.forms.plans import AddPlanForm
from onboarding.access_request.services import draft_of
from onboarding.access_request.steps import REASON, wizard_of
from onboarding.access_request.summary import summary_of
from onboarding.models import AccessRequestDraft
from organisations.choices import AsksAs
from organisations.queries import (
    LONGEST_SEARCH,
    MOST_FOUND,
    Matches,
    find_organisations,
    find_places,
)

SUMMARY = "onboarding:request_summary"
STEP = "onboarding:request_step"

# Of each kind, so that a page with a full list stays under 60 KiB.
MOST_ON_A_PAGE = 10


@requires(own_account)
@require_safe
@never_cache
def start(request: SignedInRequest) -> HttpResponse:
    """Go on where the request was left (CPMS-14)."""
    step = wizard_of(request.user).first_open(draft_of(request.user).answers)
    return redirect(STEP, step.key) if step else redirect(SUMMARY)


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: SignedInRequest, key: str) -> HttpResponse:
    """One page of questions."""
    draft, wizard = draft_of(request.user), wizard_of(request.user)
    current = wizard.step(key)
    if current is None:
        raise Http404
    if not wizard.may_open(current, draft.answers):
        return redirect("onboarding:request_access")
    if key in LIST_STEPS:
        try:
            return LIST_STEPS[key](request, draft, current, wizard)
        except DomainError as refusal:
            # Another tab has answered so that the list is not asked for any more.
            messages.warning(request, str(refusal))
            return redirect("onboarding:request_access")
    form = wizard.form(current, draft.answers, request.POST if request.method == "POST" else None)
    if "previous" in request.POST:
        services.keep_as_typed(by=request.user, step=current, form=form)
        return previous(request, current, draft)
    if form.is_bound and form.is_valid():
        draft = services.keep_answers(by=request.user, step=current, form=form)
        return following(request, current, draft)
    if not form.is_bound and key in draft.answers:
        kept = wizard.form(current, draft.answers, draft.answers[key])
        form = kept if has_closed(kept) else form
    context = {"form": form, "step": current}
    return render(request, "onboarding/access_request/step.html", context)


def has_closed(form: forms.Form) -> bool:
    """Whether a kept answer names something that has closed meanwhile."""
    errors = form.errors.as_data().values()
    return any(error.code in ("closed", "merged") for of_field in errors for error in of_field)


def places_step(
    request: SignedInRequest, draft: AccessRequestDraft, current: Step, wizard: Wizard
) -> HttpResponse:
    """The list of places to update: each Add and Remove is kept at once (CPMS-23)."""
    query = typed(request.GET)
    not_found = draft.answers.get("places", {}).get("not_found", "")
    data = request.POST if request.method == "POST" else None
    form = FindPlaceForm(data, initial={"q": query, "not_found": not_found})
    if "remove" in request.POST:
        return removed(request, current)
    if request.method == "POST" and not form.has_error("not_found", patients.CODE):
        services.keep_note(by=request.user, text=request.POST.get("not_found", ""))
    if "previous" in request.POST:
        return previous(request, current, draft)
    if request.method == "POST" and form.is_valid():
        now_typed = typed(request.POST)
        if value := request.POST.get("add") or request.POST.get("chosen"):
            added = add(request, current, form, value)
            if added and "next" not in request.POST:
                return to_the_list(request, found="add" in request.POST)
        elif now_typed and now_typed != query:
            return redirect(found_at(request, now_typed))
        elif "next" not in request.POST:
            show(form, "q", "Enter a part of the name, an ODS code or a postcode")
        if "next" in request.POST and (done := finish(request, current, form)):
            return done
    standing = wizard.context["standing"]
    draft = draft_of(request.user)
    chosen, choosable = services.listed(draft, current.key, standing)
    if query:
        matches = places_found(draft, query, standing, MOST_ON_A_PAGE)
    else:
        matches = Matches(own_places(provider_id(draft.answers), choosable))
    said = standing_of_matches(matches, chosen, choosable, standing)
    more = {
        "query": query,
        "matches": [(match, said.get(match.value, "")) for match in matches],
        "there_is_more": matches.more,
    }
    return list_page(request, current, wizard, form, more)


def plans_step(
    request: SignedInRequest, draft: AccessRequestDraft, current: Step, wizard: Wizard
) -> HttpResponse:
    """The list of plans to see or edit: each Add and Remove is kept at once (CPMS-24)."""
    if "remove" in request.POST:
        return removed(request, current)
    fills = any(request.POST.get(name) for name in AddPlanForm.base_fields)
    form = AddPlanForm(request.POST if fills or "add" in request.POST else None)
    if form.is_bound and form.is_valid():
        added = add(request, current, form, form.value)
        if added and "add" in request.POST:
            return to_the_list(request)
    if "previous" in request.POST:
        return previous(request, current, draft)
    if "next" in request.POST and (done := finish(request, current, form)):
        return done
    return list_page(request, current, wizard, form, {})


LIST_STEPS = {"places": places_step, "plans": plans_step}


def add(request: SignedInRequest, current: Step, form: Any, value: str) -> bool:
    """Add to the list; a refusal shows in the form."""
    try:
        note = services.add_to_list(by=request.user, key=current.key, value=value)
    except DomainError as refusal:
        show(form, form.shows[current.key], str(refusal))
        return False
    messages.info(request, note)
    return True


def removed(request: SignedInRequest, current: Step) -> HttpResponse:
    note = services.remove_from_list(by=request.user, key=current.key, value=request.POST["remove"])
    if note:
        messages.info(request, note)
    return to_the_list(request)


def finish(request: SignedInRequest, current: Step, form: Any) -> HttpResponse | None:
    """On to the next question, if the list as it stands answers this one.

    What has closed goes off the list, and is told.
    """
    if form.errors:
        return None
    wizard = wizard_of(request.user)
    if gone := what_is_gone(draft_of(request.user), current, wizard.context["standing"]):
        services.remove_from_list(by=request.user, key=current.key)
        messages.warning(request, gone)
    draft = draft_of(request.user)
    kept = wizard.form(current, draft.answers, draft.answers.get(current.key, {}))
    if kept.is_valid():
        return following(request, current, draft)
    for field, errors in kept.errors.items():
        show(form, form.shows[field], errors[0])
    return None


def what_is_gone(draft: AccessRequestDraft, current: Step, standing: Standing) -> str:
    """What the list holds that cannot be asked for any more, in words."""
    chosen, _ = services.listed(draft, current.key, standing)
    return what_has_gone(draft.answers.get(current.key, {}).get(current.key, []), chosen)


def list_page(
    request: SignedInRequest, current: Step, wizard: Wizard, form: Any, more: dict[str, Any]
) -> HttpResponse:
    draft, standing = draft_of(request.user), wizard.context["standing"]
    chosen, choosable = services.listed(draft, current.key, standing)
    if gone := what_is_gone(draft, current, standing):
        show(form, form.shows[current.key], gone)
    context = {"form": form, "step": current, "chosen": chosen, **more}
    context["already"] = standing.lines(*(CAPABILITIES[kind] for kind in choosable))
    return render(request, f"onboarding/access_request/{current.key}.html", context)


def show(form: forms.Form, field: str, message: str) -> None:
    """Show an error that the form itself cannot know."""
    form.errors[field] = form.error_class([message])


def typed(data: QueryDict) -> str:
    return " ".join(data.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]


def found_at(request: SignedInRequest, query: str) -> str:
    """The page with what was found, still on its way back to the summary after a Change."""
    change = {"change": "1"} if "change" in request.GET else {}
    return f"{request.path}?{urlencode({**change, 'q': query})}#found"


def to_the_list(request: SignedInRequest, *, found: bool = False) -> HttpResponse:
    """Back to the page; what was found stays there if more of it may be wanted."""
    kept = {name: request.GET[name] for name in ("change", "q") if name in request.GET}
    if not found:
        kept.pop("q", None)
    return redirect(f"{request.path}{'?' if kept else ''}{urlencode(kept)}#your-choice")


def places_found(draft: AccessRequestDraft, query: str, standing: Standing, limit: int) -> Matches:
    groups = groups_of_places(draft.answers, standing)
    return find_places(query, groups=[group.pk for group in groups], limit=limit)


def previous(request: SignedInRequest, current: Step, draft: AccessRequestDraft) -> HttpResponse:
    before = wizard_of(request.user).before(current, draft.answers)
    return redirect(STEP, before.key) if before else redirect("home")


def following(request: SignedInRequest, current: Step, draft: AccessRequestDraft) -> HttpResponse:
    """The next question; after a Change, the summary unless the change opened new questions."""
    wizard = wizard_of(request.user)
    if "change" in request.GET:
        after = wizard.first_open(draft.answers)
    else:
        after = wizard.after(current, draft.answers)
    if after == REASON and services.asks_nothing_new(draft):
        # Rather than once the reason is typed.
        messages.warning(request, f"{NOTHING_NEW} Choose something else.")
        return redirect(STEP, current.key)
    return redirect(STEP, after.key) if after else redirect(SUMMARY)


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def summary(request: SignedInRequest) -> HttpResponse:
    """Check the answers, then "Register" (CPMS-25)."""
    standing = Standing(request.user)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None, is_first=not standing.is_known
    )
    if request.method == "POST" and "previous" not in request.POST:
        try:
            services.send_request(by=request.user)
        except Conflict:
            return redirect("onboarding:request_sent")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("onboarding:request_sent")
    draft, wizard = draft_of(request.user), wizard_of(request.user)
    if draft.pk is None:
        return redirect("onboarding:request_sent")
    step = wizard.first_open(draft.answers)
    if step:
        if form.is_bound and "previous" not in request.POST:
            messages.warning(request, "Check this answer: it does not hold any more.")
        return redirect(STEP, step.key)
    if "previous" in request.POST:
        return redirect(STEP, wizard.applicable(draft.answers)[-1].key)
    context = {"form": form, "parts": summary_of(draft.answers, standing)}
    return render(request, "onboarding/access_request/summary.html", context)


@requires(own_account)
@require_safe
@never_cache
def sent(request: SignedInRequest) -> HttpResponse:
    """Who decides each part, and by when (CPMS-26, CQRS-08)."""
    latest = requests_of(request.user).first()
    if latest is None:
        return redirect("onboarding:request_access")
    return render(request, "onboarding/access_request/sent.html", {"access_request": latest})


@requires(own_account)
@require_safe
@never_cache
def your_requests(request: SignedInRequest) -> HttpResponse:
    """What the person has, everything that they asked for, and what became of each part."""
    page = Paginator(requests_of(request.user), 5).get_page(request.GET.get("page"))
    draft = draft_of(request.user)
    context = {
        "page": page,
        "begun": draft.pk is not None,
        "held": Standing(request.user).held,
    }
    return render(request, "onboarding/access_request/your_requests.html", context)


@requires(own_account)
@require_safe
@never_cache
def find(request: SignedInRequest, what: str) -> JsonResponse:
    """What fits the typed text, for a search field that suggests while somebody types."""
    query = typed(request.GET)
    if what == "places":
        draft, standing = draft_of(request.user), Standing(request.user)
        found = places_found(draft, query, standing, MOST_FOUND)
    elif what == "organisations":
        found = find_organisations(query, asks_as=None)
    elif what in AsksAs:
        found = find_organisations(query, asks_as=what)
    else:
        raise Http404
    matches = [
        {"value": match.value, "label": match.label, "detail": match.detail} for match in found
    ]
    return JsonResponse({"matches": matches, "more": found.more})
