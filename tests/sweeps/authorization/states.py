"""How far somebody is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import AuthenticatorDevice, User
from tests.sweeps.authorization.estate import PASSWORD_ONLY, PROOF_TOO_OLD, TIMED_OUT, Estate
from tests.sweeps.authorization.lines import AUDIT
from tests.sweeps.authorization.reach import RIGHTS

FULL = ""

# Who has a second factor, and who has to.
HAVE_FACTOR = {
    "plan editor",
    "guest whose time is over",
    "guest whose time has not come",
    "person whose access was revoked",
    *(who for who, rights in RIGHTS.items() if "decide" in rights),
}
NEED_FACTOR = {
    "plan editor",
    *(who for who, rights in RIGHTS.items() if "decide" in rights),
}


@dataclass(frozen=True)
class State:
    """Either out, as if not signed in, or before a gate: it comes first, and `pages` stay open.

    `enter` brings a person's rows there, inside the cell's own transaction; `session` names the
    kind of session that they ask with. `unproven`: the password has to be typed anew.
    `writes` is what the state itself is recorded in.
    """

    name: str
    enter: Callable[[User], None] = lambda person: None
    concerns: Callable[[str], bool] = lambda who: True
    session: str = FULL
    is_out: bool = False
    gate: str = ""
    pages: tuple[str, ...] = ()
    unproven: bool = False
    writes: tuple[str, ...] = ()

    def cookie(self, estate: Estate, who: str) -> str:
        return estate.cookies.get((self.session, who), "")


def terms_changed(person: User) -> None:
    User.objects.filter(pk=person.pk).update(terms_version="")


def password_too_old(person: User) -> None:
    long_ago = timezone.now() - timedelta(days=settings.PASSWORD_DAYS + 1)
    User.objects.filter(pk=person.pk).update(password_changed_at=long_ago)


def device_lost(person: User) -> None:
    AuthenticatorDevice.objects.filter(user=person).delete()


# What a gate asks may need the proof of who one is.
PROOF = ("account_reauthenticate",)

STATES = {
    state.name: state
    for state in (
        State(FULL),
        State(PASSWORD_ONLY, concerns=HAVE_FACTOR.__contains__, session=PASSWORD_ONLY, is_out=True),
        State(TIMED_OUT, session=TIMED_OUT, is_out=True, writes=(AUDIT,)),
        State(PROOF_TOO_OLD, session=PROOF_TOO_OLD, unproven=True),
        State("terms not accepted", terms_changed, gate="terms_of_use", pages=PROOF),
        State("password too old", password_too_old, gate="change_password", pages=PROOF),
        State(
            "second factor missing",
            device_lost,
            NEED_FACTOR.__contains__,
            gate="second_factor_set_up",
            pages=(*PROOF, "second_factor_authenticator", "second_factor_email"),
        ),
    )
}
