"""After registration: waiting for the mail, asking for another, correcting the address.

Nothing here tells whether an address is known, or has had too much mail. Only who asks for another
mail in the browser that registered learns that nothing waits for it any more.
"""

import math
from collections.abc import Callable
from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict
from onboarding.models import RegistrationDraft
from onboarding.registration.browser import draft_of
from onboarding.registration.drafts import change_address, mail_again, wait_before_mail
from onboarding.registration.forms import CorrectAddressForm
from onboarding.registration.views import begin_anew

WaitingView = Callable[[HttpRequest, RegistrationDraft], HttpResponse]


def after_registration(view: WaitingView) -> Callable[[HttpRequest], HttpResponse]:
    """Gives the view what was registered in this browser; nobody else can open it."""

    @never_cache
    @wraps(view)
    def with_what_waits(request: HttpRequest) -> HttpResponse:
        draft = draft_of(request)
        if draft is None:
            return begin_anew(request)
        if not draft.registered_as:
            return redirect("onboarding:register")
        return view(request, draft)

    return with_what_waits


@login_not_required
@require_safe
@after_registration
def check_email(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    """What happens next; the same for an address that had an account before."""
    context = {"address": draft.registered_as}
    return render(request, "onboarding/registration/check_email.html", context)


@login_not_required
@require_POST
@after_registration
def send_again(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    """Another mail, at most every 3 minutes."""
    if wait := refuse_too_soon(draft):
        messages.warning(request, wait)
    elif not ratelimit.consume(request, action="new_link"):
        return ratelimit.respond_429(request)
    else:
        try:
            mail_again(draft=draft, mail=may_mail(request, draft.registered_as))
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        else:
            messages.success(request, f"We have sent another email to {draft.registered_as}.")
    return redirect("onboarding:register_check_email")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@after_registration
def correct(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    """Another address for what was registered; no waiting, since the first was a mistake."""
    form = CorrectAddressForm(
        request.POST if request.method == "POST" else None,
        kept=draft.registered_as,
        back_url=reverse("onboarding:register_check_email"),
    )
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["address"]
        if not ratelimit.consume(request, action="signup"):
            return ratelimit.respond_429(request)
        if address != draft.registered_as:
            try:
                change_address(draft=draft, address=address, mail=may_mail(request, address))
            except Conflict as conflict:
                messages.warning(request, str(conflict))
            else:
                messages.success(request, f"We have sent the email to {address} instead.")
        return redirect("onboarding:register_check_email")
    return render(request, "onboarding/registration/change_address.html", {"form": form})


def may_mail(request: HttpRequest, address: str) -> bool:
    """Whether the address has not had too much of our mail today; counts this one."""
    return bool(ratelimit.consume(request, action="registration_mail", key=address))


def refuse_too_soon(draft: RegistrationDraft) -> str:
    """How long to wait before the next mail, in words; '' if there is no need."""
    seconds = wait_before_mail(draft).total_seconds()
    if not seconds:
        return ""
    minutes = math.ceil(seconds / 60)
    unit = "minute" if minutes == 1 else "minutes"
    return (
        "We have sent you an email a moment ago. If it has not arrived, you can ask for another "
        f"in {minutes} {unit}."
    )
