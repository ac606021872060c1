"""What is kept of each sign-in and log-out; receivers of Django's signals."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from accounts.links import ADDRESS_LINK, RESET_LINK, WAITING_LINK
from accounts.models import User
from accounts.profile.this_login import DISCLAIMER_READ, ROLE_IN_USE
from accounts.reauthentication.proof import note_proof
from core import audit


def signed_in(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The sign-in counts as proof, and is recorded with the methods it took."""
    note_proof(request)
    # On a shared computer they may be somebody else's; what each login asks is asked again.
    for kept in (WAITING_LINK, RESET_LINK, ADDRESS_LINK, ROLE_IN_USE, DISCLAIMER_READ):
        request.session.pop(kept, None)
    methods = [one["method"] for one in get_authentication_records(request, user)]
    audit.record("sign_in.succeeded", by=user, target=user, subject=user, methods=methods)


def signed_out(sender: type[User], request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user:
        audit.record("signed_out", by=user, target=user, subject=user)
