"""Accepting an invitation: the link, the page with the button that proves the address, the end."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.choices import LinkPurpose, LinkState
from accounts.links import DeadLink
from accounts.models import Link
from accounts.queries import mailed_link, state_of
from approvals.invitations.accepting import accept_invitations
from approvals.invitations.models import Invitation
from approvals.invitations.queries import (
    accepted_by,
    is_taken,
    latest_of_address,
    of_address,
    promises,
)
from core.errors import DomainError
from onboarding.invitation.forms import AcceptForm

INVITATION_LINK, ACCEPTED = "invitation_link", "accepted_invitation"
TAKEN, REPLACED = "taken", "replaced"


@login_not_required
@require_safe
@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link. Uses nothing up; takes the secret out of the address."""
    request.session[INVITATION_LINK] = token
    return redirect("onboarding:invitation")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password", "confirmation")
def accept(request: HttpRequest) -> HttpResponse:
    """Who invites, what is offered, and the button: mail scanners follow links, but press none."""
    token = request.session.get(INVITATION_LINK, "")
    link = mailed_link(purpose=LinkPurpose.INVITATION, token=token)
    pending = list(of_address(link.address)) if link else []
    if link is None or not pending or state_of(link) != LinkState.LIVE or is_taken(link.address):
        return dead_link(request, link, pending)
    form = AcceptForm(request.POST if request.method == "POST" else None, invitation=pending[0])
    if form.is_bound and form.is_valid():
        if refusal := ratelimit.consume_or_429(request, action="signup"):
            return refusal
        try:
            person = accept_invitations(
                token=token,
                password=form.cleaned_data["password"],
                communications=form.cleaned_data["communications"],
                **form.details,
            )
        except DeadLink:
            return accept_again(request)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            del request.session[INVITATION_LINK]
            request.session[ACCEPTED] = person.pk
            return redirect("onboarding:invitation_accepted")
    context = {"form": form, "address": link.address, "promises": promises(pending)}
    return render(request, "onboarding/invitation/accept.html", context)


def accept_again(request: HttpRequest) -> HttpResponse:
    """The link has ended in this moment: what the page says of it now."""
    token = request.session.get(INVITATION_LINK, "")
    link = mailed_link(purpose=LinkPurpose.INVITATION, token=token)
    return dead_link(request, link, list(of_address(link.address)) if link else [])


def dead_link(request: HttpRequest, link: Link | None, pending: list[Invitation]) -> HttpResponse:
    """What became of the invitation, and what to do."""
    latest = latest_of_address(link.address) if link else None
    context = {"state": what_became(link, pending, latest), "invitation": latest}
    return render(request, "onboarding/invitation/dead.html", context, status=410)


def what_became(link: Link | None, pending: list[Invitation], latest: Invitation | None) -> str:
    """'unknown', 'used', 'taken', 'replaced', 'withdrawn' or 'expired'."""
    if link is None or latest is None:
        return LinkState.UNKNOWN
    if state_of(link) == LinkState.USED:
        return LinkState.USED
    if is_taken(link.address):
        return TAKEN
    if pending and state_of(link) == LinkState.SUPERSEDED:
        return REPLACED
    return LinkState.EXPIRED if latest.status == "pending" else latest.status


@login_not_required
@require_safe
@never_cache
def accepted(request: HttpRequest) -> HttpResponse:
    """What works at once, and what waits for somebody's decision."""
    invitations = list(accepted_by(request.session.get(ACCEPTED, 0)))
    if not invitations:
        return redirect("landing")
    offered = [offer for invitation in invitations for offer in invitation.offered.all()]
    rest = [offer for offer in offered if offer.grant_id is None]
    asked = [
        item.scope_columns
        for invitation in invitations
        if invitation.request
        for item in invitation.request.items.all()
    ]
    context = {
        "given": [offer for offer in offered if offer.grant_id],
        "asked": [offer for offer in rest if offer.scope_columns in asked],
        "lost": [offer for offer in rest if offer.scope_columns not in asked],
    }
    return render(request, "onboarding/invitation/accepted.html", context)
