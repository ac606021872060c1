from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, View, requires
from accounts.rules import signed_in
from accounts.sessions.kept import KEPT, keep, kept_for
from accounts.sessions.limits import limits_of
from accounts.sessions.middleware import watch
from accounts.sessions.queries import live_sessions, logins_of
from accounts.sessions.returning import go_to, is_same_origin, lead_to_login
from accounts.sessions.services import end_other_sessions, end_rows, see_session
from accounts.sessions.times import SEEN_AT, end_of, now
from core import pages


def background(view: View) -> View:
    """Mark a view that a page asks by itself: that is no sign of somebody at work."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


def not_kept(view: View) -> View:
    """Mark a view whose form nobody wants to send again after logging in."""
    view.is_not_kept = True  # type: ignore[attr-defined]
    return view


@requires(signed_in)
@require_safe
@never_cache
def sessions(request: SignedInRequest) -> HttpResponse:
    """Where the person is logged in."""
    return render(request, "account/sessions.html", {"logins": logins_of(request)})


@not_kept
@requires(signed_in)
@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of the person's other sessions."""
    others = live_sessions(request.user).exclude(session_key=request.session.session_key)
    rows = UserSession.objects.filter(pk__in=others.filter(pk=pk).values("pk"))
    if not end_rows(rows, by=request.user):
        raise Http404
    messages.success(request, "That login has ended.")
    return redirect("sessions")


@not_kept
@requires(signed_in)
@require_POST
def end_others(request: SignedInRequest) -> HttpResponse:
    """End all of the person's sessions but this one."""
    end_other_sessions(request)
    messages.success(request, "You are now logged in here only.")
    return redirect("sessions")


@login_not_required
@background
@require_safe
@never_cache
def status(request: HttpRequest) -> JsonResponse:
    """What a page asks when it believes that the time is over; {"remaining": 0} for nobody."""
    return JsonResponse(state(request))


@login_not_required
@require_POST
@never_cache
def extend(request: HttpRequest) -> JsonResponse:
    """ "Stay logged in": starts the time without anything done anew."""
    if request.user.is_authenticated:
        request.session[SEEN_AT] = now()
        see_session(request)
    return JsonResponse(state(request))


def state(request: HttpRequest) -> dict[str, Any]:
    person = request.user
    if not person.is_authenticated:
        return {"remaining": 0}
    end = end_of(request.session, limits_of(person))
    return {
        "remaining": end.remaining,
        "extendable": end.is_extendable,
        "person": person.pk,
        "token": get_token(request),
    }


@not_kept
@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def continue_(request: SignedInRequest) -> HttpResponse:
    """What was sent when the session had ended: to be sent again, or left."""
    kept = kept_for(request.session, request.user.pk)
    if kept is None:
        return redirect("home")
    if request.method == "POST":
        del request.session[KEPT]
        messages.info(request, "It was not sent.")
        return redirect(kept.page or "home")
    return render(request, "account/continue.html", {"kept": kept})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of this session.

    From a page of ours it mostly means that somebody logged in again, in another tab, after the
    page was opened: what was typed there is kept. Comes before the middleware that watches.
    """
    match = request.resolver_match
    needs_login = match is not None and getattr(match.func, "login_required", True)
    if needs_login and request.method == "POST" and is_same_origin(request):
        watch(request, is_work=False)
        if not request.user.is_authenticated:
            return lead_to_login(request)
        if keep(request):
            return go_to(request, "continue")
    return pages.csrf_failure(request, reason)
