"""Two-step login on a person's own account: set up, replace, remove."""

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from accounts.models import AuthenticatorDevice, EmailDevice
from accounts.models.devices import FactorDevice
from accounts.reauthentication.proof import require_proof
from accounts.rules import own_account
from accounts.second_factor.forms import (
    AUTHENTICATOR,
    EMAIL,
    MethodForm,
    SavedCodesForm,
    SetUpForm,
)
from accounts.second_factor.queries import being_set_up, factors_of, needs_second_factor
from accounts.second_factor.rules import may_remove
from accounts.second_factor.sealing import seal, unseal
from accounts.second_factor.services import (
    WrongCode,
    begin_authenticator,
    begin_email,
    mail_code,
    make_recovery_codes,
    remove_device,
    set_up,
)
from accounts.sessions.services import end_other_sessions
from core.errors import DomainError

# In the session: new recovery codes, sealed, and where the person goes on after the set-up.
NEW_CODES, ONWARDS = "new_recovery_codes", "onwards_after_set_up"

KINDS: dict[str, type[FactorDevice]] = {AUTHENTICATOR: AuthenticatorDevice, EMAIL: EmailDevice}


def prove(request: SignedInRequest) -> None:
    """Whoever changes how somebody logs in has lately proven to be them."""
    about = "change your two-step login"
    require_proof(request, about=about, back_to=reverse("your_account"))


@requires(own_account)
@require_safe
@never_cache
def overview(request: SignedInRequest) -> HttpResponse:
    """What is set up, and what can be changed."""
    factors = factors_of(request.user)
    rows = [
        {
            "method": method,
            "label": kind.label,
            "device": device,
            "removable": device and may_remove(request.user, device) is None,
        }
        for (method, kind), device in zip(
            KINDS.items(), (factors.authenticator, factors.email), strict=True
        )
    ]
    context = {
        "rows": rows,
        "factors": factors,
        "needed": needs_second_factor(request.user),
    }
    return render(request, "account/second_factor/overview.html", context)


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def choose(request: SignedInRequest) -> HttpResponse:
    """Which device to set up."""
    prove(request)
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, request.get_host(), request.is_secure()):
        request.session[ONWARDS] = wanted
    has_one = bool(factors_of(request.user).devices)
    forced = needs_second_factor(request.user) and not has_one
    form = MethodForm(request.POST if request.method == "POST" else None, forced=forced)
    if form.is_valid():
        if form.cleaned_data["method"] == AUTHENTICATOR:
            begin_authenticator(by=request.user)
            return redirect("second_factor_authenticator")
        try:
            begin_email(by=request.user)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        return redirect("second_factor_email")
    return render(request, "account/second_factor/choose.html", {"form": form, "forced": forced})


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def authenticator(request: SignedInRequest) -> HttpResponse:
    """The secret as QR code and text, until a code of it has been entered."""
    prove(request)
    device = being_set_up(AuthenticatorDevice, request.user)
    if not isinstance(device, AuthenticatorDevice):
        return redirect("second_factor_set_up")
    form = SetUpForm(request.POST if request.method == "POST" else None, is_mailed=False)
    if form.is_valid() and (answer := try_to_set_up(request, form, device)):
        return answer
    context = {"form": form, "device": device, "qr_code": qr_code(device.address)}
    return render(request, "account/second_factor/authenticator.html", context)


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def email(request: SignedInRequest) -> HttpResponse:
    """The code that was mailed shows that the mail arrives."""
    prove(request)
    device = being_set_up(EmailDevice, request.user)
    if not isinstance(device, EmailDevice):
        return redirect("second_factor_set_up")
    if "send" in request.POST:
        try:
            mail_code(device=device)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "We have emailed you a code.")
        return redirect("second_factor_email")
    form = SetUpForm(request.POST if request.method == "POST" else None, is_mailed=True)
    if form.is_valid() and (answer := try_to_set_up(request, form, device)):
        return answer
    return render(request, "account/second_factor/email.html", {"form": form})


def try_to_set_up(
    request: SignedInRequest, form: SetUpForm, device: FactorDevice
) -> HttpResponse | None:
    """The page after it; None, with an error in the form, if the code was wrong."""
    try:
        codes = set_up(by=request.user, device=device, code=form.cleaned_data["code"])
    except WrongCode as wrong:
        form.add_error("code", str(wrong))
        return None
    end_other_sessions(request)
    messages.success(
        request, f"{device.label} set up. From now on you are asked for a code when you log in."
    )
    return show_codes(request, codes) if codes else redirect(onwards(request))


def show_codes(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    """To the page of new recovery codes, which wait sealed until the person has saved them."""
    request.session[NEW_CODES] = seal(" ".join(codes).encode())
    return redirect("second_factor_codes_saved")


def onwards(request: SignedInRequest) -> str:
    """Where the person wanted to go before two-step login had to be set up."""
    address: str = request.session.pop(ONWARDS, "")
    return address or reverse("second_factor")


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """New recovery codes: asked first, since the earlier ones end."""
    prove(request)
    factors = factors_of(request.user)
    if not factors.devices:
        return redirect("second_factor")
    if request.method == "POST":
        codes = make_recovery_codes(by=request.user)
        end_other_sessions(request)
        return show_codes(request, codes)
    return render(request, "account/second_factor/new_recovery_codes.html", {"factors": factors})


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def codes_saved(request: SignedInRequest) -> HttpResponse:
    """New recovery codes, until the person says that they are saved; as a file too."""
    sealed = request.session.get(NEW_CODES)
    if not sealed:
        return redirect("second_factor")
    codes = unseal(sealed).decode().split()
    form = SavedCodesForm(request.POST if request.method == "POST" else None)
    if "download" in request.POST:
        context = {"codes": codes, "person": request.user}
        response = render(
            request, "account/second_factor/recovery_codes.txt", context, content_type="text/plain"
        )
        response["Content-Disposition"] = 'attachment; filename="cpms-recovery-codes.txt"'
        return response
    if form.is_valid():
        del request.session[NEW_CODES]
        return redirect(onwards(request))
    return render(
        request, "account/second_factor/recovery_codes.html", {"form": form, "codes": codes}
    )


@requires(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove(request: SignedInRequest, method: str) -> HttpResponse:
    """Stop using a device, after a question."""
    prove(request)
    factors = factors_of(request.user)
    device = {AUTHENTICATOR: factors.authenticator, EMAIL: factors.email}.get(method)
    if device is None:
        raise Http404
    if request.method == "POST":
        try:
            remove_device(by=request.user, device=device)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            end_other_sessions(request)
            messages.success(request, f"{device.label}: removed.")
        return redirect("second_factor")
    context = {
        "device": device,
        "refusal": may_remove(request.user, device),
        "is_last": len(factors.devices) == 1,
    }
    return render(request, "account/second_factor/remove.html", context)


def qr_code(address: str) -> SafeString:
    """The address as SVG, without a size of its own; black on white whatever the page is."""
    drawn = segno.make(address, micro=False).svg_inline(
        omitsize=True, border=4, light="#fff", svgclass="cpms-qr-code__image", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308  # numbers alone  # nosec B308
