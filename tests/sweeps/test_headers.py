"""Every answer, errors included, carries the whole set of headers."""

import json
import re

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from core.cookies import cookies
from core.headers import FEATURES
from cpms.urls import handler429, handler500  # noqa: F401
from tests.core.test_cookies import Visitor
from tests.counts import LONG
from tests.cpms.test_production import PRODUCTION, start
from tests.factories.accounts import PASSWORD, UserFactory, helpdesk
from tests.factories.organisations import PostcodeLocationFactory
from tests.onboarding.registering import fill
from tests.sweeps.addresses import every_address, is_alike

pytestmark = pytest.mark.django_db


@login_not_required
def fail(request, status):
    if status == 500:
        raise RuntimeError("broken on purpose")
    if error := {400: BadRequest, 403: PermissionDenied, 404: Http404}.get(status):
        raise error
    return HttpResponse(status=status)


urlpatterns = [path("fail/<int:status>/", fail), path("", include("cpms.urls"))]

EXPECTED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def missing(response):
    """What the answer lacks of the set."""
    lacks = {name for name, value in EXPECTED.items() if response.get(name) != value}
    directives = response.get("Content-Security-Policy", "").split(";")
    if dict(one.strip().split(" ", 1) for one in directives if one.strip()) != POLICY:
        lacks.add("Content-Security-Policy")
    if set(response.get("Permissions-Policy", "").split(", ")) != {f"{one}=()" for one in FEATURES}:
        lacks.add("Permissions-Policy")
    if response.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        lacks.add("Referrer-Policy")
    return lacks | {name for name in ("Server", "X-Powered-By") if name in response}


def is_stored(response):
    return "no-store" not in response.get("Cache-Control", "")


@pytest.mark.parametrize(("who", "method"), [(None, "get"), (None, "post"), (helpdesk, "get")])
def test_every_address_answers_with_all_headers_and_stores_nothing_personal(client, who, method):
    person = who() if who else None
    if person:
        client.force_login(person)
    session = client.cookies.pop("sessionid", None)
    lacking, stored = {}, set()
    for address in every_address():
        if is_alike(address.name) and not LONG:
            continue
        client.cookies.clear()
        if session:
            client.cookies["sessionid"] = session.value
        answer = getattr(client, method)(address.path)
        if lacks := missing(answer):
            lacking[address.name] = lacks
        if (person or answer.cookies) and is_stored(answer):
            stored.add(address.name)
    assert not lacking
    assert not stored


@pytest.mark.urls("tests.sweeps.test_headers")
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 429, 500])
@pytest.mark.parametrize("signed_in", [False, True])
def test_every_error_answers_with_all_headers(status, signed_in):
    client = Client(raise_request_exception=False)
    if signed_in:
        client.force_login(UserFactory())
    answer = client.get(f"/fail/{status}/")
    assert answer.status_code == status
    assert not missing(answer)
    assert not (signed_in and is_stored(answer))


def test_requests_that_no_view_sees_are_answered_with_all_headers(client):
    for answer in (
        client.get("/", headers={"Host": "evil.example"}),
        client.get("/nowhere/"),
        Client(enforce_csrf_checks=True).post("/login/"),
        client.delete("/home/"),
    ):
        assert answer.status_code >= 400
        assert not missing(answer)


def test_http_is_led_to_https_with_all_headers(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/help/")
    assert answer["Location"].startswith("https://")
    assert not missing(answer)


def test_files_and_public_texts_may_be_stored(client, settings):
    client.cookies.clear()
    assert is_stored(client.get("/help/"))
    client.force_login(UserFactory())
    settings.WHITENOISE_USE_FINDERS = True
    client.handler.load_middleware()
    file = client.get("/static/css/cpms.css")
    assert "public" in file["Cache-Control"]
    assert is_stored(file)
    assert not missing(file)
    file.close()


def test_an_address_with_a_secret_names_itself_to_nobody(client):
    answer = client.get(reverse("verify_link", args=["secret"]))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not is_stored(answer)


def test_production_asks_for_https_and_binds_every_cookie_to_the_host(settings):
    probe = (
        "import json; from cpms.settings import production as p\n"
        "keep = ('SESSION_COOKIE', 'CSRF_COOKIE', 'COOKIE_PREFIX', 'SECURE_HSTS')\n"
        "print(json.dumps({n: getattr(p, n) for n in dir(p) if n.startswith(keep)}))"
    )
    answer = start("-c", probe, **PRODUCTION)
    assert not answer.returncode, answer.stderr
    for name, value in json.loads(answer.stdout).items():
        setattr(settings, name, value)
    visitor = Visitor()
    visitor.defaults["wsgi.url_scheme"] = "https"
    PostcodeLocationFactory()
    fill(visitor)
    visitor.post("/wards/1/confirm/")
    visitor.get("/login/")
    visitor.post("/login/", {"login": UserFactory().email, "password": PASSWORD, "remember": "on"})
    names = ("session", "csrf", "messages", "registration")
    assert {f"__Host-{name}" for name in names} <= visitor.given.keys()
    assert all(cookie.name.startswith("__Host-") for cookie in cookies())
    for name, cookie in visitor.given.items():
        assert name.startswith("__Host-"), name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] in ("Lax", "Strict"), name
    visitor.handler.load_middleware()
    header = visitor.get("/help/", secure=True)["Strict-Transport-Security"]
    assert re.fullmatch(r"max-age=31536000; includeSubDomains; preload", header)


def test_the_policy_has_no_exceptions():
    assert django_settings.CONTENT_SECURITY_POLICY.keys() == {"DIRECTIVES"}
