"""The last stage of signing in: a code, from those who have set up a device for it."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStage, LoginStageController
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.second_factor.queries import factors_to_sign_in_with, has_second_factor
from accounts.second_factor.services import mail_code, note_more_than_mail
from core.errors import DomainError


class SecondFactorStage(LoginStage):
    """Nobody who has a device is signed in before it has given a code."""

    key = "second_factor"
    urlname = "second_factor_code"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        person = self.login.user
        if not has_second_factor(person):
            return None, True
        # Whoever knew the key of the session before the password must not get the rest for less.
        self.request.session.cycle_key()
        # A password that is changed meanwhile ends this sign-in.
        self.state["password"] = person.get_session_auth_hash()
        factors = factors_to_sign_in_with(person)
        if factors.email and not factors.authenticator:
            # Too soon after the last one: that one still works.
            with suppress(DomainError):
                mail_code(device=factors.email)
        return redirect(self.urlname), True

    def pass_by(self, method: str) -> HttpResponse:
        """The code was right."""
        record_authentication(self.request, self.login.user, method)
        if method != "email":
            note_more_than_mail(self.login.user)
        response: HttpResponse = self.exit()
        return response


StageView = Callable[[HttpRequest, SecondFactorStage], HttpResponse]


def in_stage(view: StageView) -> Callable[..., HttpResponse]:
    """A page for who has given the password but no code yet; anybody else goes to the login."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("home")
        stage = LoginStageController.enter(request, SecondFactorStage.key)
        if stage is None:
            if request.method == "POST":
                messages.warning(request, "You took more than 10 minutes, so log in again.")
            return redirect("account_login")
        person = stage.login.user
        is_same = person and person.get_session_auth_hash() == stage.state.get("password")
        if "cancel" in request.POST or not is_same or not has_second_factor(person):
            return stage.abort()
        if not person.is_active:
            stage.abort()
            return redirect("account_inactive")
        return view(request, stage)

    return guarded
