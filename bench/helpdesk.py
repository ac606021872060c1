"""The helpdesk's pages with 100,000 accounts, through the production server.

python -m cpms.local.testing -- python -m bench.helpdesk

fills the empty database that it is given, and prints a table of times, as multiples of the floor
(bench/floor.py), and a line of JSON; fails if a page is above ALLOWED, or counts or reads a big
table from end to end.
"""

import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Capability, GrantOrigin
from accounts.demo.second_factor import give_authenticators
from accounts.models import Grant, User
from approvals.models import AccessRequest, Item, Stage
from core.models import AuditEvent
from notifications.models import OutgoingMail
from organisations.models import Organisation, ServiceGroup

ACCOUNTS = int(os.environ.get("ACCOUNTS", "100000"))
ALLOWED = 40
RUNS = int(os.environ.get("RUNS", "25"))
SEED = 1
BATCH = 5_000
NAMES = """
    Ashby Barlow Carter Dawson Ellis Foster Gibson Harvey Ingram Jarvis Kemp Lawson Mercer Norton
    Osborne Parker Quinn Rowe Sutton Turner Underwood Vaughan Webster Yates
""".split()  # noqa: SIM905
BIG = ("accounts_user", "approvals_item", "notifications_outgoingmail", "core_auditevent")

# Whose triggers would be most of the time that filling takes.
GUARDED = ("accounts_grant", "approvals_item", "core_auditevent")


