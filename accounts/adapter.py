from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from accounts.reauthentication.proof import is_proven
from accounts.services import mail_verification_link
from notifications.services import queue_mail, site_url

# The mails of allauth that this product sends, with their own wording; any other is an error.
MAILS = {
    "account/email/password_reset_key": "password_reset",
    "account/email/unknown_account": "unknown_account",
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's sign-in on this product's registration, links and mail."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "The email address or the password is not correct. If you have just registered, "
            "first follow the link that we emailed to you"
        ),
        "too_many_login_attempts": (
            "Too many failed attempts to log in. Wait 15 minutes, or choose a new password with "
            "“Forgotten password?”"
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Registration is this product's own."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Raises instead of answering True: allauth would take people without a password for
        proven."""
        if is_proven(context.request):
            return False
        raise ReauthenticationRequired

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        queue_mail(
            kind=MAILS[template_prefix],
            address=email,
            person=context.get("user"),
            context={
                "link": context.get("password_reset_url"),
                "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
                "register_url": site_url(reverse("onboarding:register")),
            },
        )

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        """A link of our own: allauth's would verify whatever address the account has by then."""
        mail_verification_link(
            person=emailconfirmation.email_address.user,
            address=emailconfirmation.email_address.email,
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the address of the service, whatever host the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return site_url(path.replace("UID-KEY", key))

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
