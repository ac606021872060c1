"""Every form and every query takes whatever is sent: no failure, and no change beside its own.

The forms are found on the pages, as the person who may open them; what they may write stands in
the table of the authorization matrix.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.counts import LONG, often
from tests.sweeps.addresses import is_alike
from tests.sweeps.authorization.addresses import address_of
from tests.sweeps.authorization.asker import Undone
from tests.sweeps.authorization.cells import ALLOWED, Cell, cells_of, expected
from tests.sweeps.authorization.lines import Page
from tests.sweeps.authorization.payloads import payload_of
from tests.sweeps.authorization.table import TABLE
from tests.sweeps.authorization.test_matrix import BY_ITSELF, but_the_refusal, status_is_refusal
from tests.sweeps.forms import Form, read
from tests.sweeps.hostile import BROKEN, changed, changes_of, hostile_text

# What has no form of its own is asked with what may be sent there.
fuzzed = settings(
    max_examples=often(80),
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
PAGES = [page for page in TABLE.values() if LONG or not is_alike(page.name)]
SENT = [page.name for page in PAGES if page.post]
LOOKED_AT = [page.name for page in PAGES if page.get]


def who_may(page: Page, method: str) -> Cell | None:
    """The first who may ask for the page in that way, and of what."""
    cells = (cell for cell in cells_of(page, full=True) if cell.method == method)
    allowed = [cell for cell in cells if not cell.state and expected(page, cell) == ALLOWED]
    # Somebody who is signed in, where everybody may: what they have can be changed.
    return allowed[0] if allowed else None


def form_of(page: Page, cell: Cell, estate, asker) -> Form:
    """The form of the page itself, or what the matrix sends."""
    address = address_of(page, estate, cell.who, cell.place)
    if page.get:
        session = estate.cookies.get(("", cell.who), "")
        text = asker.ask("GET", address, session=session).content.decode()
        own = [form for form in read(text).forms if form.method == "post" and form.names]
        path = urlsplit(address).path
        for form in own:
            if urlsplit(form.action).path in ("", path):
                return form
    sent = payload_of(page, estate, asker, cell.place)
    values = [
        (name, value)
        for name, some in sent.items()
        for value in (some if isinstance(some, list) else [str(some)])
    ]
    return Form(address, "post", values, list(sent))


def every(step: int, names: Sequence[str]) -> Sequence[str]:
    """One of so many pages, by its name; all where the full count is asked for."""
    return [name for name in names if LONG or sum(name.encode()) % step == 0]


def in_turn(values: Sequence[Any], name: str, step: int = 8) -> Sequence[Any]:
    """Every eighth or so, others for another page; all where the full count is asked for."""
    return values if LONG else values[sum(name.encode()) % step :: step]


def ids_of_others(estate) -> list[str]:
    return [str(pk) for objects in estate.objects.values() for pk in objects.values()]


def check(page: Page, response, undone: Undone, asker, writes: set[str]) -> None:
    assert response.status_code < 500, asker.broken
    written = undone.changed() - writes - BY_ITSELF
    strange = but_the_refusal(written) if status_is_refusal(response) else written
    assert not strange, f"wrote to {strange}"
    leads_to = response.get("Location", "")
    assert not urlsplit(leads_to).netloc, f"leads to {leads_to}"


@pytest.mark.parametrize("name", every(2, SENT))
def test_a_form_takes_whatever_is_sent(name, estate, asker):
    page = TABLE[name]
    cell = who_may(page, "POST")
    if cell is None:
        return
    form = form_of(page, cell, estate, asker)
    names = [*form.names, *(button for button, _ in form.buttons)] or ["x"]
    buttons = st.sampled_from([[], *([button] for button in form.buttons)])
    address = address_of(page, estate, cell.who, cell.place)
    session = estate.cookies.get(("", cell.who), "")

    @fuzzed
    @given(changes_of(names, form.choices, ids_of_others(estate)), buttons)
    def send(changes, button):
        with Undone() as undone:
            fields = changed([*form.values, *button], changes)
            response = asker.ask("POST", address, fields, session=session)
            check(page, response, undone, asker, set(page.writes))

    send()


@pytest.mark.parametrize("name", every(3, SENT))
def test_a_form_takes_what_no_browser_sends(name, estate, asker):
    page = TABLE[name]
    cell = who_may(page, "POST")
    if cell is None:
        return
    form = form_of(page, cell, estate, asker)
    address = address_of(page, estate, cell.who, cell.place)
    session = estate.cookies.get(("", cell.who), "")
    names = form.names if LONG else form.names[:1]
    plain = "application/x-www-form-urlencoded"
    multipart = "multipart/form-data; boundary=x"
    bodies = [
        *((f"{quote(name)}=".encode() + broken, plain) for name in names for broken in BROKEN),
        (b"\xff\xfe\0=\xed\xa0\x80&&=&==", plain),
        ("&".join(f"x{number}=1" for number in range(2_000)).encode(), plain),
        (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb", multipart),
        (
            b'--x\r\nContent-Disposition: form-data; name="\0"; filename=".."\r\n\r\n--x--',
            multipart,
        ),
        (b"", "multipart/form-data"),
        (b'{"a": [' + b"[" * 10_000, "application/json"),
        (b"<?xml", "text/xml; charset=no-such-thing"),
        (b"a=b", plain + "; charset=utf-7"),
    ]
    for body, kind in in_turn(bodies, name):
        with Undone() as undone:
            response = asker.send(address, body, kind, session=session)
            check(page, response, undone, asker, set(page.writes))


@pytest.mark.parametrize("name", every(2, LOOKED_AT))
def test_an_address_takes_whatever_is_asked(name, estate, asker):
    page = TABLE[name]
    cell = who_may(page, "GET")
    if cell is None:
        return
    address = address_of(page, estate, cell.who, cell.place)
    path = urlsplit(address).path
    session = estate.cookies.get(("", cell.who), "")
    shown = asker.ask("GET", address, session=session)
    found = read(shown.content.decode(errors="replace"))
    asked = {"q", "page", "next", *(field for field, _ in pairs(urlsplit(address).query))}
    asked |= {name for form in found.forms if form.method == "get" for name in form.names}
    for link in found.links:
        if urlsplit(link).path in ("", path):
            asked |= {name for name, _ in pairs(urlsplit(link).query)}

    @fuzzed
    @given(
        st.lists(
            st.tuples(st.sampled_from(sorted(asked)), st.one_of(hostile_text, *broken_text)),
            min_size=1,
            max_size=5,
        )
    )
    def ask(pairs):
        query = "&".join(f"{quote(name)}={value_of(value)}" for name, value in pairs)
        with Undone() as undone:
            response = asker.ask("GET", f"{path}?{query}", session=session)
            check(page, response, undone, asker, set(page.records))

    ask()


broken_text = [st.sampled_from(BROKEN)]


def value_of(value) -> str:
    return value.decode() if isinstance(value, bytes) else quote(value.encode("utf-8", "replace"))


def pairs(query: str) -> list[tuple[str, str]]:
    found = (one.partition("=") for one in query.split("&"))
    return [(name, value) for name, _, value in found if re.fullmatch(r"[\w-]+", name)]


HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ["", "\0", "x" * 5_000, "en;q=NaN", ",".join(["en"] * 500)],
    "HTTP_REFERER": ["", "//", "https://evil.example/", "http://[::1", "\xff"],
    "HTTP_X_FORWARDED_FOR": ["", "999.999.999.999", "a, b, c", "::1%\0", "1.1.1.1," * 500],
    "HTTP_HX_REQUEST": ["true", "\xff", "false"],
    "HTTP_HX_CURRENT_URL": ["http://[::1", "javascript:alert(1)", "\0"],
    "HTTP_HX_TARGET": ["\0", "x" * 5_000],
    "HTTP_USER_AGENT": ["", "\0", "\xff" * 300, "x" * 9_000],
    "HTTP_ACCEPT": ["", "\0", "*/*;q=NaN"],
    "HTTP_IF_MODIFIED_SINCE": ["yesterday", "\0", "9" * 400],
    "HTTP_IF_NONE_MATCH": ["*", '"', "x" * 5_000],
    "CONTENT_LENGTH": ["-1", "x", ""],
    "HTTP_COOKIE": [
        "sessionid=\0; csrftoken=\xff",
        "sessionid=" + "x" * 5_000,
        "messages=" + "W1t" * 900,
        "messages=[[[[; sessionid=' OR 1=1",
        "csrftoken=; sessionid=; registration=a:b:c",
        "; ;;=; $Version=1; a",
    ],
}


@pytest.mark.parametrize("name", ["landing", "home", "account_login", "availability:search"])
@pytest.mark.parametrize("header", HEADERS)
def test_a_page_takes_whatever_the_headers_say(name, header, estate, asker):
    page = TABLE[name]
    cell = Cell("GET", "viewer", "")
    address = address_of(page, estate, cell.who, "")
    for value in HEADERS[header]:
        for method in ("GET", "POST"):
            with Undone() as undone:
                response = asker.ask(
                    method,
                    address,
                    session="" if header == "HTTP_COOKIE" else estate.cookies["", "viewer"],
                    headers={header: value},
                )
                check(page, response, undone, asker, {*page.writes, *page.records})


def test_nothing_is_done_without_the_token_of_the_form(estate, asker):
    """Each form is one of our pages': another website's is refused, and changes nothing."""
    for page in in_turn(list(TABLE.values()), "any"):
        cell = who_may(page, "POST") if page.post else None
        if cell is None:
            continue
        address = address_of(page, estate, cell.who, cell.place)
        data = payload_of(page, estate, asker, cell.place)
        session = estate.cookies.get(("", cell.who), "")
        with Undone() as undone:
            response = asker.ask("POST", address, data, session=session, with_token=False)
            assert response.status_code == 403, page.name
            assert not but_the_refusal(undone.changed() - BY_ITSELF), page.name


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "\thttps://evil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/\r\n/evil.example",
    "\0//evil.example",
    "ftp://testserver/",
)


@pytest.mark.parametrize("name", every(4, sorted({*SENT, *LOOKED_AT})))
def test_no_page_leads_to_another_website(name, estate, asker):
    page = TABLE[name]
    for method in ("GET", "POST"):
        cell = who_may(page, method)
        if cell is None:
            continue
        path = urlsplit(address_of(page, estate, cell.who, cell.place)).path
        session = estate.cookies.get(("", cell.who), "")
        data = dict(payload_of(page, estate, asker, cell.place)) if method == "POST" else {}
        for target in in_turn(ELSEWHERE, name, 8):
            query = urlencode({"next": target, "redirect_to": target, "return": target})
            with Undone():
                sent = {**data, "next": target} if method == "POST" else None
                response = asker.ask(method, f"{path}?{query}", sent, session=session)
                leads_to = response.get("Location", "")
                parts = urlsplit(leads_to.replace("\\", "/"))
                assert not parts.netloc, (target, leads_to)
                assert parts.scheme in ("", "http") or not leads_to, (target, leads_to)
                assert not leads_to.startswith(("//", "/\\", "\\")), (target, leads_to)