def fill() -> User:
    """Accounts with an address, access, a request that waits, mail and a history; gives one."""
    chance = random.Random(SEED)  # noqa: S311
    password = make_password(None)
    people = User.objects.bulk_create(
        (
            User(
                email=f"{name.lower()}.{number}@trust{number % 900}.example",
                first_name="Alex",
                surname=name,
                work_postcode="SL6 0PQ",
                password=password,
                terms_version=settings.TERMS_VERSION,
                communications=False,
            )
            for number in range(ACCOUNTS)
            for name in [chance.choice(NAMES)]
        ),
        batch_size=BATCH,
    )
    group = ServiceGroup.objects.first()
    organisations = list(Organisation.objects.filter(closed_on=None)[:300])
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=one, email=one.email, primary=True, verified=True) for one in people),
        batch_size=BATCH,
    )
    Grant.objects.bulk_create(
        (
            Grant(
                person=one,
                capability=Capability.AVAILABILITY_VIEW,
                service_group=group,
                origin=GrantOrigin.BOOTSTRAP,
            )
            for one in people
        ),
        batch_size=BATCH,
    )
    requests = AccessRequest.objects.bulk_create(
        (
            AccessRequest(
                person=one,
                organisation_type="provider",
                organisation=chance.choice(organisations),
            )
            for one in people
        ),
        batch_size=BATCH,
    )
    items = Item.objects.bulk_create(
        (
            Item(
                request=one,
                person_id=one.person_id,
                capability=Capability.AVAILABILITY_EDIT,
                organisation_id=one.organisation_id,
            )
            for one in requests
        ),
        batch_size=BATCH,
    )
    now = timezone.now()
    Stage.objects.bulk_create(
        (
            Stage(
                item=item,
                position=1,
                is_current=True,
                capability=Capability.APPROVE_STANDARD,
                organisation_id=item.organisation_id,
                opened_at=now,
                due_at=now,
            )
            for item in items
        ),
        batch_size=BATCH,
    )
    OutgoingMail.objects.bulk_create(
        (
            OutgoingMail(
                kind=kind, person=one, address=one.email, subject="About", state="sent", sent_at=now
            )
            for one in people
            for kind in ("verify_address", "access_approved")
        ),
        batch_size=BATCH,
    )
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(event=event, actor=one, subject=one, target=f"accounts.user:{one.pk}")
            for one in people
            for event in ("person.registered", "address.verified", "request.submitted")
        ),
        batch_size=BATCH,
    )
    return people[ACCOUNTS // 2]


def helpdesk() -> User:
    helen = User.objects.create_user(
        "helen.helpdesk@trust.example",
        None,
        first_name="Helen",
        surname="Helpdesk",
        work_postcode="SL6 0PQ",
        terms_version=settings.TERMS_VERSION,
        communications=False,
    )
    EmailAddress.objects.create(user=helen, email=helen.email, primary=True, verified=True)
    Grant.objects.create(
        person=helen, capability=Capability.ADMINISTER, origin=GrantOrigin.BOOTSTRAP
    )
    give_authenticators([helen])
    return helen


def pages(person: User) -> dict[str, str]:
    """What the helpdesk opens, by what it is for."""
    admin = "/admin"
    return {
        "people": f"{admin}/accounts/user/",
        "people: part of an address": f"{admin}/accounts/user/?q={person.email[2:14]}",
        "people: a surname": f"{admin}/accounts/user/?q={person.surname}",
        "people: nobody": f"{admin}/accounts/user/?q=zzzzzz",
        "a person": f"{admin}/accounts/user/{person.pk}/change/",
        "requests' parts": f"{admin}/approvals/item/",
        "requests' parts that wait": f"{admin}/approvals/item/?status__exact=submitted",
        "requests' parts of one": f"{admin}/approvals/item/?q={person.email[2:14]}",
        "access": f"{admin}/accounts/grant/",
        "mail": f"{admin}/notifications/outgoingmail/",
        "mail: given up": f"{admin}/notifications/outgoingmail/?state__exact=failed",
        "mail: part of an address": f"{admin}/notifications/outgoingmail/?q={person.email[2:14]}",
        "audit trail": f"{admin}/core/auditevent/",
        "audit trail of one": f"{admin}/core/auditevent/?q={person.email}",
    }


@contextmanager
def serving(application: str, *more: str) -> Iterator[http.client.HTTPConnection]:
    """The production server with that application, and a connection to it that is kept."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
            *("--threads", "4", "--keep-alive", "30", "--log-level", "error", "--timeout", "120"),
            *more,
        ],
        stderr=subprocess.DEVNULL,
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        for _ in range(300):
            try:
                connection.connect()
                break
            except OSError:
                time.sleep(0.1)
        yield connection
    finally:
        connection.close()
        server.terminate()
        server.wait()


def median_of(connection: http.client.HTTPConnection, path: str, cookie: str) -> float:
    """Milliseconds of one answer, the median of many."""
    times = []
    for _ in range(RUNS + 3):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        body = response.read()
        times.append((time.perf_counter() - started) * 1000)
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status} {body[:200]!r}")
    return statistics.median(times[3:])


def queries_of(client: Client, path: str) -> tuple[int, list[str]]:
    """How many queries a page asks, and which big tables they read from end to end."""
    client.get(path)
    connection = connections["default"]
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    read: set[str] = set()
    for query in queries:
        if query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"])
                answer = cursor.fetchone()[0]
            plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
            read |= set(read_whole(plan))
    return len(queries), sorted(read)


def read_whole(plan: dict[str, Any]) -> Iterator[str]:
    """Big tables of which a plan goes through more rows than a list could show."""
    name = plan.get("Relation Name", "")
    seen = plan.get("Actual Rows", 0) + plan.get("Rows Removed by Filter", 0)
    if name in BIG and seen * plan.get("Actual Loops", 1) > ACCOUNTS / 4:
        yield name
    for inner in plan.get("Plans", ()):
        yield from read_whole(inner)


def main() -> int:
    call_command("migrate", verbosity=0)
    call_command("load_directory", "--if-empty", stdout=StringIO())
    started = time.perf_counter()
    with connections["owner"].cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        person = fill()
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")
    helen = helpdesk()
    print(f"Filled in {time.perf_counter() - started:.0f} s: {ACCOUNTS:,} accounts")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(helen)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    # By itself: this package sets up the whole service.
    with serving("floor:application()", "--pythonpath", "bench") as connection:
        floor = median_of(connection, "/", "")
    results: dict[str, Any] = {}
    with serving("cpms.wsgi") as connection:
        for name, path in pages(person).items():
            ms = median_of(connection, path, cookie)
            queries, whole = queries_of(client, path)
            results[name] = {
                "ms": round(ms, 1),
                "floor": round(ms / floor, 1),
                "queries": queries,
                "reads_whole": whole,
            }
    print(f"floor {floor:.2f} ms")
    print(f"{'':28}{'ms':>9}{'× floor':>9}{'queries':>9}  reads whole")
    for name, one in results.items():
        read = ", ".join(one["reads_whole"])
        print(f"{name:28}{one['ms']:9}{one['floor']:9}{one['queries']:9}  {read}")
    print(json.dumps({"floor_ms": round(floor, 3), "accounts": ACCOUNTS, "pages": results}))
    slow = [name for name, one in results.items() if one["floor"] > ALLOWED or one["reads_whole"]]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
