from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.rules import signed_in
from approvals.queries import requests_of
from core.errors import Conflict, DomainError
from onboarding.access_request import services
from onboarding.access_request.forms import ConfirmForm, PlacesForm
from onboarding.access_request.places import places_still_open
from onboarding.access_request.steps import wizard
from onboarding.access_request.summary import summary_of
from onboarding.models import AccessRequestDraft
from onboarding.steps import Step
from organisations.queries import find_places

SUMMARY = "onboarding:request_summary"
STEP = "onboarding:request_step"


def draft_of(request: SignedInRequest) -> AccessRequestDraft:
    return AccessRequestDraft.objects.get_or_create(person=request.user)[0]


@requires(signed_in)
@require_safe
def start(request: SignedInRequest) -> HttpResponse:
    """Go on where the request was left (CPMS-14)."""
    step = wizard.first_open(draft_of(request).answers)
    return redirect(STEP, step.key) if step else redirect(SUMMARY)


@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, key: str) -> HttpResponse:
    """One page of questions."""
    draft = draft_of(request)
    current = wizard.step(key)
    if current is None:
        raise Http404
    if not wizard.may_open(current, draft.answers):
        return redirect("onboarding:request_access")
    if current.form_class is PlacesForm:
        return places(request, draft, current)
    data = request.POST if request.method == "POST" else None
    form = wizard.form(current, draft.answers, data)
    if "previous" in request.POST:
        services.keep_as_typed(by=request.user, step=current, form=form)
        return previous(current, draft)
    if request.method == "POST" and form.is_valid():
        draft = services.keep_answers(by=request.user, step=current, form=form)
        return following(request, current, draft)
    context = {"form": form, "step": current}
    return render(request, "onboarding/access_request/step.html", context)


def places(request: SignedInRequest, draft: AccessRequestDraft, current: Step) -> HttpResponse:
    """Find organisations, units and wards; each Add and Remove is kept at once."""
    form = None
    if "previous" in request.POST:
        return previous(current, draft)
    if "add" in request.POST or "remove" in request.POST:
        try:
            services.change_places(
                by=request.user, add=request.POST.get("add"), remove=request.POST.get("remove")
            )
        except DomainError as refusal:
            form = refused(str(refusal))
        else:
            return redirect(f"{request.get_full_path()}#your-choice")
    elif request.method == "POST":
        form = wizard.form(current, draft.answers, draft.answers.get(current.key, {}))
        if form.is_valid():
            return following(request, current, draft)
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    if "q" in request.GET and not query and form is None:
        form = refused("Enter a part of the name, an ODS code or a postcode")
    groups = draft.answers["availability"]["service_groups"]
    kept = draft.answers.get(current.key, {}).get("places", [])
    chosen = places_still_open(kept)
    if len(chosen) < len(kept) and form is None:
        form = refused("A place that you chose has closed meanwhile. Check your choice and go on")
        services.change_places(by=request.user, add=None, remove=None)
    context = {
        "form": form,
        "step": current,
        "query": query,
        "matches": find_places(query, groups=groups) if query else [],
        "chosen": chosen,
        "chosen_values": {place.value for place in chosen},
    }
    return render(request, "onboarding/access_request/places.html", context)


def refused(message: str) -> PlacesForm:
    """The form with one error, at the field in which places are looked for."""
    form = PlacesForm({}, answers={})
    form.errors["places"] = form.error_class([message])
    return form


def previous(current: Step, draft: AccessRequestDraft) -> HttpResponse:
    before = wizard.before(current, draft.answers)
    return redirect(STEP, before.key) if before else redirect("home")


def following(request: SignedInRequest, current: Step, draft: AccessRequestDraft) -> HttpResponse:
    """The next question; after a Change, the summary unless the change opened new questions."""
    if "change" in request.GET:
        after = wizard.first_open(draft.answers)
    else:
        after = wizard.after(current, draft.answers)
    return redirect(STEP, after.key) if after else redirect(SUMMARY)


@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: SignedInRequest) -> HttpResponse:
    """Check the answers, then "Register" (CPMS-25)."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "previous" not in request.POST:
        try:
            services.send_request(by=request.user)
        except Conflict:
            return redirect("onboarding:request_sent")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("onboarding:request_sent")
    draft = draft_of(request)
    step = wizard.first_open(draft.answers)
    if step:
        if form.is_bound and "previous" not in request.POST:
            messages.warning(request, "Check this answer: it does not hold any more.")
        return redirect(STEP, step.key)
    if "previous" in request.POST:
        return redirect(STEP, wizard.applicable(draft.answers)[-1].key)
    context = {"form": form, "parts": summary_of(draft.answers)}
    return render(request, "onboarding/access_request/summary.html", context)


@requires(signed_in)
@require_safe
def sent(request: SignedInRequest) -> HttpResponse:
    """Who decides each part, and by when (CPMS-26, CQRS-08)."""
    latest = requests_of(request.user).first()
    if latest is None:
        return redirect("onboarding:request_access")
    return render(request, "onboarding/access_request/sent.html", {"access_request": latest})
