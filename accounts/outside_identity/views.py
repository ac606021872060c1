"""Logging in through another service, and what the person decides about it."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from accounts.access import SignedInRequest, requires
from accounts.outside_identity import flows
from accounts.outside_identity.issuers import Issuer
from accounts.outside_identity.provider import OutsideOAuth2Adapter
from accounts.outside_identity.queries import identities_of
from accounts.outside_identity.services import unlink_identity
from accounts.reauthentication.proof import require_proof
from accounts.rules import own_account
from accounts.sessions.services import end_other_sessions
from core.errors import DomainError


def issuer_or_404(id: str) -> Issuer:
    issuer = flows.issuer_with(id)
    if issuer is None:
        raise Http404
    return issuer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def outside_login(request: HttpRequest, issuer: str) -> HttpResponse:
    """The button on the login page. A GET, as after reloading, starts nothing."""
    chosen = issuer_or_404(issuer)
    if request.method != "POST":
        return redirect("account_login")
    return leave(request, chosen, process=AuthProcess.LOGIN)


def leave(request: HttpRequest, issuer: Issuer, *, process: str) -> HttpResponse:
    """A page that leads on to the provider.

    Not a redirect: browsers hold every redirect after a form against the policy's form-action, at
    the provider's and whatever further addresses that leads over, which are not ours to list.
    """
    if refusal := ratelimit.consume_or_429(request, action="outside_login"):
        return refusal
    flows.forget_waiting(request)
    provider = get_adapter().get_provider(request, issuer.id)
    try:
        response = provider.redirect(request, process, next_url=get_next_redirect_url(request))
    except (OAuth2Error, RequestException) as failure:
        return flows.fail(request, issuer.id, failure)
    context = {"issuer": issuer, "address": response.url}
    return render(request, "account/outside_leave.html", context)


@login_not_required
@require_GET
@never_cache
def outside_callback(request: HttpRequest, issuer: str) -> HttpResponse:
    """Where the provider sends people back to."""
    chosen = issuer_or_404(issuer)
    view = OAuth2CallbackView.adapter_view(OutsideOAuth2Adapter(request, chosen.id))
    try:
        return view(request)
    except (OAuth2Error, RequestException) as failure:
        return flows.fail(request, chosen.id, failure)


@login_not_required
@require_http_methods(["GET", "HEAD"])
@never_cache
def outside_outcome(request: HttpRequest, issuer: str) -> HttpResponse:
    """What became of a sign-in that did not succeed, and what to do now."""
    kept: dict[str, Any] = request.session.get(flows.OUTCOME) or {}
    context = {
        "issuer": issuer_or_404(issuer),
        "outcome": flows.Outcome(kept.get("outcome", flows.Outcome.STALE)),
        "failed_reference": kept.get("reference", ""),
    }
    return render(request, "account/outside_outcome.html", context)


@login_not_required
@require_POST
def outside_not_now(request: HttpRequest, issuer: str) -> HttpResponse:
    """Log in without connecting what waits."""
    issuer_or_404(issuer)
    flows.forget_waiting(request)
    return redirect("account_login")


@requires(own_account)
@require_http_methods(["GET", "HEAD"])
@never_cache
def outside_identities(request: SignedInRequest) -> HttpResponse:
    """The services that the person can log in with, and those that can be connected."""
    linked = list(identities_of(request.user))
    if not settings.OIDC_ISSUERS and not linked:
        raise Http404
    rows = [(issuer_of(identity), identity) for identity in linked]
    open_to = {identity.provider for identity in linked}
    context = {
        "rows": rows,
        "issuers": [issuer for issuer in settings.OIDC_ISSUERS if issuer.id not in open_to],
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "account/outside_identities.html", context)


def issuer_of(identity: SocialAccount) -> str:
    """The service's name; its id where it is configured no longer."""
    issuer = flows.issuer_with(identity.provider)
    return issuer.name if issuer else identity.provider


@requires(own_account)
@require_POST
def outside_connect(request: SignedInRequest, issuer: str) -> HttpResponse:
    """Go to the provider, to be connected on the way back."""
    chosen = issuer_or_404(issuer)
    require_proof(
        request,
        about=f"connect your account with {chosen.name}",
        back_to=reverse("outside_identities"),
    )
    return leave(request, chosen, process=AuthProcess.CONNECT)


@requires(own_account)
@require_POST
def outside_disconnect(request: SignedInRequest, pk: int) -> HttpResponse:
    """Log in through that service no more."""
    identity = get_object_or_404(identities_of(request.user), pk=pk)
    name = issuer_of(identity)
    require_proof(request, about=f"disconnect {name}", back_to=reverse("outside_identities"))
    try:
        unlink_identity(by=request.user, identity=identity, name=name)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        end_other_sessions(request)
        messages.success(request, f"Your {name} sign-in is disconnected.")
    return redirect("outside_identities" if settings.OIDC_ISSUERS else "your_account")
