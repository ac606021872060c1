"""Whether the time of an answer tells which addresses have an account.

python -m cpms.local.testing -- python -m bench.registration_timing

sends pairs of requests, one with a known and one with a new address, in random order, through the
whole of the service but the network; prints a table and a line of JSON, and fails if the medians
of known and new differ by more than ALLOWED.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from onboarding.models import RegistrationDraft
from onboarding.registration.browser import COOKIE, remember
from organisations.models import PostcodeLocation, Region

PAIRS = 500
WARM_UP = 20
ALLOWED = 0.10
SEED = 1
HASHERS = ["accounts.passwords.hashing.Argon2"]
PASSWORD = "Correct-Horse-7"  # noqa: S105

Visit = Callable[[Client], HttpResponse]


def browser_with(draft: RegistrationDraft) -> Client:
    """A client that goes on with the draft."""
    response = HttpResponse()
    remember(response, draft)
    client = Client()
    client.cookies[COOKIE] = response.cookies[COOKIE].value
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


def let_minutes_pass() -> None:
    """So that another mail may be asked for."""
    earlier = timezone.now() - timedelta(minutes=5)
    RegistrationDraft.objects.filter(mailed_at__gt=earlier).update(mailed_at=earlier)


VISITS: dict[str, Visit] = {
    "press Register": press_register,
    "page after it": look_at_the_page,
    "send again": ask_again,
}


def seconds(visit: Visit, client: Client) -> float:
    started = time.perf_counter()
    response = visit(client)
    elapsed = time.perf_counter() - started
    if response.status_code not in (200, 302):
        raise SystemExit(f"{visit.__name__}: {response.status_code}")
    return elapsed


def fill() -> None:
    """A place to work at, and as many accounts as there are pairs."""
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
    password_hash = make_password(PASSWORD)
    people = User.objects.bulk_create(
        User(
            email=f"known.{number}@trust.example",
            password=password_hash,
            first_name="Zoë",
            surname="O'Neill",
            work_postcode="SL6 0PQ",
        )
        for number in range(PAIRS + WARM_UP)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )


def measure() -> dict[str, dict[str, float]]:
    """Medians in milliseconds of each visit, for known and for new addresses."""
    chance = random.Random(SEED)  # noqa: S311
    times: dict[str, dict[str, list[float]]] = {name: {"known": [], "new": []} for name in VISITS}
    password_hash = make_password(PASSWORD)
    for number in range(PAIRS + WARM_UP):
        pair = ["known", "new"]
        chance.shuffle(pair)
        clients = {
            kind: browser_with(answered(f"{kind}.{number}@trust.example", password_hash))
            for kind in pair
        }
        for name, visit in VISITS.items():
            let_minutes_pass()
            for kind in pair:
                elapsed = seconds(visit, clients[kind])
                if number >= WARM_UP:
                    times[name][kind].append(elapsed)
    return {
        name: {kind: statistics.median(values) * 1000 for kind, values in kinds.items()}
        for name, kinds in times.items()
    }


def main() -> int:
    settings.PASSWORD_HASHERS = HASHERS
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "signup": "100000/m/ip",
        "new_link": "100000/m/ip",
    }
    call_command("migrate", verbosity=0)
    fill()
    results = measure()
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
