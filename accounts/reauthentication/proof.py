"""Whether the person at the keyboard has lately proven to be the one who signed in.

A sign-in proves it, and so does the password typed again; both hold for a while.
"""

import time

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest

from accounts.lockout import PROOFS, count_attempt, forget_attempts, wait_in_words
from accounts.models import User
from accounts.sessions.services import renew_key
from core import audit

PROVEN_AT = "proven_at"
NOT_THE_PASSWORD = "The password is not correct"  # noqa: S105


class ProofRequired(ReauthenticationRequired):
    """The person has to prove who they are; `about` completes "You are about to ...".

    `back_to` is where they go who do not want that after all.
    """

    def __init__(self, about: str, back_to: str) -> None:
        super().__init__(about)
        self.about, self.back_to = about, back_to


def is_proven(request: HttpRequest) -> bool:
    """Whether the session has a proof that still holds."""
    age = time.time() - request.session.get(PROVEN_AT, 0)
    return 0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def require_proof(request: HttpRequest, *, about: str, back_to: str) -> None:
    """Raise ProofRequired if there is none.

    The page that asks keeps what was sent and sends it again with the proof, so that the view runs
    anew, behind all its checks.
    """
    if not is_proven(request):
        raise ProofRequired(about, back_to)


def note_proof(request: HttpRequest) -> None:
    """From now on the person counts as proven."""
    request.session[PROVEN_AT] = time.time()


def prove_by_password(request: HttpRequest, person: User, password: str) -> str | None:
    """None if the password is right, which is noted; otherwise the refusal in words."""
    key = str(person.pk)
    if not count_attempt(request, PROOFS, key):
        return (
            "You have typed a wrong password too many times. Try again in "
            f"{wait_in_words(PROOFS, key)}, or choose a new one with “Forgotten password?”"
        )
    if not person.check_password(password):
        audit.record("proof.failed", by=person, target=person, subject=person)
        return NOT_THE_PASSWORD
    forget_attempts(PROOFS, key)
    renew_key(request)
    note_proof(request)
    audit.record("proof.given", by=person, target=person, subject=person, method="password")
    return None
