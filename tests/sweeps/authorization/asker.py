"""Asks as a browser does, but without what a test client does besides: there are many cells."""

import re
import traceback
from http.cookies import SimpleCookie
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler

CHANGES = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
      FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


class Asker:
    def __init__(self) -> None:
        self.handler = ClientHandler()
        self.handler.load_middleware()
        self.requests = RequestFactory()
        self.broken = ""
        got_request_exception.connect(self.keep)

    def keep(self, **kwargs: Any) -> None:
        """What a view could not cope with, for the message of the test."""
        self.broken = traceback.format_exc(limit=-4)

    def ask(
        self,
        method: str,
        address: str,
        data: Any = None,
        *,
        session: str = "",
        headers: dict[str, str] | None = None,
        with_token: bool = True,
    ) -> HttpResponse:
        """The answer; without `with_token` as if another website had made the browser ask."""
        self.requests.cookies = SimpleCookie({"sessionid": session} if session else {})
        if method == "POST":
            body = urlencode(data or {}, doseq=True, errors="replace")
            kind = "application/x-www-form-urlencoded"
            request = self.requests.post(address, body, content_type=kind, **headers or {})
        else:
            request = self.requests.generic(method, address, **headers or {})
        return self.answer(request, with_token)

    def send(self, address: str, body: bytes, kind: str, *, session: str) -> HttpResponse:
        """The answer to a body of whatever kind."""
        self.requests.cookies = SimpleCookie({"sessionid": session} if session else {})
        return self.answer(self.requests.generic("POST", address, body, kind), True)

    def answer(self, request: Any, with_token: bool) -> HttpResponse:
        # As from a page of the service; what comes without its token is another test's.
        request._dont_enforce_csrf_checks = with_token
        self.broken = ""
        response = self.handler.get_response(request)
        if response.streaming:
            whole = HttpResponse(b"".join(response.streaming_content), status=response.status_code)
            whole.headers = response.headers
            return whole
        return response


class Undone:
    """A block whose changes to the database are counted and taken back."""

    # What is taken back counts on, so that the last count is where the next block begins.
    before: ClassVar[dict[str, int]] = {}

    def __enter__(self) -> "Undone":
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        return self

    def changed(self) -> set[str]:
        """The tables that were written to since this was last asked, by triggers included."""
        before, now = self.before, changes()
        Undone.before = now
        return {table for table in now if now[table] != before.get(table, 0)}

    def __exit__(self, *error: Any) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(*error)


def changes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(CHANGES)
        return dict(cursor.fetchall())


def neutral(response: HttpResponse, address: str) -> tuple[Any, ...]:
    """An answer without what differs each time: its address, references, tokens, seconds."""
    page = response.content.decode(errors="replace").replace(urlsplit(address).path, "ADDRESS")
    page = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", page)
    page = re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "REFERENCE", page)
    page = re.sub(r'data-remaining="\d+"', "", page)
    # Of an address that could exist, "Help" leads to that kind of page.
    page = re.sub(r'href="/help/[^"]*"', "", page)
    # How long it is follows from the page.
    differing = ("X-Request-Reference", "Content-Length")
    headers = {name: value for name, value in response.items() if name not in differing}
    return response.status_code, page, headers
