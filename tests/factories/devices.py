"""Devices of two-step login, and the codes that they show."""

from django_otp.oath import totp

from accounts.models import AuthenticatorDevice, User
from accounts.models.devices import STEP


def authenticator(user: User) -> AuthenticatorDevice:
    """The person's authenticator app, set up."""
    device, _ = AuthenticatorDevice.objects.get_or_create(
        user=user,
        confirmed=True,
        defaults={
            "name": AuthenticatorDevice.label,
            "sealed_secret": AuthenticatorDevice.new_secret(),
        },
    )
    return device


def code_of(device: AuthenticatorDevice, *, later: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return f"{totp(device.secret, step=STEP, t0=int(-later * STEP)):06}"


def wrong_code(device: AuthenticatorDevice) -> str:
    """Six digits that the app does not show around now."""
    shown = {code_of(device, later=later) for later in (-2, -1, 0, 1, 2)}
    return next(code for number in range(9) if (code := f"{number:06}") not in shown)
