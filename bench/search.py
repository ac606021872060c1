"""The search, the ward board and a bed's change at several sizes, through the production server.

python -m cpms.local.testing -- python -m bench.search

fills the empty database that it is given step by step to each of SIZES beds, prints a table of
times, as multiples of the floor (bench/floor.py), and a line of JSON; fails if a target is missed.
Each request to the service stands beside one to the floor, so that both meet the same machine.
"""

import http.client
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Capability, GrantOrigin
from accounts.models import Grant, User
from availability.models import Bed, BedEntry
from availability.services import add_beds
from bench.serving import FLOOR, PACKED, RUNS, queries_of, serving
from organisations.models import PostcodeLocation, ServiceGroup, ServiceType, Unit, Ward

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
BEDS_IN_WARD, WARDS_IN_UNIT, BEDS_OF_BOARD = 12, 4, 30
# Multiples of the floor, and queries, at the smallest size (design: performance)
TARGETS = {
    "search, 25 results": (25, 8),
    "ward board, 30 beds": (25, 8),
    "one bed's change": (25, 15),
    "live refresh, nothing new": (8, None),
}
GROWTH = {100_000: 1.3, 1_000_000: 2.0}
SEARCH = "search, 25 results"
TABLES = ("availability_bedentry", "availability_bed", "availability_wardtotals")
PLACES = ("organisations_ward", "organisations_unit")
GUARDED = (*TABLES[:2], *PLACES)

# Units at real sectors, wards of every type and kind, beds 88 % of which are occupied.
FILL = (
    """
    INSERT INTO organisations_unit (organisation_id, ods_code, ods_name, name, region_id, address,
                                    town, postcode, latitude, longitude, last_seen, search_text)
    SELECT o.ids[1 + n %% array_length(o.ids, 1)], 'B' || n, 'HOSPITAL ' || n, 'Hospital ' || n,
           r.ids[1 + n %% array_length(r.ids, 1)], '', 'Town', s.code || 'AA',
           s.latitude + (n * 31 %% 200 - 100) / 10000.0,
           s.longitude + (n * 17 %% 200 - 100) / 10000.0, '', ''
      FROM generate_series(%(first_unit)s::bigint, %(last_unit)s::bigint) n
      JOIN (SELECT row_number() OVER (ORDER BY md5(code)) - 1 AS number, code, latitude, longitude
              FROM organisations_postcodelocation
             WHERE country = 'England' AND code LIKE '%% %%') s ON s.number = n %% %(sectors)s,
           (SELECT array_agg(o.id) FROM organisations_organisation o
              JOIN organisations_organisationkind k ON k.code = o.kind
             WHERE k.asks_as = 'provider' AND o.closed_on IS NULL) o(ids),
           (SELECT array_agg(id) FROM organisations_region) r(ids)
    """,
    """
    INSERT INTO organisations_ward (unit_id, name, service_type_id, kind, sex, minimum_age,
                                    maximum_age, security_level, commissioned_beds, telephone,
                                    email, referral_hours, search_text)
    SELECT u.id, 'Ward ' || n, t.ids[1 + (n * 7 + n / 13) %% array_length(t.ids, 1)], 'inpatient',
           (ARRAY['male', 'female', 'mixed'])[1 + (n * 5 + n / 3) %% 3],
           (ARRAY[12, 13, 18])[1 + n %% 3], (ARRAY[18, 17, NULL])[1 + n %% 3], n %% 4,
           %(beds)s, '01632 960000', '', '24 hours', ''
      FROM generate_series(%(first_ward)s::bigint, %(last_ward)s::bigint) n
      JOIN organisations_unit u ON u.ods_code = 'B' || n / %(wards)s,
           (SELECT array_agg(id ORDER BY id) FROM organisations_servicetype) t(ids)
    """,
    """
    INSERT INTO organisations_ward_features (ward_id, feature_id)
    SELECT w.id, f.id FROM organisations_ward w, organisations_feature f
     WHERE w.name LIKE 'Ward %%' AND w.id > %(newest_ward)s AND (w.id + f.id) %% 3 = 0
    """,
    """
    INSERT INTO availability_bed (ward_id, name, position)
    SELECT id, 'Bed ' || n, n FROM organisations_ward, generate_series(1, %(beds)s) n
     WHERE id > %(newest_ward)s
    """,
    """
    INSERT INTO availability_bedentry (bed_id, starts_at, state, closed_reason, due_at, held_for,
                                       origin)
    SELECT id, now() - interval '3 days', state,
           CASE state WHEN 'closed' THEN 'staffing' ELSE '' END,
           CASE WHEN state IN ('reserved', 'preparing')
                THEN now() + (1 + id %% 40) * interval '1 hour' END,
           CASE state WHEN 'reserved' THEN 'A colleague' ELSE '' END, 'setup'
      FROM (SELECT id, CASE WHEN h < 88 THEN 'occupied' WHEN h < 94 THEN 'available'
                            WHEN h < 97 THEN 'closed' WHEN h < 98 THEN 'reserved'
                            ELSE 'preparing' END AS state
              FROM (SELECT id, abs(hashint8(id)) %% 100 AS h FROM availability_bed
                     WHERE ward_id > %(newest_ward)s) bed) bed
    """,
    """
    INSERT INTO availability_wardtotals (ward_id, available, coming, reserved, occupied, on_leave,
                                         preparing, isolated, closed, next_end_at, confirmed_at,
                                         confirmed_by_id, changed_at)
    SELECT b.ward_id, count(*) FILTER (WHERE state = 'available'), 0,
           count(*) FILTER (WHERE state = 'reserved'), count(*) FILTER (WHERE state = 'occupied'),
           0, count(*) FILTER (WHERE state = 'preparing'), 0,
           count(*) FILTER (WHERE state = 'closed'), min(e.due_at),
           now() - (b.ward_id %% 27) * interval '1 hour', %(editor)s, now() - interval '3 days'
      FROM availability_bed b JOIN availability_bedentry e ON e.bed_id = b.id
     WHERE b.ward_id > %(newest_ward)s GROUP BY b.ward_id
    """,
)


