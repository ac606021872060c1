"""Trying something out: scenarios, other occupancies, the chance of finding no bed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, requires
from capacity_plans.choices import VersionStatus
from capacity_plans.editing.rows import of_own_plan
from capacity_plans.life.adjusting import adjust_assumptions
from capacity_plans.life.comparing import Comparison, load, load_all
from capacity_plans.life.queries import approved_version_of, edits, plans_readable_by
from capacity_plans.life.views import page_of, readable
from capacity_plans.life.what_if import OCCUPANCIES, WhatIf, chance_at, end_to_show, year_ends
from capacity_plans.life.what_if_forms import AdjustForm, ChanceForm, YearForm
from capacity_plans.models import Version
from capacity_plans.queries import versions_readable_by
from capacity_plans.reading.queries import COLOURS
from capacity_plans.rules import may_edit_plans, may_read_plans
from core.errors import DomainError, status_of

# Of the table of scenarios
COLUMNS = ("Planned", "Needed", "Gap", "Occupancy")


@requires(may_read_plans)
@require_safe
@never_cache
def what_if(request: SignedInRequest, version_id: int) -> HttpResponse:
    """A version at other occupancies, and how often somebody finds no bed."""
    version = readable(request, version_id)
    may_edit = edits(request.user, version.plan)
    form = AdjustForm(version=version) if may_edit and version.is_changeable else None
    return show_what_if(request, version, form, may_edit=may_edit)


@requires(may_edit_plans)
@require_POST
@never_cache
@of_own_plan
def adjust(request: SignedInRequest, version: Version) -> HttpResponse:
    """The assumptions of all types of a draft or scenario are changed at once."""
    form = AdjustForm(request.POST, version=version)
    refusal = None
    if form.is_valid():
        try:
            adjust_assumptions(
                version=version,
                by=request.user,
                seen=form.cleaned_data["revision"],
                **form.adjustments,
            )
        except DomainError as error:
            refusal = error
            form.add_error(None, str(error))
            # What is shown now is what is changed next.
            form.data = {**request.POST.dict(), "revision": version.revision}
        else:
            messages.success(request, "Changed for all types. See below what follows.")
            return redirect("plans:what_if", version.pk)
    return show_what_if(request, version, form, may_edit=True, status=status_of(refusal))


def show_what_if(
    request: SignedInRequest,
    version: Version,
    form: AdjustForm | None,
    *,
    may_edit: bool,
    status: int = 200,
) -> HttpResponse:
    approved = approved_version_of(version.plan)
    loaded = load(version)
    ends = year_ends(loaded)
    end = end_to_show(ends, request.GET.get("year", ""), timezone.localdate())
    beside = approved if approved and approved != version else None
    context = {
        "version": version,
        "what_if": WhatIf(loaded, end),
        "occupancies": OCCUPANCIES,
        "changes": Comparison(load(beside), loaded) if beside else None,
        "form": form,
        "may_edit": may_edit,
        "year_form": YearForm(ends=ends, chosen=end),
        "back_url": page_of(version),
    }
    return render(request, "capacity_plans/life/what_if.html", context, status=status)


@requires(may_edit_plans)
@require_safe
@never_cache
def scenarios(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """The scenarios of a plan beside what is approved and what is worked on."""
    plans = plans_readable_by(request.user).select_related("collaborative__service_group")
    plan = get_object_or_404(plans, pk=plan_id)
    if not edits(request.user, plan):
        raise Http404
    shown = (VersionStatus.APPROVED, VersionStatus.DRAFT, VersionStatus.SCENARIO)
    versions = versions_readable_by(request.user).filter(plan=plan, status__in=shown)
    loaded = load_all(versions.select_related("plan__collaborative").order_by("number", "name"))
    ends = sorted({end for one in loaded for end in year_ends(one)})
    end = end_to_show(ends, request.GET.get("year", ""), timezone.localdate()) if ends else None
    approved = next((one for one in loaded if one.version.status == VersionStatus.APPROVED), None)
    context = {
        "plan": plan,
        "columns": COLUMNS,
        "rows": [
            (
                one.version,
                COLOURS[one.version.status],
                zip(COLUMNS, one.figures_of(end), strict=True),
            )
            for one in loaded
        ]
        if end
        else [],
        "source": approved.version if approved else next((one.version for one in loaded), None),
        "end": end,
        "year_form": YearForm(ends=ends, chosen=end) if end else None,
        "some": any(one.version.status == VersionStatus.SCENARIO for one in loaded),
    }
    return render(request, "capacity_plans/life/scenarios.html", context)


@requires(may_read_plans)
@require_safe
@never_cache
def chance(request: SignedInRequest) -> HttpResponse:
    """How often somebody finds no bed, for given beds, admissions and length of stay."""
    form = ChanceForm(request.GET if "beds" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        found = chance_at("", form.cleaned_data["beds"], form.offered)
        if found is None:
            form.add_error(
                "admissions", "These would fill more than 5,000 beds. Enter fewer admissions"
            )
    return render(request, "capacity_plans/life/chance.html", {"form": form, "found": found})
