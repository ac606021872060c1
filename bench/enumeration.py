"""Whether the time of an answer tells which addresses have an account.

python -m cpms.local.testing -- python -m bench.enumeration

sends pairs of requests, one with a known and one with a new address, in random order, through the
whole of the service but the network, which would only hide a difference; prints a table and a line
of JSON, and fails if the medians of known and new differ by more than ALLOWED. That the answers are
otherwise the same is a test (tests/sweeps/test_enumeration.py). An invitation is sent to the
address, and sent again; who invites is signed in before. ONLY=invite measures those alone.
"""

import json
import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.choices import Capability, GrantOrigin
from accounts.lockout import SIGN_INS, count_attempt
from accounts.models import AuthenticatorDevice, Grant, User
from approvals.invitations.models import Invitation
from notifications.models import OutgoingMail
from onboarding.models import RegistrationDraft
from onboarding.registration.browser import cookie_name, remember
from organisations.models import PostcodeLocation, Region, ServiceGroup

PAIRS = int(os.environ.get("PAIRS", "500"))
ONLY = os.environ.get("ONLY", "")
WARM_UP = 20
ALLOWED = 0.10
SEED = 1
HASHERS = ["accounts.passwords.hashing.Argon2"]
PASSWORD, WRONG = "Correct-Horse-7", "Wrong-Horse-77"
INVITER = "helen.helpdesk@trust.example"

Visit = Callable[[Client], HttpResponse]


def browser_with(draft: RegistrationDraft) -> Client:
    """A client that goes on with the draft."""
    response = HttpResponse()
    remember(response, draft)
    client = Client()
    client.cookies[cookie_name()] = response.cookies[cookie_name()].value
    return client


def answered(address: str, password_hash: str) -> RegistrationDraft:
    """A draft in which every question is answered."""
    return RegistrationDraft.objects.create(
        password_hash=password_hash,
        answers={
            "name": {"first_name": "Zoë", "surname": "O'Neill", "email": address},
            "work": {
                "job_title": "Nurse",
                "contact_number": "01632 960001",
                "postcode": "SL6 0PQ",
            },
            "password": {},
            "terms": {
                "accepted": True,
                "communications": "disagree",
                "version": settings.TERMS_VERSION,
            },
        },
    )


def press_register(client: Client) -> HttpResponse:
    data = {"confirmed": "on", "website": ""}
    return client.post("/register/check-your-answers/", data)  # type: ignore[return-value]


def look_at_the_page(client: Client) -> HttpResponse:
    return client.get("/register/check-your-email/")  # type: ignore[return-value]


def ask_again(client: Client) -> HttpResponse:
    return client.post("/register/send-again/")  # type: ignore[return-value]


def log_in(client: Client, address: str) -> HttpResponse:
    data = {"login": address, "password": WRONG}
    return client.post("/login/", data)  # type: ignore[return-value]


def reset(client: Client, address: str) -> HttpResponse:
    return client.post("/password/reset/", {"email": address})  # type: ignore[return-value]


def new_link(client: Client, address: str) -> HttpResponse:
    return client.post("/verify/new-link/", {"address": address})  # type: ignore[return-value]


def lock_out(address: str) -> None:
    for _ in range(5):
        count_attempt(RequestFactory().post("/login/"), SIGN_INS, address)


def let_minutes_pass() -> None:
    """So that another mail may be asked for."""
    earlier = timezone.now() - timedelta(minutes=5)
    RegistrationDraft.objects.filter(mailed_at__gt=earlier).update(mailed_at=earlier)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def ready_to_invite(inviter: User, address: str) -> Client:
    """A client of the inviter, who has answered everything but "Send"."""
    client = signed_in(inviter)
    answers: dict[str, dict[str, Any]] = {
        "email": {"address": address},
        "names": {"first_name": "Zoë", "surname": "O'Neill"},
        "organisation": {"organisation": ""},
        "role": {"availability_view": f"service_group:{ServiceGroup.objects.get().pk}"},
    }
    for key, data in answers.items():
        client.post(f"/approvals/invitations/send/{key}/", data)
    return client


def type_the_address(client: Client, address: str) -> HttpResponse:
    data = {"address": address}
    return client.post("/approvals/invitations/send/email/", data)  # type: ignore[return-value]


def press_send(client: Client, address: str) -> HttpResponse:
    return client.post("/approvals/invitations/review/", {})  # type: ignore[return-value]


def resend(client: Client, address: str) -> HttpResponse:
    number = Invitation.objects.values_list("pk", flat=True).get(address=address)
    return client.post(f"/approvals/invitations/{number}/resend/")  # type: ignore[return-value]


VISITS: dict[str, Visit] = {
    "press Register": press_register,
    "page after it": look_at_the_page,
    "send again": ask_again,
}

# What is asked, and of which accounts the known address is.
ASKS: dict[str, tuple[Callable[[Client, str], HttpResponse], str]] = {
    "log in": (log_in, "known"),
    "log in, disabled": (log_in, "disabled"),
    "reset": (reset, "known"),
    "reset, disabled": (reset, "disabled"),
    "new link": (new_link, "known"),
    "invite, address": (type_the_address, "known"),
    "invite, send": (press_send, "known"),
    "invite, resend": (resend, "known"),
    # Last, since nobody logs in after it.
    "log in, locked out": (log_in, "known"),
}


