"""Making versions, submitting them, taking them back; what became of each."""

from math import inf

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.queries import planners_editable_by
from capacity_plans.choices import VersionStatus
from capacity_plans.editing.problems import problems_of
from capacity_plans.editing.rows import of_own_plan
from capacity_plans.life import deciding, services
from capacity_plans.life.comparing import comparison_of
from capacity_plans.life.forms import CompareForm, CopyForm, LookedAtForm, StartForm
from capacity_plans.life.queries import (
    approved_version_of,
    edits,
    history_of,
    open_version_of,
    plans_readable_by,
)
from capacity_plans.models import Version
from capacity_plans.queries import versions_readable_by
from capacity_plans.rules import may_be_changed, may_edit_plans, may_read_plans
from core.errors import DomainError, status_of
from organisations.choices import WardKind


def readable(request: SignedInRequest, version_id: int) -> Version:
    """A version that the person may read, with what names it. 404 like any other."""
    versions = versions_readable_by(request.user).select_related(
        "plan__collaborative__service_group"
    )
    return get_object_or_404(versions, pk=version_id)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: SignedInRequest, collaborative_id: int) -> HttpResponse:
    """A plan of a collaborative is begun, with the wards of the directory."""
    collaboratives = planners_editable_by(request.user).select_related("service_group")
    collaborative = get_object_or_404(collaboratives, pk=collaborative_id)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        kind=request.GET.get("kind", WardKind.INPATIENT),
        back_url=reverse("plans:plans"),
    )
    refusal = None
    if form.is_bound and form.is_valid():
        try:
            made = services.start_plan(
                collaborative=collaborative, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            refusal = error
            form.add_error(None, str(error))
        else:
            wards = " Its wards are those of today." if made.lines.exists() else ""
            messages.success(request, f"You have started the plan.{wards}")
            return redirect("plans:version", made.pk)
    context = {"collaborative": collaborative, "form": form}
    return render(request, "capacity_plans/life/start.html", context, status=status_of(refusal))


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_own_plan
def copy(request: SignedInRequest, version: Version) -> HttpResponse:
    """The next draft, or a scenario, is made from a version."""
    form = CopyForm(
        request.POST if request.method == "POST" else None,
        initial={"status": request.GET.get("status", "")},
        open_version=open_version_of(version.plan),
        back_url=page_of(version),
    )
    refusal = None
    if form.is_bound and form.is_valid():
        try:
            made = services.copy_version(version=version, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refusal = error
            form.add_error(None, str(error))
        else:
            messages.success(request, f"You have made {made.label} from {version.label}.")
            return redirect("plans:version", made.pk)
    context = {"version": version, "form": form, "back_url": page_of(version)}
    return render(request, "capacity_plans/life/copy.html", context, status=status_of(refusal))


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_own_plan
def submit(request: SignedInRequest, version: Version) -> HttpResponse:
    """A draft is looked over, and sent to who decides on it."""
    if version.status != VersionStatus.DRAFT:
        # Who presses the button twice has submitted it once.
        if request.method == "POST" and (words := may_be_changed(version)):
            messages.warning(request, words)
        return redirect("plans:version", version.pk)
    refusal: DomainError | None = None
    if request.method == "POST":
        form = LookedAtForm(request.POST)
        try:
            if not form.is_valid():
                raise DomainError(form.errors["revision"][0])
            seen = form.cleaned_data["revision"]
            deciding.submit_version(version=version, by=request.user, seen=seen)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, "You have submitted the plan. Who decides has been told.")
            return redirect("plans:version", version.pk)
    approved = approved_version_of(version.plan)
    context = {
        "version": version,
        "approved": approved,
        "changes": comparison_of(approved, version) if approved else None,
        "problems": problems_of(version),
        "refusal": None if isinstance(refusal, deciding.NotReadyError) else refusal,
        "back_url": page_of(version),
    }
    return render(request, "capacity_plans/life/submit.html", context, status=status_of(refusal))


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_own_plan
def take_back(request: SignedInRequest, version: Version) -> HttpResponse:
    """What waits for approval becomes a draft again."""
    if request.method == "POST":
        try:
            deciding.take_back(version=version, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"You have taken back {version.label}: it is a draft again.")
        return redirect("plans:version", version.pk)
    if version.status != VersionStatus.SUBMITTED:
        return redirect("plans:version", version.pk)
    return ask(
        request,
        version,
        title=f"Take back {version.label}?",
        text="It becomes a draft again, and nobody decides on it until you submit it anew.",
        button="Take it back",
    )


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_own_plan
def make_draft(request: SignedInRequest, version: Version) -> HttpResponse:
    """A scenario becomes the draft of its plan."""
    if request.method == "POST":
        try:
            made = services.make_draft(version=version, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"The scenario is {made.label} of the plan now, a draft.")
        return redirect("plans:version", version.pk)
    if version.status != VersionStatus.SCENARIO:
        return redirect("plans:version", version.pk)
    return ask(
        request,
        version,
        title=f"Make {version.label} the draft?",
        text="It gets the next number and loses its name. Copy it first if you want to keep it.",
        button="Make it the draft",
    )


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_own_plan
def discard(request: SignedInRequest, version: Version) -> HttpResponse:
    """A draft or a scenario is deleted, after asking."""
    if not version.is_changeable:
        return redirect("plans:version", version.pk)
    if request.method == "POST":
        try:
            services.discard_version(version=version, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("plans:version", version.pk)
        messages.success(request, f"You have discarded {version.label}.")
        return redirect("plans:plans")
    return ask(
        request,
        version,
        title=f"Discard {version.label}?",
        text="Its lines, changes and assumptions are deleted. This cannot be undone.",
        button="Discard it",
        is_warning=True,
    )


def ask(request: SignedInRequest, version: Version, **words: str | bool) -> HttpResponse:
    """A question with one button, and the way back."""
    context = {"version": version, "back_url": page_of(version), **words}
    return render(request, "capacity_plans/life/ask.html", context)


def page_of(version: Version) -> str:
    return reverse("plans:version", args=[version.pk])


@requires(may_read_plans)
@require_safe
@never_cache
def history(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Every version of a plan: who made, submitted, approved or returned it, and when."""
    plans = plans_readable_by(request.user).select_related("collaborative__service_group")
    plan = get_object_or_404(plans, pk=plan_id)
    lived = history_of(versions_readable_by(request.user).filter(plan=plan))
    context = {
        "plan": plan,
        "versions": [one for one in lived if one.version.number],
        "scenarios": [one for one in lived if not one.version.number],
        "may_edit": edits(request.user, plan),
    }
    return render(request, "capacity_plans/life/history.html", context)


@requires(may_read_plans)
@require_safe
@never_cache
def compare(request: SignedInRequest, version_id: int) -> HttpResponse:
    """What a version changes against another of the plan: lines, assumptions and figures."""
    version = readable(request, version_id)
    others = others_of(request, version)
    given = request.GET if "other" in request.GET else None
    if given is None and (first := compared_first(version, others)):
        given = QueryDict(f"other={first.pk}")
    form = CompareForm(given, others=others)
    chosen = form.cleaned_data["other"] if form.is_bound and form.is_valid() else None
    other = next((one for one in others if one.pk == chosen), None)
    context = {
        "version": version,
        "form": form,
        "others": others,
        "changes": comparison_of(*from_old_to_new(other, version)) if other else None,
        "by_month": True,
        "back_url": page_of(version),
    }
    return render(request, "capacity_plans/life/compare.html", context)


def others_of(request: SignedInRequest, version: Version) -> list[Version]:
    """The other versions of its plan that the person may read."""
    same_plan = versions_readable_by(request.user).filter(plan=version.plan_id)
    return list(same_plan.select_related("plan__collaborative").exclude(pk=version.pk))


def from_old_to_new(*versions: Version) -> list[Version]:
    """In the order of their numbers; a scenario comes after what it tries to change."""
    return sorted(versions, key=lambda one: one.number or inf)


def compared_first(version: Version, others: list[Version]) -> Version | None:
    """What was approved; of that itself, what it was made from."""
    approved = (one for one in others if one.status == VersionStatus.APPROVED)
    source = (one for one in others if one.pk == version.based_on_id)
    return next(approved, None) or next(source, None) or next(iter(others), None)
