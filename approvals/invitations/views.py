"""Sending invitations: step by step, the pending ones, and links for providers to register."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Rule, SignedInRequest, requires
from accounts.reauthentication.proof import require_proof
from approvals.invitations import queries, rules, services
from approvals.invitations.drafts import draft_of, keep_step, send_draft
from approvals.invitations.forms import (
    STEPS,
    RegistrationLinkForm,
    SendForm,
    invited_of,
    wizard_of,
)
from approvals.invitations.inviter import Inviter
from approvals.invitations.models import Invitation, InvitationDraft, in_words
from approvals.invitations.services import Invited
from core.errors import Conflict, DomainError
from core.looking import note_look
from core.steps import Wizard
from crispy_nhsuk.summary import SummaryRow

STEP, REVIEW = "approvals:invitation_step", "approvals:invitation_review"
PENDING = "approvals:invitations_pending"
MOST_EXPIRED = 25


@dataclass(frozen=True)
class Tab:
    """One of the pages beside each other; `rule` is what it asks beyond inviting."""

    key: str
    title: str
    url_name: str
    rule: Rule | None = None


TABS = (
    Tab("send", "Send invitation", "approvals:invitations"),
    Tab("pending", "Pending Invitation", PENDING),
    Tab("list", "Invite many", "approvals:invitations_upload"),
    Tab(
        "link",
        "Registration link",
        "approvals:registration_link",
        rules.may_mail_registration_links,
    ),
)


def page(request: SignedInRequest, name: str, *, tab: str, **context: Any) -> HttpResponse:
    """One of the pages, with the tabs that the person may open."""
    tabs = [one for one in TABS if not (one.rule and one.rule(request.user))]
    shown = {**context, "tab": tab, "tabs": tabs}
    return render(request, f"approvals/invitations/{name}.html", shown)


@requires(rules.may_invite)
@require_safe
@never_cache
def start(request: SignedInRequest) -> HttpResponse:
    """Go on with the invitation where it was left."""
    return following(draft_of(request.user), wizard_of(Inviter(request.user)))


def following(draft: InvitationDraft, wizard: Wizard) -> HttpResponse:
    """To the first question that is open, else to the review."""
    step = wizard.first_open(draft.answers)
    return redirect(STEP, step.key) if step else redirect(REVIEW)


@requires(rules.may_invite)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: SignedInRequest, key: str) -> HttpResponse:
    """One page of questions."""
    draft, wizard = draft_of(request.user), wizard_of(Inviter(request.user))
    this = wizard.step(key)
    if this is None:
        raise Http404
    if not wizard.may_open(this, draft.answers):
        return following(draft, wizard)
    form = wizard.form(this, draft.answers, request.POST if request.method == "POST" else None)
    if "previous" in request.POST and (before := wizard.before(this, draft.answers)):
        keep_step(by=request.user, step=this, form=form, valid=False)
        return redirect(STEP, before.key)
    if form.is_bound and form.is_valid():
        draft = keep_step(by=request.user, step=this, form=form, valid=True)
        after = wizard.after(this, draft.answers)
        if after is None or wizard.complete(draft.answers):
            return following(draft, wizard)
        return redirect(STEP, after.key)
    return page(request, "step", tab="send", form=form, step=this)


@requires(rules.may_invite)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review(request: SignedInRequest) -> HttpResponse:
    """Check the invitation, then "Send"."""
    inviter = Inviter(request.user)
    draft, wizard = draft_of(request.user), wizard_of(inviter)
    if not draft.answers and request.method == "POST":
        # The second of two clicks
        return redirect(PENDING)
    if not wizard.complete(draft.answers):
        return following(draft, wizard)
    if "previous" in request.POST:
        return redirect(STEP, STEPS[-1].key)
    form = SendForm(request.POST if request.method == "POST" else None)
    invited = invited_of(inviter, draft.answers)
    if form.is_bound and form.is_valid():
        require_proof(
            request,
            about=f"invite {invited.first_name} {invited.surname}",
            back_to=reverse(REVIEW),
        )
        try:
            invitation = send_draft(by=request.user)
        except Conflict:
            return redirect(PENDING)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                f"The invitation has been sent to {invitation.get_full_name()} at "
                f"{invitation.address}.",
            )
            return redirect(PENDING)
    days = settings.INVITATION_DAYS
    return page(request, "review", tab="send", form=form, rows=rows_of(invited), days=days)


def rows_of(invited: Invited) -> list[SummaryRow]:
    """What is sent, with the way to change it."""
    change = partial(reverse, STEP)
    names = change(args=["names"])
    organisation = str(invited.organisation) if invited.organisation else "None"
    until = invited.valid_until
    last_day = queries.last_day_in_words(until) if until else "No last day"
    return [
        SummaryRow("First name", [invited.first_name], f"{names}#id_first_name"),
        SummaryRow("Surname", [invited.surname], f"{names}#id_surname"),
        SummaryRow("Email", [invited.address], f"{change(args=['email'])}#id_address"),
        SummaryRow("Organisation", [organisation], change(args=["organisation"])),
        SummaryRow("Role", [one.describe() for one in invited.wanted], change(args=["role"])),
        SummaryRow("Last day of the access", [last_day], f"{change(args=['role'])}#id_ends_on_0"),
    ]


@requires(rules.may_invite)
@require_safe
@never_cache
def pending(request: SignedInRequest) -> HttpResponse:
    """What was sent with a right of this person's and is not accepted yet, or ended so lately."""
    found = Paginator(queries.pending_for(request.user), 25).get_page(request.GET.get("page"))
    expired = queries.expired_for(request.user)[:MOST_EXPIRED] if found.number == 1 else []
    return page(request, "pending", tab="pending", page=found, expired=expired)


