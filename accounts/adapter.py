import math
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.lockout import SIGN_INS, key_of, seconds_locked, sign_in_failed, wait_in_words
from accounts.models import Disabling, User
from accounts.outside_identity.flows import link_waiting
from accounts.reauthentication.proof import is_proven
from accounts.services import mail_verification_link
from core import audit


class AccountAdapter(DefaultAccountAdapter):
    """allauth's sign-in on this product's registration, links and mail."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "The email address or the password is not correct. If you have just registered, "
            "first follow the link that we emailed to you"
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Registration is this product's own."""
        return False

    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), "accounts.second_factor.stage.SecondFactorStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Raises instead of answering True: allauth would take people without a password for
        proven."""
        if is_proven(context.request):
            return False
        raise ReauthenticationRequired

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By the address alone: allauth adds the host, of which a request can name several."""
        return key_of(credentials.get("email", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            page = locked_out_page(request, credentials.get("email", ""))
            raise ImmediateHttpResponse(page) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in_failed(address=credentials.get("email", ""))

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        audit.record("sign_in.refused", by=None, target=user, subject=user, because="disabled")
        disabling = Disabling.objects.filter(person=user, enabled_at__isnull=True).first()
        if disabling:
            messages.warning(request, disabling.in_words)
        return super().respond_user_inactive(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Every stage is passed: what waited for that is done."""
        link_waiting(request, user)
        return super().post_login(request, user, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The product words its own mails: one of allauth's would be a mistake."""
        raise NotImplementedError(template_prefix)

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        """A link of our own: allauth's would verify whatever address the account has by then."""
        mail_verification_link(
            person=emailconfirmation.email_address.user,
            address=emailconfirmation.email_address.email,
        )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Only what no page says already."""
        if message_template == "account/messages/logged_out.txt":
            messages.success(request, "You have logged out.")


def locked_out_page(request: HttpRequest, address: str) -> HttpResponse:
    """What happened, how long it lasts and what ends it (CQRS-20); the same for any address."""
    key = key_of(address)
    seconds = seconds_locked(SIGN_INS, key)
    context = {
        "address": key,
        # Otherwise it was the limit of the network, which lasts a minute.
        "is_locked": seconds > 0,
        "wait": wait_in_words(SIGN_INS, key),
    }
    response = render(request, "account/locked_out.html", context, status=429)
    response["Retry-After"] = str(max(60, math.ceil(seconds)))
    return response
