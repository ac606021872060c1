"""Changing the own password, and choosing one by a link that was mailed."""

from functools import partial

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.choices import LinkPurpose, LinkState
from accounts.links import RESET_LINK, DeadLink
from accounts.passwords.forms import (
    ChangePasswordForm,
    ChoosePasswordForm,
    ForgottenPasswordForm,
)
from accounts.passwords.life import is_too_old
from accounts.passwords.services import change_password, reset_password, send_reset_link
from accounts.queries import mailed_link, state_of
from accounts.reauthentication.proof import prove_by_password
from accounts.rules import may_change_password
from accounts.sessions.services import end_other_sessions, go_on_with_new_password
from crispy_nhsuk.layout import Link


@requires(may_change_password)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("current", "password1", "password2")
def change(request: SignedInRequest) -> HttpResponse:
    """Another password, for who knows the present one; asked of who has it for too long."""
    person = request.user
    if not person.has_usable_password():
        return render(request, "account/no_password.html")
    too_old = is_too_old(person)
    form = ChangePasswordForm(
        request.POST if request.method == "POST" else None,
        person=person,
        prove=partial(prove_by_password, request, person),
        way_out=Link("Log out instead", reverse("account_logout"))
        if too_old
        else Link("Cancel", reverse("your_account")),
    )
    if form.is_valid():
        changed = change_password(by=person, password=form.cleaned_data["password1"])
        go_on_with_new_password(request, changed)
        end_other_sessions(request)
        messages.success(
            request, "Your password has been changed. You are logged out everywhere else."
        )
        onwards = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(onwards, request.get_host(), request.is_secure())
        return redirect(onwards if safe else reverse("home" if too_old else "your_account"))
    context = {"form": form, "too_old": too_old, "days": settings.PASSWORD_DAYS}
    return render(request, "account/change_password.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same for every address."""
    form = ForgottenPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        address = form.cleaned_data["email"]
        if refusal := ratelimit.consume_or_429(request, action="reset_password", key=address):
            return refusal
        # Too often for this address: the link that was sent last works still.
        if ratelimit.consume(request, action="reset_mail", key=address):
            send_reset_link(address=address)
        return redirect("account_reset_password_done")
    return render(request, "account/password_reset.html", {"form": form})


@login_not_required
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_done.html")


@login_not_required
@require_safe
@never_cache
def reset_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link. Uses nothing up; takes the secret out of the address."""
    request.session[RESET_LINK] = token
    return redirect("choose_password")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password1", "password2")
def choose(request: HttpRequest) -> HttpResponse:
    """A new password for the account whose link was followed in this browser."""
    token = request.session.get(RESET_LINK, "")
    link = mailed_link(purpose=LinkPurpose.RESET_PASSWORD, token=token)
    if link is None or link.person is None or state_of(link) != LinkState.LIVE:
        return dead_link(request, state_of(link))
    form = ChoosePasswordForm(
        request.POST if request.method == "POST" else None, person=link.person
    )
    if form.is_valid():
        try:
            reset_password(token=token, password=form.cleaned_data["password1"])
        except DeadLink as dead:
            return dead_link(request, dead.state)
        request.session.pop(RESET_LINK, None)
        return redirect("password_chosen")
    context = {"form": form, "address": link.address}
    return render(request, "account/choose_password.html", context)


def dead_link(request: HttpRequest, state: LinkState) -> HttpResponse:
    """What became of the link, and the way to another."""
    context = {"state": state, "form": ForgottenPasswordForm()}
    return render(request, "account/dead_reset_link.html", context, status=410)


@login_not_required
@require_safe
@never_cache
def chosen(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_chosen.html")
