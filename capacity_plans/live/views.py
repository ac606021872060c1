"""The approved plans of a collaborative against what its wards record."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from accounts.queries import planners_readable_by
from capacity_plans.live.page import LivePage
from capacity_plans.live.queries import closures_for
from capacity_plans.rules import may_read_plans


@requires(may_read_plans)
@require_safe
def live(request: SignedInRequest, collaborative_id: int) -> HttpResponse:
    """Line by line: commissioned, planned today, recorded now, and what differs."""
    readable = planners_readable_by(request.user).select_related("region", "service_group")
    collaborative = readable.filter(pk=collaborative_id).first()
    if collaborative is None:
        raise Http404
    context = {
        "collaborative": collaborative,
        "page": LivePage(collaborative, timezone.localdate()),
        "closures": list(closures_for(request.user).filter(collaborative=collaborative)),
        "now": timezone.now(),
    }
    return render(request, "capacity_plans/live/live.html", context)
