"""The pages between the password and being signed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models.devices import FactorDevice
from accounts.second_factor.forms import SignInCodeForm, SignInRecoveryForm
from accounts.second_factor.queries import factors_of, factors_to_sign_in_with
from accounts.second_factor.services import (
    WrongCode,
    enter_code,
    enter_recovery_code,
    mail_code,
)
from accounts.second_factor.stage import SecondFactorStage, in_stage
from core.errors import DomainError


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
@in_stage
def code_of_app(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """The code that the authenticator app shows."""
    factors = factors_to_sign_in_with(stage.login.user)
    if factors.authenticator is None:
        return redirect("second_factor_email_code" if factors.email else "second_factor_no_device")
    context = {"by_email": factors.email}
    return ask(request, stage, factors.authenticator, "authenticator", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
@in_stage
def code_by_email(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """The code that was mailed; another one on request."""
    factors = factors_to_sign_in_with(stage.login.user)
    if factors.email is None:
        return redirect("second_factor_code")
    if "send" in request.POST:
        try:
            mail_code(device=factors.email)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "We have emailed you a code.")
        return redirect("second_factor_email_code")
    context = {"address": factors.email.user.email, "with_app": factors.authenticator}
    return ask(request, stage, factors.email, "email", context)


def ask(
    request: HttpRequest,
    stage: SecondFactorStage,
    device: FactorDevice,
    method: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The page that asks for a code of the device."""
    data = request.POST if request.method == "POST" else None
    form = SignInCodeForm(data, is_mailed=method == "email")
    if form.is_valid():
        try:
            enter_code(device=device, code=form.cleaned_data["code"])
        except WrongCode as wrong:
            form.add_error("code", str(wrong))
        else:
            return stage.pass_by(method)
    return render(
        request, "account/second_factor/code.html", {"form": form, "method": method, **context}
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
@in_stage
def recovery_code(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """For who has lost the device but kept the recovery codes."""
    device = factors_of(stage.login.user).recovery
    if device is None:
        return redirect("second_factor_no_device")
    form = SignInRecoveryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            left = enter_recovery_code(device=device, code=form.cleaned_data["code"])
        except WrongCode as wrong:
            form.add_error("code", str(wrong))
        else:
            messages.warning(
                request,
                f"You logged in with a recovery code; {left} {'is' if left == 1 else 'are'} left. "
                "If you have lost your device, replace it now: choose your name, then two-step "
                "login.",
            )
            return stage.pass_by("recovery_code")
    return render(request, "account/second_factor/recovery_code.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_stage
def no_device(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """What to do without the device."""
    factors = factors_to_sign_in_with(stage.login.user)
    mail_is_not_enough = not factors.email and factors_of(stage.login.user).email
    context = {"factors": factors, "mail_is_not_enough": mail_is_not_enough}
    return render(request, "account/second_factor/no_device.html", context)
