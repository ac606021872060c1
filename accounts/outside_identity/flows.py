"""What happens to whom a provider sends back, kept in the session between two pages."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.addresses import normalised
from accounts.models import User
from accounts.outside_identity.issuers import Issuer
from accounts.outside_identity.queries import has_account
from accounts.outside_identity.services import link_identity
from core.errors import DomainError
from core.reference import current_reference

logger = logging.getLogger(__name__)

WAITING = "outside_waiting"
OUTCOME = "outside_outcome"
# How long a proven outside identity waits for the proof of the account here, in seconds.
PATIENCE = 10 * 60


class Outcome(TextChoices):
    """What became of a sign-in that did not succeed; the label is the page's heading."""

    CANCELLED = "cancelled", "You did not log in"
    STALE = "stale", "Start again"
    FAILED = "failed", "That did not work"
    STRANGER = "stranger", "Connect your account first"


@dataclass(frozen=True)
class Waiting:
    """An outside identity that waits for its owner to prove the account here."""

    issuer: Issuer
    key: str
    data: dict[str, str]
    address: str


def issuer_with(id: str) -> Issuer | None:
    """The configured issuer of that id."""
    return next((issuer for issuer in settings.OIDC_ISSUERS if issuer.id == id), None)


def tell(request: HttpRequest, issuer: str, outcome: Outcome) -> HttpResponse:
    """To the page that says what became of it.

    Its address has neither code nor state. A stale one is told without a session: whoever calls
    the address of the callback must not fill the table of sessions.
    """
    if outcome != Outcome.STALE:
        request.session[OUTCOME] = {"outcome": outcome, "reference": current_reference()}
    else:
        request.session.pop(OUTCOME, None)
    return redirect("outside_outcome", issuer)


def fail(request: HttpRequest, issuer: str, reason: object) -> HttpResponse:
    """The provider cannot be reached or believed: for the log in full, for the person in brief."""
    logger.warning("Sign-in with %s failed: %s", issuer, str(reason)[:500].replace("\n", " "))
    return tell(request, issuer, Outcome.FAILED)


def meet_stranger(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    """Someone whom no account is linked with. Nothing is made or linked by a provider's word.

    Who owns a proven address that has an account here may prove that account next. That this
    tells them that there is one is no leak: it is their own address. All others read one text.
    """
    issuer = sociallogin.account.provider
    address = next((one.email for one in sociallogin.email_addresses if one.verified), "")
    if not address or request.user.is_authenticated or not has_account(address):
        return tell(request, issuer, Outcome.STRANGER)
    request.session[WAITING] = {
        "issuer": issuer,
        "key": sociallogin.account.uid,
        "data": sociallogin.account.extra_data,
        "address": normalised(address),
        "until": time.time() + PATIENCE,
    }
    onwards = sociallogin.state.get("next")
    login = reverse("account_login")
    return redirect(f"{login}?{urlencode({'next': onwards})}" if onwards else login)


def waiting_identity(request: HttpRequest) -> Waiting | None:
    """The identity that waits in this browser, if it still does."""
    kept: dict[str, Any] = request.session.get(WAITING) or {}
    issuer = issuer_with(kept.get("issuer", ""))
    if not issuer or kept["until"] < time.time():
        return None
    return Waiting(issuer, kept["key"], kept["data"], kept["address"])


def forget_waiting(request: HttpRequest) -> None:
    request.session.pop(WAITING, None)


def link_waiting(request: HttpRequest, person: User) -> None:
    """Link what waits, now that its owner has passed every stage of signing in here."""
    waiting = waiting_identity(request)
    forget_waiting(request)
    if waiting is None or not proved_by_password(request, person):
        return
    if person.email != waiting.address:
        messages.warning(
            request,
            f"Your {waiting.issuer.name} sign-in was not connected: "
            "it belongs to another email address than this account.",
        )
        return
    say_linked(request, person, waiting.issuer, waiting.key, waiting.data)


def proved_by_password(request: HttpRequest, person: User) -> bool:
    """Whether this sign-in began with the account's own password."""
    records = get_authentication_records(request, person)
    return any(record["method"] == "password" for record in records)


def connect(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    """Back from the provider, for who asked on "Your account" to be connected."""
    issuer = issuer_with(sociallogin.account.provider)
    if not issuer or not isinstance(request.user, User):
        return tell(request, sociallogin.account.provider, Outcome.STALE)
    key, data = sociallogin.account.uid, sociallogin.account.extra_data
    say_linked(request, request.user, issuer, key, data)
    return redirect("outside_identities")


def say_linked(
    request: HttpRequest, person: User, issuer: Issuer, key: str, data: dict[str, str]
) -> None:
    try:
        link_identity(by=person, issuer=issuer, key=key, data=data)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request,
            f"Your {issuer.name} sign-in is connected. "
            f"From now on, you can log in here with {issuer.name}.",
        )