# What is asked by somebody who is logged in: how the client is made
PREPARED: dict[Callable[[Client, str], HttpResponse], Callable[[User, str], Client]] = {
    type_the_address: lambda inviter, address: signed_in(inviter),
    press_send: ready_to_invite,
    resend: lambda inviter, address: signed_in(inviter),
}


def client_for(ask: Callable[[Client, str], HttpResponse], address: str) -> Client:
    if ask not in PREPARED:
        return Client()
    return PREPARED[ask](User.objects.get(email=INVITER), address)


def chosen(named: dict[str, Any]) -> dict[str, Any]:
    return {name: what for name, what in named.items() if ONLY in name}


def in_turn(client: Client, *, ask: Callable[[Client, str], HttpResponse], address: str) -> Any:
    return ask(client, address)


def seconds(visit: Visit, client: Client) -> float:
    started = time.perf_counter()
    response = visit(client)
    elapsed = time.perf_counter() - started
    if response.status_code not in (200, 302, 429):
        raise SystemExit(f"{visit}: {response.status_code}")
    return elapsed


def fill() -> None:
    """A place to work at, somebody who invites, and as many accounts as there are pairs."""
    region = Region.objects.first() or Region.objects.create(name="London", code="ldn", position=1)
    PostcodeLocation.objects.get_or_create(
        code="SL6 0",
        defaults={
            "latitude": 51.5224,
            "longitude": -0.6836,
            "country": "England",
            "region": region,
        },
    )
    ServiceGroup.objects.get_or_create(code="cypmhs", defaults={"name": "CYPMHS", "position": 1})
    inviter = User.objects.create(
        email=INVITER,
        first_name="Helen",
        surname="Helpdesk",
        terms_version=settings.TERMS_VERSION,
        communications=False,
    )
    Grant.objects.create(
        person=inviter, capability=Capability.ADMINISTER, origin=GrantOrigin.BOOTSTRAP
    )
    AuthenticatorDevice.objects.create(
        user=inviter,
        confirmed=True,
        name=AuthenticatorDevice.label,
        sealed_secret=AuthenticatorDevice.new_secret(),
    )
    password_hash = make_password(PASSWORD)
    people = User.objects.bulk_create(
        User(
            email=f"{kind}.{number}@trust.example",
            password=password_hash,
            is_active=kind != "disabled",
            first_name="Zoë",
            surname="O'Neill",
            work_postcode="SL6 0PQ",
        )
        for number in range(PAIRS + WARM_UP)
        for kind in ("known", "disabled")
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )


def measure() -> dict[str, dict[str, float]]:
    """Medians in milliseconds of each visit, for known and for new addresses."""
    chance = random.Random(SEED)  # noqa: S311
    times: dict[str, dict[str, list[float]]] = {
        name: {"known": [], "new": []} for name in (*chosen(VISITS), *chosen(ASKS))
    }
    password_hash = make_password(PASSWORD)
    for number in range(PAIRS + WARM_UP):
        pair = ["known", "new"]
        chance.shuffle(pair)

        def note(name: str, kind: str, elapsed: float, number: int = number) -> None:
            if number >= WARM_UP:
                times[name][kind].append(elapsed)

        clients = {
            kind: browser_with(answered(f"{kind}.{number}@trust.example", password_hash))
            for kind in pair
        }
        for name, visit in chosen(VISITS).items():
            let_minutes_pass()
            for kind in pair:
                note(name, kind, seconds(visit, clients[kind]))
        for name, (ask, account) in chosen(ASKS).items():
            cache.clear()
            known = f"{account}.{number}@trust.example"
            addresses = {"known": known, "new": known.replace(account, "x" * len(account))}
            for address in addresses.values() if "locked" in name else ():
                lock_out(address)
            for kind in pair:
                visit = partial(in_turn, ask=ask, address=addresses[kind])
                note(name, kind, seconds(visit, client_for(ask, addresses[kind])))
    return {
        name: {kind: statistics.median(values) * 1000 for kind, values in kinds.items()}
        for name, kinds in times.items()
    }


def expect_that_all_were_mailed() -> None:
    """What is refused would be quick for everybody."""
    mailed = OutgoingMail.objects.filter(kind__in=["invitation", "invitation_known"]).count()
    mailing = [ask for ask, _ in chosen(ASKS).values() if ask in (press_send, resend)]
    if mailed != 2 * (PAIRS + WARM_UP) * len(mailing):
        raise SystemExit(f"{mailed} invitations were mailed")


def main() -> int:
    settings.PASSWORD_HASHERS = HASHERS
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "signup": "100000/m/ip",
        "new_link": "100000/m/ip",
        "login": "100000/m/ip",
        "login_failed": "100000/m/ip,5/15m/key",
        "reset_password": "100000/m/ip",
    }
    # A line for each request would be most of what is measured.
    logging.disable()
    call_command("migrate", verbosity=0)
    fill()
    results = measure()
    expect_that_all_were_mailed()
    print(f"{PAIRS} pairs, medians{'known, ms':>14}{'new, ms':>12}{'difference':>14}")
    worst = 0.0
    for name, medians in results.items():
        difference = abs(medians["known"] / medians["new"] - 1)
        worst = max(worst, difference)
        print(f"{name:19}{medians['known']:14.2f}{medians['new']:12.2f}{difference:14.1%}")
    print(json.dumps({"pairs": PAIRS, "worst": worst, "medians_ms": results}))
    return 1 if worst > ALLOWED else 0


if __name__ == "__main__":
    sys.exit(main())
