"""What the measurements of pages share: the production server, times, queries and their plans."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

RUNS = int(os.environ.get("RUNS", "25"))
# As a browser asks for pages: packed.
PACKED = {"Accept-Encoding": "gzip"}
# By itself: this package sets up the whole service.
FLOOR = ("floor:application()", "--pythonpath", "bench")


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


def medians_of(
    service: http.client.HTTPConnection, floor: http.client.HTTPConnection, path: str, cookie: str
) -> tuple[float, float]:
    """Milliseconds of one answer and of one of the floor, the medians of many.

    They take turns, so that both meet the same machine.
    """
    times: list[list[float]] = [[], []]
    for _ in range(RUNS + 3):
        for connection, where, kept in ((floor, "/", times[1]), (service, path, times[0])):
            started = time.perf_counter()
            connection.request("GET", where, headers={"Cookie": cookie, **PACKED})
            response = connection.getresponse()
            body = response.read()
            kept.append((time.perf_counter() - started) * 1000)
            if response.status != 200:
                raise SystemExit(f"{where}: {response.status} {body[:200]!r}")
    ms, least = (statistics.median(kept[3:]) for kept in times)
    return ms, least


def queries_of(
    client: Client, path: str, *, big: Collection[str], rows: int
) -> tuple[int, list[str]]:
    """How many queries a page asks, and which tables of so many rows they read from end to end."""
    client.get(path)
    connection = connections["default"]
    with CaptureQueriesContext(connection) as queries, statements() as asked:
        client.get(path)
    read: set[str] = set()
    for sql, params in asked:
        if sql.lstrip().startswith("SELECT"):
            read |= set(read_whole(explain(sql, params)["Plan"], big, rows))
    return len(queries), sorted(read)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What the database is asked meanwhile: SQL and parameters, of what is prepared too."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(keep):
        yield asked


def explain(sql: str, params: Any = None) -> dict[str, Any]:
    """How the database answers it, having done so."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        answer = cursor.fetchone()[0]
    found: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[0]
    return found


def read_whole(plan: dict[str, Any], big: Collection[str], rows: int) -> Iterator[str]:
    """Tables of so many rows that a plan goes through from end to end."""
    name = plan.get("Relation Name", "")
    seen = plan.get("Actual Rows", 0) + plan.get("Rows Removed by Filter", 0)
    if name in big and seen * plan.get("Actual Loops", 1) > rows * 0.9:
        yield name
    for inner in plan.get("Plans", ()):
        yield from read_whole(inner, big, rows)
