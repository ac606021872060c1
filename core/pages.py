"""Pages that belong to no app: the footer's texts, errors, health."""

from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from core.broker import broker_answers
from core.context_processors import service
from core.cookies import cookies


def text_page(name: str):  # type: ignore[no-untyped-def]
    """A view of templates/pages/<name>.html, open to everyone."""
    return login_not_required(TemplateView.as_view(template_name=f"pages/{name}.html"))


@login_not_required
@require_safe
def cookies_page(request: HttpRequest) -> HttpResponse:
    """Every cookie that the service sets."""
    return render(request, "pages/cookies.html", {"cookies": cookies()})


@login_not_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms, with the date from which this version holds."""
    version = date.fromisoformat(settings.TERMS_VERSION)
    return render(request, "pages/terms_and_conditions.html", {"version": version})


@login_not_required
@require_safe
def privacy_policy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, and how long."""
    context = {"retention_days": settings.RETENTION_DAYS}
    return render(request, "pages/privacy_policy.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent without its token: mostly a page left open too long."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. Asks neither database nor session, which may be what broke."""
    page = get_template("500.html").render(service(request))
    return HttpResponseServerError(page)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """A limit of requests from one network, or for one address; each is counted by the minute."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and migrations decide; Redis is reported, since pages work without it."""
    try:
        connection = connections["default"]
        executor = MigrationExecutor(connection)
        database = (
            "pending migrations"
            if executor.migration_plan(executor.loader.graph.leaf_nodes())
            else "ok"
        )
    except DatabaseError:
        database = "unreachable"
    redis = "ok" if broker_answers() else "degraded"
    return JsonResponse(
        {"database": database, "redis": redis}, status=200 if database == "ok" else 503
    )
