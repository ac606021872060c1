"""The demonstration's authenticator apps: nobody has them, so the page shows their codes.

Only the settings of a demonstration bring this in.
"""

from collections.abc import Iterable
from time import time
from typing import Any

from allauth.account.stages import LoginStageController
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django_otp.oath import totp

from accounts.models import AuthenticatorDevice, User
from accounts.models.devices import STEP, TOLERANCE
from accounts.second_factor.stage import SecondFactorStage

NAME = "Demonstration"


def give_authenticators(people: Iterable[User]) -> None:
    """Each person gets an authenticator app with a secret of its own."""
    AuthenticatorDevice.objects.bulk_create(
        AuthenticatorDevice(
            user=person,
            name=NAME,
            confirmed=True,
            sealed_secret=AuthenticatorDevice.new_secret(),
        )
        for person in people
    )


def current_code(device: AuthenticatorDevice) -> str:
    """What to tell who logs in as an invented person."""
    now = int(time()) // STEP
    unused = max(now, device.last_t + 1)
    if unused > now + TOLERANCE:
        return "Demonstration: the code was used just now. Load this page again in 30 seconds."
    code = f"{totp(device.secret, step=STEP, t0=(now - unused) * STEP):06}"
    return f"Demonstration: the code is {code[:3]} {code[3:]} now."


def demonstration_code(request: HttpRequest) -> dict[str, Any]:
    """A context processor: the code of the invented person who is logging in, if one is."""

    def find() -> str:
        stage = LoginStageController.enter(request, SecondFactorStage.key)
        if stage is None:
            return ""
        device = AuthenticatorDevice.objects.filter(
            user=stage.login.user, confirmed=True, name=NAME
        ).first()
        return current_code(device) if device else ""

    return {"demonstration_code": SimpleLazyObject(find)}
