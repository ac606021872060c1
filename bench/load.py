"""A hundred requests a second from the people of ten wards, nine of ten reading.

python -m cpms.local.testing -- python -m bench.load

fills the empty database that it is given to BEDS beds, lets people search, look at their board,
keep results fresh and change beds for as many seconds as LASTS says, prints a table of times and a
line of JSON; fails if the slowest hundredth takes more than ALLOWED, or an answer is not as it
should be. Requests come when they are due, whether or not those before them are answered, and a
time counts from then. Server, database and those who ask share the machine.
"""

import http.client
import json
import logging
import os
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from urllib.parse import urlencode

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.choices import Capability, GrantOrigin
from accounts.models import Grant
from availability.models import BedEntry
from bench.search import fill, worker
from bench.serving import PACKED, serving
from organisations.models import Ward

BEDS = int(os.environ.get("BEDS", "10000"))
LASTS = int(os.environ.get("LASTS", "30"))
RATE, PEOPLE, AT_ONCE = 100, 10, 40
ALLOWED = 300  # ms
# Seconds in which each process writes its statements, and plans them, for the first time
WARM_UP = int(os.environ.get("WARM_UP", "10"))
SEARCH = "/search/?postcode=SL6+0PQ"
# Of twenty requests
MIX = (
    *("search",) * 6,
    *("search, narrow",) * 2,
    *("ward board",) * 4,
    *("live refresh",) * 6,
    *("bed's change",) * 2,
)
SEEN = re.compile(rb'name="seen_entry" value="(\d+)"')


class Person:
    """Somebody at a ward, who changes its first bed to and fro."""

    def __init__(self, email: str, ward: Ward) -> None:
        sam = worker(email)
        Grant.objects.create(
            person=sam,
            capability=Capability.AVAILABILITY_EDIT,
            ward=ward,
            origin=GrantOrigin.BOOTSTRAP,
        )
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(sam)
        self.board = reverse("availability:board", args=[ward.pk])
        client.get(self.board)
        self.cookies = "; ".join(f"{c.key}={c.value}" for c in client.cookies.values())
        self.token = client.cookies["csrftoken"].value
        bed = ward.beds.order_by("pk")[0]
        self.change = reverse("availability:change", args=[bed.pk])
        self.seen = BedEntry.objects.filter(bed=bed).latest("starts_at").pk
        self.tag = ""
        self.is_free = False
        self.at_the_bed = threading.Lock()

    def ask(self, connection: http.client.HTTPConnection, what: str) -> None:
        if what == "bed's change":
            with self.at_the_bed:
                self.is_free = not self.is_free
                body = {
                    "state": "available" if self.is_free else "occupied",
                    "seen_entry": self.seen,
                    "seen_on_page": self.seen,
                    "csrfmiddlewaretoken": self.token,
                }
                answer = self.send(connection, "POST", self.change, {200}, urlencode(body))
                self.seen = int(SEEN.findall(answer)[0])
        elif what == "live refresh":
            self.send(connection, "GET", SEARCH.replace("?", "live/?"), {200, 304})
        else:
            narrow = f"{SEARCH}&service_type=cyp-picu&sex=female&age=15&radius=100"
            paths = {"search": SEARCH, "search, narrow": narrow}
            self.send(connection, "GET", paths.get(what, self.board), {200})

    def send(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        right: set[int],
        body: str | None = None,
    ) -> bytes:
        headers = {"Cookie": self.cookies}
        if body:
            form = "application/x-www-form-urlencoded"
            headers |= {"Content-Type": form, "HX-Request": "true"}
        elif "/live/" in path:
            headers |= {"If-None-Match": self.tag, "X-Background": "1"}
        if not body:
            headers |= PACKED
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status not in right:
            raise SystemExit(f"{method} {path}: {response.status} {answer[:200]!r}")
        if "/live/" in path:
            self.tag = response.getheader("ETag", "")
        return answer


def load(people: list[Person], host: str, port: int) -> dict[str, list[float]]:
    """The milliseconds of each request, by what was asked."""
    times: dict[str, list[float]] = defaultdict(list)
    own = threading.local()
    begin = time.perf_counter() + 0.5

    def one(number: int) -> None:
        due = begin + number / RATE
        time.sleep(max(due - time.perf_counter(), 0))
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection(host, port, timeout=60)
        what = MIX[number * 7 % len(MIX)]
        people[number // len(MIX) % len(people)].ask(own.connection, what)
        if number >= WARM_UP * RATE:
            times[what].append((time.perf_counter() - due) * 1000)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(one, number) for number in range((WARM_UP + LASTS) * RATE)]:
            done.result()
    return times


def main() -> int:
    logging.disable()
    call_command("migrate", verbosity=0)
    call_command("load_directory", stdout=StringIO())
    fill(0, BEDS, worker("editor@trust.example"))
    wards = Ward.objects.filter(service_type__group__code="cypmhs").order_by("pk")[:PEOPLE]
    people = [Person(f"person{ward.pk}@trust.example", ward) for ward in wards]
    with serving("cpms.wsgi", "--workers", "2") as service:
        times = load(people, service.host, service.port)
    everything = sorted(ms for found in times.values() for ms in found)
    print(f"{'':20}{'requests':>10}{'median ms':>11}{'p99 ms':>9}")
    results = {}
    for what, found in [*sorted(times.items()), ("all", everything)]:
        slowest = statistics.quantiles(found, n=100)[98]
        results[what] = {
            "requests": len(found),
            "median": round(statistics.median(found), 1),
            "p99": round(slowest, 1),
        }
        print(f"{what:20}{len(found):10}{results[what]['median']:11}{results[what]['p99']:9}")
    print(json.dumps({"beds": BEDS, "a_second": RATE, "answers": results}))
    return 1 if results["all"]["p99"] > ALLOWED else 0


if __name__ == "__main__":
    sys.exit(main())
