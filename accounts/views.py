"""The first pages, and the verification of addresses."""

from typing import cast

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.choices import LinkPurpose, LinkState
from accounts.consents import agree, choose_communications
from accounts.forms import AgreementForm, CommunicationsForm, NewLinkForm
from accounts.links import RESET_LINK, WAITING_LINK, DeadLink, issue_link
from accounts.models import User
from accounts.passwords.life import ends_soon
from accounts.queries import is_registered_as, mailed_link, state_of
from accounts.rules import signed_in
from accounts.services import (
    Verified,
    abandon_registration,
    send_new_link,
    verify_address,
)
from accounts.tiles import first_stop, home_sections

# The key of the registration that was made in this browser.
OWN_REGISTRATION = "own_registration"


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Login or create an account (CPMS-04)."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "landing.html")


@requires(signed_in)
@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The tiles of what the person may do (CPMS-30), once nothing is left to finish (CPMS-14)."""
    person = cast(User, request.user)
    if stop := first_stop(person):
        return redirect(stop)
    context = {"sections": home_sections(person), "password_ends": ends_soon(person)}
    return render(request, "home.html", context)


@login_not_required
@require_safe
@never_cache
def verify_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link. Uses nothing up; takes the secret out of the address."""
    request.session[WAITING_LINK] = token
    return redirect("verify")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """The button that verifies the address: mail scanners follow links, but press no buttons."""
    token = request.session.get(WAITING_LINK, "")
    own = request.session.get(OWN_REGISTRATION)
    link = mailed_link(purpose=LinkPurpose.VERIFY_ADDRESS, token=token)
    state = state_of(link)
    if request.method == "POST":
        try:
            if "refuse" in request.POST:
                return refuse_registration(request, token)
            verified = verify_address(token=token, typed=own)
        except DeadLink as dead:
            state = dead.state
        else:
            return after_verification(request, verified)
    if link is None or state != LinkState.LIVE:
        context = {"state": state, "form": NewLinkForm()}
        return render(request, "account/dead_link.html", context, status=410)
    context = {
        "address": link.address,
        "is_own": is_registered_as(own, address=link.address),
        "registered": link.registration,
    }
    return render(request, "account/verify.html", context)


def refuse_registration(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever owns the address did not register."""
    abandon_registration(token=token)
    del request.session[WAITING_LINK]
    messages.success(request, "The registration with your email address has been deleted.")
    return redirect("landing")


def after_verification(request: HttpRequest, verified: Verified) -> HttpResponse:
    """To the landing page (CPMS-12); in a browser that did not register, first to a password."""
    request.session.pop(WAITING_LINK, None)
    request.session.pop(OWN_REGISTRATION, None)
    if not verified.knows_password:
        messages.info(
            request,
            "Your email address is verified. This is not the browser in which it was registered, "
            "so choose the password of your account now. It may be the same as before.",
        )
        request.session[RESET_LINK] = issue_link(
            purpose=LinkPurpose.RESET_PASSWORD,
            address=verified.person.email,
            person=verified.person,
        )
        return redirect("choose_password")
    if request.user.is_authenticated:
        messages.success(
            request,
            f"{verified.person.email} is verified. To use that account, log out of this one first.",
        )
        return redirect("home")
    messages.success(request, "Your email address is verified. You can now log in.")
    return redirect("landing")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_link(request: HttpRequest) -> HttpResponse:
    """Send another verification link; the answer is the same for every address."""
    form = NewLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if refusal := ratelimit.consume_or_429(request, action="new_link"):
            return refusal
        address = form.cleaned_data["address"]
        # Too soon after the last, or too often today: that link works still.
        if ratelimit.consume(request, action="confirm_email", key=address) and ratelimit.consume(
            request, action="registration_mail", key=address
        ):
            send_new_link(address=address)
        return redirect("new_link_sent")
    return render(request, "account/new_link.html", {"form": form})


@login_not_required
@require_safe
def new_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/new_link_sent.html")


@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def terms_of_use(request: SignedInRequest) -> HttpResponse:
    """The terms in force, asked before anything else; later, the choice about news (CT-10)."""
    person = request.user
    asked = person.terms_version != settings.TERMS_VERSION
    data = request.POST if request.method == "POST" else None
    form = (AgreementForm if asked else CommunicationsForm)(data, chosen=person.communications)
    if form.is_valid():
        write = agree if asked else choose_communications
        write(by=person, communications=form.cleaned_data["communications"])
        messages.success(request, "Thank you. Your choice is saved.")
        onwards = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(onwards, request.get_host(), request.is_secure())
        return redirect(onwards if safe else reverse("home"))
    context = {"form": form, "asked": asked, "first": not person.terms_version}
    return render(request, "account/terms_of_use.html", context)
