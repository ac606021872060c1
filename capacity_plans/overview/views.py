"""The plans of a region, or of the nation, on one page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from capacity_plans.live.queries import all_closures_for
from capacity_plans.overview.page import Asked, OverviewPage
from capacity_plans.rules import may_read_plans


@requires(may_read_plans)
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Planned, needed and the gap of all collaboratives that the person may read."""
    asked = Asked(*(request.GET.get(name, "") for name in ("kind", "month", "group", "region")))
    context = {
        "page": OverviewPage(request.user, asked, timezone.localdate()),
        "closures": all_closures_for(request.user),
    }
    return render(request, "capacity_plans/overview/overview.html", context)