def fill(before: int, size: int, editor: User) -> None:
    """More wards, from so many beds to so many."""
    first, last = before // BEDS_IN_WARD, size // BEDS_IN_WARD - 1
    values = {
        "first_ward": first,
        "last_ward": last,
        "first_unit": -(-first // WARDS_IN_UNIT),
        "last_unit": last // WARDS_IN_UNIT,
        "beds": BEDS_IN_WARD,
        "wards": WARDS_IN_UNIT,
        "newest_ward": max(Ward.objects.values_list("pk", flat=True), default=0),
        "sectors": PostcodeLocation.objects.filter(country="England", code__contains=" ").count(),
        "editor": editor.pk,
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in FILL:
            cursor.execute(statement, values)
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")


def worker(email: str = "sam.searcher@trust.example") -> User:
    """Somebody who may search one group."""
    sam = User.objects.create_user(
        email,
        None,
        first_name="Sam",
        surname="Searcher",
        work_postcode="SL6 0PQ",
        terms_version=settings.TERMS_VERSION,
        communications=False,
    )
    EmailAddress.objects.create(user=sam, email=sam.email, primary=True, verified=True)
    Grant.objects.create(
        person=sam,
        capability=Capability.AVAILABILITY_VIEW,
        service_group=ServiceGroup.objects.get(code="cypmhs"),
        origin=GrantOrigin.BOOTSTRAP,
    )
    return sam


def ward_of(sam: User) -> Ward:
    """The ward of the board, whose beds Sam may change."""
    ward = Ward.objects.create(
        unit=Unit.objects.filter(closed_on=None, organisation__closed_on=None)[0],
        name="Ward with thirty beds",
        service_type=ServiceType.objects.filter(group__code="cypmhs")[0],
        sex="mixed",
        minimum_age=12,
        maximum_age=18,
        commissioned_beds=BEDS_OF_BOARD,
        telephone="01632 960000",
    )
    add_beds(ward=ward, number=BEDS_OF_BOARD, by=None)
    Grant.objects.create(
        person=sam,
        capability=Capability.AVAILABILITY_EDIT,
        ward=ward,
        origin=GrantOrigin.BOOTSTRAP,
    )
    return ward


class Asking:
    """What is measured: each gives a request, and says which answer is right."""

    def __init__(self, sam: User, ward: Ward) -> None:
        self.client = Client(HTTP_HOST="127.0.0.1")
        self.client.force_login(sam)
        self.board = reverse("availability:board", args=[ward.pk])
        self.client.get(self.board)
        self.search = f"{reverse('availability:search')}?postcode=SL6+0PQ"
        narrow = {"service_type": "cyp-picu", "sex": "female", "age": "15", "radius": "100"}
        self.narrow = f"{self.search}&{urlencode(narrow)}"
        self.live = f"{reverse('availability:live')}?postcode=SL6+0PQ"
        self.cookies = "; ".join(f"{c.key}={c.value}" for c in self.client.cookies.values())
        self.token = self.client.cookies["csrftoken"].value
        self.bed: Bed = ward.beds.order_by("pk")[0]
        self.tag = ""

    def page(self, path: str) -> Callable[[http.client.HTTPConnection], float]:
        return lambda connection: self.time(connection, "GET", path, 200)[0]

    def refresh(self, connection: http.client.HTTPConnection) -> float:
        ms, answer = self.time(
            connection,
            "GET",
            self.live,
            304 if self.tag else 200,
            {"If-None-Match": self.tag, "X-Background": "1"},
        )
        self.tag = answer.getheader("ETag", "")
        return ms

    def change(self, connection: http.client.HTTPConnection) -> float:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        path, body = self.next_change()
        return self.time(connection, "POST", path, 200, headers, urlencode(body))[0]

    def next_change(self) -> tuple[str, dict[str, str]]:
        newest = BedEntry.objects.filter(bed=self.bed).latest("starts_at")
        state = "occupied" if newest.state == "available" else "available"
        body = {
            "state": state,
            "seen_entry": str(newest.pk),
            "seen_on_page": str(newest.pk),
            "csrfmiddlewaretoken": self.token,
        }
        return reverse("availability:change", args=[self.bed.pk]), body

    def time(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        status: int,
        headers: dict[str, str] | None = None,
        body: str | None = None,
    ) -> tuple[float, http.client.HTTPResponse]:
        sent = {"Cookie": self.cookies, **PACKED, **(headers or {})}
        started = time.perf_counter()
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        text = response.read()
        ms = (time.perf_counter() - started) * 1000
        if response.status != status:
            raise SystemExit(f"{path}: {response.status} {text[:200]!r}")
        return ms, response

    def queries(self, what: str) -> int:
        """How many each asks."""
        with CaptureQueriesContext(connections["default"]) as queries:
            if what == "one bed's change":
                path, body = self.next_change()
                before = len(queries)
                self.client.post(path, body, headers={"HX-Request": "true"})
                return len(queries) - before
            if what == "live refresh, nothing new":
                tag = self.client.get(self.live)["ETag"]
                before = len(queries)
                self.client.get(self.live, headers={"If-None-Match": tag})
                return len(queries) - before
        paths = {SEARCH: self.search, "search, narrow": self.narrow}
        return queries_of(self.client, paths.get(what, self.board), big=(), rows=0)[0]


def measure(sam: User, ward: Ward, size: int) -> dict[str, dict[str, Any]]:
    asking = Asking(sam, ward)
    cases = {
        SEARCH: asking.page(asking.search),
        "search, narrow": asking.page(asking.narrow),
        "ward board, 30 beds": asking.page(asking.board),
        "one bed's change": asking.change,
        "live refresh, nothing new": asking.refresh,
    }
    results: dict[Any, dict[str, Any]] = {}
    with ExitStack() as stack:
        floor = stack.enter_context(serving(*FLOOR))
        service = stack.enter_context(serving("cpms.wsgi"))
        for name, ask in cases.items():
            times, floors = [], []
            for _ in range(RUNS + 3):
                floors.append(asking.time(floor, "GET", "/", 200)[0])
                times.append(ask(service))
            ms, least = statistics.median(times[3:]), statistics.median(floors[3:])
            results[name] = {
                "ms": round(ms, 1),
                "floor_ms": round(least, 2),
                "floor": round(ms / least, 1),
                "queries": asking.queries(name),
            }
    _, whole = queries_of(
        asking.client, asking.search, big=PLACES, rows=size // BEDS_IN_WARD // WARDS_IN_UNIT
    )
    results[SEARCH]["reads_whole"] = whole if size > min(SIZES) else []
    return results


def missed(results: dict[int, dict[str, dict[str, Any]]]) -> list[str]:
    """Targets that were not reached, in words."""
    found = []
    smallest = min(results)
    for name, (floor, queries) in TARGETS.items():
        one = results[smallest][name]
        if one["floor"] > floor:
            found.append(f"{name}: {one['floor']} × floor, not {floor}")
        if queries and one["queries"] > queries:
            found.append(f"{name}: {one['queries']} queries, not {queries}")
    for size, pages in results.items():
        grown = pages[SEARCH]["floor"] / results[smallest][SEARCH]["floor"]
        if grown > GROWTH.get(size, 1):
            found.append(f"{SEARCH}: {grown:.2f} × as long at {size:,} beds")
        for name, one in pages.items():
            if one["queries"] != results[smallest][name]["queries"]:
                found.append(f"{name}: {one['queries']} queries at {size:,} beds")
    return found


def main() -> int:
    logging.disable()
    call_command("migrate", verbosity=0)
    call_command("load_directory", stdout=StringIO())
    sam = worker()
    ward = None
    before = 0
    results: dict[Any, dict[str, Any]] = {}
    for size in SIZES:
        started = time.perf_counter()
        fill(before, size, sam)
        ward = ward or ward_of(sam)
        print(f"Filled in {time.perf_counter() - started:.0f} s: {size:,} beds", flush=True)
        results[size] = measure(sam, ward, size)
        before = size
    print(f"{'':28}{'beds':>10}{'ms':>9}{'× floor':>9}{'queries':>9}")
    for name in results[SIZES[0]]:
        for size, pages in results.items():
            one = pages[name]
            print(f"{name:28}{size:10,}{one['ms']:9}{one['floor']:9}{one['queries']:9}")
    print(json.dumps(results))
    problems = missed(results)
    print("\n".join(problems) or "Every target is reached.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