def invitation_of(request: SignedInRequest, pk: int) -> Invitation:
    return get_object_or_404(queries.sent_with_rights_of(request.user), pk=pk)


@requires(rules.may_invite)
@require_POST
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mail the invitation again, with a new link."""
    invitation = invitation_of(request, pk)
    require_proof(request, about=f"send {invitation}'s invitation again", back_to=reverse(PENDING))
    # Too often for this address: the link that was sent last works still.
    if not ratelimit.consume(request, action="invitation_mail", key=invitation.address):
        messages.warning(
            request,
            f"{invitation.get_full_name()} has been sent as many emails as one gets in a day. The "
            "last one still works.",
        )
        return redirect(PENDING)
    try:
        services.resend_invitation(invitation=invitation, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"The invitation has been sent to {invitation.address} again.")
    return redirect(PENDING)


@requires(rules.may_invite)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then end the invitation."""
    invitation = invitation_of(request, pk)
    if request.method == "POST":
        require_proof(
            request, about=f"withdraw {invitation}'s invitation", back_to=reverse(PENDING)
        )
        try:
            services.withdraw_invitation(invitation=invitation, by=request.user)
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        else:
            messages.success(
                request, f"The invitation of {invitation.get_full_name()} has been withdrawn."
            )
        return redirect(PENDING)
    note_look(
        request,
        subject=invitation.person,
        page="invitation",
        target=invitation,
        role=lambda: ", ".join(in_words(right) for right in Inviter(request.user).rights),
    )
    return page(request, "withdraw", tab="pending", invitation=invitation)


@requires(rules.may_mail_registration_links)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def registration_link(request: SignedInRequest) -> HttpResponse:
    """Mail a provider the way to register (CQRS-22)."""
    form = RegistrationLinkForm(
        request.POST if request.method == "POST" else None, inviter=Inviter(request.user)
    )
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["address"]
        require_proof(
            request,
            about=f"send a registration link to {address}",
            back_to=reverse("approvals:invitations"),
        )
        if not ratelimit.consume(request, action="invitation_mail", key=address):
            form.add_error("address", "This address has been sent enough emails for today")
        elif not ratelimit.consume(request, action="registration_link", key=str(request.user.pk)):
            form.add_error(None, "You have sent as many registration links as you can in a day.")
        else:
            right = form.rights[form.cleaned_data["right"]]
            try:
                services.mail_registration_link(address=address, right=right, by=request.user)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"A registration link has been sent to {address}.")
                return redirect("approvals:invitations")
    return page(request, "registration_link", tab="link", form=form)
