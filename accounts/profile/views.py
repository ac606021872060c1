"""The pages of a person's own account (CQRS-13)."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.choices import Capability, LinkPurpose, LinkState
from accounts.leaving import disable_person
from accounts.links import ADDRESS_LINK, DeadLink
from accounts.outside_identity.queries import identities_of
from accounts.profile.address import (
    ask_for_address,
    cancel_change,
    change_address,
    change_that_waits,
)
from accounts.profile.forms import (
    AddressForm,
    DetailsForm,
    DisableForm,
    PreferencesForm,
    RoleForm,
)
from accounts.profile.services import change_details, change_preferences
from accounts.profile.this_login import DISCLAIMER_READ, ROLE_IN_USE
from accounts.queries import mailed_link, role_explanations, state_of
from accounts.reauthentication.proof import require_proof
from accounts.rules import own_account, signed_in, uses_shared_account
from accounts.second_factor.queries import factors_of
from accounts.sessions.queries import logins_of
from accounts.sessions.services import end_other_sessions, renew_key
from accounts.tiles import AVAILABLE_ROLES, REQUEST_ACCESS, SECURITY, profile_rows
from core.errors import DomainError
from notifications.queries import mailed_to

SAVED = "Your details are saved."


@requires(signed_in)
@require_safe
@never_cache
def your_account(request: SignedInRequest) -> HttpResponse:
    """What the person can look up and change about their own account."""
    person = request.user
    devices, logins = factors_of(person).devices, logins_of(request)
    connected = identities_of(person).count()
    role = person.professional_role
    context = {
        "may_change": own_account(person) is None,
        "new_address": change_that_waits(person),
        "professional_role": person.other_role or (role and person.get_professional_role_display()),
        "groups": ", ".join(group.name for group in person.groups_of_interest.all()),
        "security": profile_rows(person, SECURITY),
        "available_roles": profile_rows(person, AVAILABLE_ROLES),
        "request_access": profile_rows(person, REQUEST_ACCESS),
        "two_step": " and ".join(device.label for device in devices) or "Not set up",
        "two_step_action": "Change" if devices else "Set up",
        "places": f"{len(logins)} place{'s' if len(logins) > 1 else ''}",
        "has_outside": bool(connected or settings.OIDC_ISSUERS),
        "outside": f"{connected or 'None'} connected",
        "by_mail": mailed_to(person),
    }
    return render(request, "account/your_account.html", context)


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def details(request: SignedInRequest) -> HttpResponse:
    """Names, job title, contact number and place of work."""
    form = DetailsForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        change_details(by=request.user, **form.cleaned_data)
        messages.success(request, SAVED)
        return redirect("your_account")
    return render(request, "account/profile/form.html", {"form": form, "title": "Your details"})


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preferences(request: SignedInRequest) -> HttpResponse:
    """Professional role and service groups of interest (ERN-06)."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        change_preferences(by=request.user, **form.cleaned_data)
        messages.success(request, "Your preferences are saved.")
        return redirect("your_account")
    return render(request, "account/profile/form.html", {"form": form, "title": "Preferences"})


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def address(request: SignedInRequest) -> HttpResponse:
    """Ask for another address, again too, or cancel it; the answer is the same for every one."""
    person = request.user
    require_proof(request, about="change your email address", back_to=reverse("your_account"))
    if "cancel" in request.POST:
        return cancel_address(request)
    waits = change_that_waits(person)
    form = AddressForm(
        request.POST if request.method == "POST" else None, waits=waits.address if waits else ""
    )
    if form.is_valid():
        new = form.cleaned_data["address"]
        if not ratelimit.consume(request, action="change_address", key=str(person.pk)):
            form.add_error(
                "address",
                "You have asked for too many links today. Use the latest one, or try tomorrow",
            )
        else:
            try:
                # Too often for this address: the link that was sent last is the one to use.
                mail = ratelimit.consume(request, action="registration_mail", key=new)
                ask_for_address(by=person, address=new, mail=bool(mail))
            except DomainError as refusal:
                form.add_error("address", str(refusal))
            else:
                messages.success(
                    request,
                    f"We have sent an email to {new}. Use the link in it within 24 hours. "
                    f"Until then you log in with {person.email}.",
                )
                return redirect("your_account")
    context = {"form": form, "new_address": waits}
    return render(request, "account/profile/address.html", context)


def cancel_address(request: SignedInRequest) -> HttpResponse:
    try:
        cancel_change(by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        text = (
            f"Your email address stays {request.user.email}. The link that we sent works no more."
        )
        messages.success(request, text)
    return redirect("your_account")


@requires(signed_in)
@require_safe
@never_cache
def address_link(request: SignedInRequest, token: str) -> HttpResponse:
    """The mailed link. Uses nothing up; takes the secret out of the address."""
    request.session[ADDRESS_LINK] = token
    return redirect("confirm_address")


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_address(request: SignedInRequest) -> HttpResponse:
    """The button that changes the address: mail scanners follow links, but press no buttons."""
    token = request.session.get(ADDRESS_LINK, "")
    link = mailed_link(purpose=LinkPurpose.CHANGE_ADDRESS, token=token)
    if link is None or link.person != request.user:
        return dead_link(request, LinkState.UNKNOWN)
    if state_of(link) != LinkState.LIVE:
        return dead_link(request, state_of(link))
    if request.method == "POST":
        require_proof(request, about="change your email address", back_to=reverse("your_account"))
        try:
            person = change_address(by=request.user, token=token)
        except DeadLink as dead:
            return dead_link(request, dead.state)
        del request.session[ADDRESS_LINK]
        renew_key(request)
        end_other_sessions(request)
        messages.success(
            request,
            f"Your email address is now {person.email}. Log in with it from now on. You are "
            "logged out everywhere else.",
        )
        return redirect("your_account")
    return render(request, "account/profile/confirm_address.html", {"address": link.address})


def dead_link(request: SignedInRequest, state: LinkState) -> HttpResponse:
    """What became of the link; of somebody else's, nothing."""
    return render(request, "account/profile/dead_address_link.html", {"state": state}, status=410)


@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def role(request: SignedInRequest) -> HttpResponse:
    """Choose the role to work in, until it is changed or the login ends (CQRS-15)."""
    data = request.POST if request.method == "POST" else None
    form = RoleForm(data, person=request.user, explanations=role_explanations())
    if form.is_valid():
        chosen = request.session[ROLE_IN_USE] = form.cleaned_data["role"]
        in_words = f"the role “{Capability(chosen).label}” alone" if chosen else "all your roles"
        messages.success(request, f"You now use {in_words}.")
        return redirect("home")
    return render(request, "account/profile/role.html", {"form": form})


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def disable(request: SignedInRequest) -> HttpResponse:
    """Disable one's own account, at once (CQRS-16)."""
    require_proof(request, about="disable your account", back_to=reverse("your_account"))
    form = DisableForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            disable_person(person=request.user, by=request.user, note=form.cleaned_data["note"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            messages.success(
                request,
                "Your account is disabled and you are logged out. To come back, ask the helpdesk.",
            )
            return redirect("landing")
    return render(request, "account/profile/disable.html", {"form": form})


@requires(uses_shared_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def shared_account(request: SignedInRequest) -> HttpResponse:
    """What who uses a shared account has to know, at each login (CT-05)."""
    if request.method == "POST":
        request.session[DISCLAIMER_READ] = True
        onwards = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(onwards, request.get_host(), request.is_secure())
        return redirect(onwards if safe else reverse("home"))
    return render(request, "account/profile/shared_account.html")
