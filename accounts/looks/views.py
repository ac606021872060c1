from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from accounts.looks.queries import described, looks_at
from accounts.rules import signed_in


@requires(signed_in)
@require_safe
@never_cache
def who_looked(request: SignedInRequest) -> HttpResponse:
    """Who has looked at the person's own details, and why."""
    page = Paginator(looks_at(request.user), 25).get_page(request.GET.get("page"))
    looks = [described(event) for event in page]
    return render(request, "account/who_looked.html", {"page": page, "looks": looks})
