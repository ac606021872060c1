"""Pages for who reads plans."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from capacity_plans.editing.gone import discarded
from capacity_plans.live.queries import all_closures_for
from capacity_plans.reading.page import VersionPage
from capacity_plans.reading.queries import plans_of, version_for
from capacity_plans.rules import may_read_plans


@requires(may_read_plans)
@require_safe
def plans(request: SignedInRequest) -> HttpResponse:
    """The plans that the person may read, by collaborative (CPMS-03)."""
    context = {
        "groups": plans_of(request.user),
        "closures": all_closures_for(request.user),
    }
    return render(request, "capacity_plans/plans.html", context)


@requires(may_read_plans)
@require_safe
def version(request: SignedInRequest, version_id: int) -> HttpResponse:
    """A version of a plan with all that follows from it."""
    found = version_for(request.user, version_id)
    if found is None:
        return discarded(request, version_id)
    plan, may_edit = found
    page = VersionPage(plan, request.GET.get("year", ""), timezone.localdate())
    context = {"page": page, "version": plan, "may_edit": may_edit}
    return render(request, "capacity_plans/version.html", context)
