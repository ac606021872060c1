"""Tokens: programs read the exports with them, for their person, and nothing else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.choices import AccountKind, Capability
from accounts.leaving import disable_person, enable_person, revoke_grants
from accounts.models import User
from accounts.models.links import hash_of
from accounts.reauthentication.proof import PROVEN_AT
from accounts.retention import anonymise
from availability.exports.tokens.queries import live_tokens
from availability.exports.tokens.services import MOST_TOKENS, make_token, revoke_token
from availability.models import ExportToken
from availability.rules import may_search_in_own_name
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from tests.factories.accounts import grant, helpdesk, person, searcher
from tests.factories.organisations import ServiceGroupFactory
from tests.sweeps.addresses import every_address

pytestmark = pytest.mark.django_db

TABLE = "/exports/bed-days/?from=2026-01-01&to=2026-01-31&format=csv"


@pytest.fixture
def sam():
    return searcher(ServiceGroupFactory())


@pytest.fixture
def text(sam):
    return make_token(name="Warehouse", days=30, by=sam)


def ask(client, text: str, address: str = TABLE, scheme: str = "Bearer"):
    return client.get(address, headers={"Authorization": f"{scheme} {text}"})


def events() -> list[str]:
    return list(
        AuditEvent.objects.filter(event__startswith="export_token")
        .order_by("pk")
        .values_list("event", flat=True)
    )


def test_a_token_opens_the_exports_without_a_session(client, text):
    response = ask(client, text)
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbfRegion code")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert ask(client, text, scheme="bearer").status_code == 200


def test_only_the_hash_of_a_token_is_kept(sam, text):
    token = ExportToken.objects.get()
    assert token.token_hash == hash_of(text)
    assert re.fullmatch(r"cpms_[\w-]{43}", text)
    assert events() == ["export_token.made"]
    assert text not in str(AuditEvent.objects.values_list("details", flat=True))


def test_a_token_opens_nothing_but_what_hands_data_out(client, text, rf):
    """Every other address leads whoever asks with a token to the login, as without one."""
    opened = set()
    for address in every_address():
        response = ask(client, text, address.path)
        if response.status_code != 302 or not response.url.startswith("/login/"):
            without = client.get(address.path)
            if without.status_code == 302 and without.url.startswith("/login/"):
                opened.add(address.name)
    marked = {
        f"availability:{pattern.name}"
        for pattern in patterns_of("availability")
        if hasattr(pattern.callback, "token_check")
    }
    assert opened == marked
    assert all(name.startswith(("availability:export_", "availability:fhir")) for name in marked)


def patterns_of(app: str):
    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            else:
                yield pattern

    (resolver,) = [
        one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == app
    ]
    return walk(resolver.url_patterns)


def test_with_a_token_nothing_is_sent(client, text):
    response = client.post(TABLE, headers={"Authorization": f"Bearer {text}"})
    assert response.status_code == 405


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer cpms_wrong",
        "Basic c2FtOnNhbQ==",
        "Bearer a\u00e9",
        "x" * 5000,
    ],
)
def test_whatever_is_no_token_is_refused_in_the_same_words(client, text, header):
    response = client.get(TABLE, headers={"Authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.content == b"This token does not work.\n"


def refused(client, text) -> bool:
    response = ask(client, text)
    assert response.status_code in (200, 401)
    if response.status_code == 200:
        b"".join(response.streaming_content)
    return response.status_code == 401 and response.content == b"This token does not work.\n"


def test_a_wrong_token_is_no_better_with_somebodys_session(client, sam, text):
    client.force_login(sam)
    assert refused(client, "cpms_wrong")


def test_a_token_dies_with_the_access_and_does_not_come_back(client, sam, text):
    revoke_grants(person=sam, by=helpdesk(), because="Moved")
    assert refused(client, text)
    grant(sam, Capability.AVAILABILITY_VIEW, service_group=ServiceGroupFactory())
    assert refused(client, text)
    assert events() == ["export_token.made", "export_token.ended"]


def test_a_token_goes_on_while_there_is_some_access_left(client, sam, text):
    other = ServiceGroupFactory(code="perinatal", name="Perinatal", position=3)
    second = grant(sam, Capability.AVAILABILITY_VIEW, service_group=other)
    revoke_grants(person=sam, by=helpdesk(), because="Moved", grants=[second])
    assert not refused(client, text)


def test_a_token_dies_with_the_account_and_does_not_come_back(client, sam, text):
    disable_person(person=sam, by=sam)
    assert refused(client, text)
    enable_person(person=sam, by=helpdesk())
    assert refused(client, text)


def test_a_token_is_dead_where_its_grant_ran_out(client, sam, text):
    sam.grants.update(
        valid_from=timezone.now() - timedelta(days=9), valid_until=timezone.now() - timedelta(1)
    )
    assert refused(client, text)


def test_a_token_waits_for_what_its_owner_has_to_do_first(client, sam, text):
    User.objects.filter(pk=sam.pk).update(terms_version="2000-01-01")
    assert refused(client, text)
    User.objects.filter(pk=sam.pk).update(terms_version=settings.TERMS_VERSION)
    assert not refused(client, text)


def test_of_an_account_that_is_shared_no_token_works(client, sam, text):
    User.objects.filter(pk=sam.pk).update(kind=AccountKind.GENERIC)
    assert refused(client, text)
    assert "shared" in may_search_in_own_name(User.objects.get(pk=sam.pk)), "nor is one made for it"


def test_a_token_ends_on_its_day(client, sam, text):
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert refused(client, text)
        # Its name is free again.
        make_token(name="Warehouse", days=30, by=sam)


def test_a_token_is_for_searching_whatever_else_its_owner_may(client, text, sam):
    grant(sam, Capability.ADMINISTER)
    assert ask(client, text).wsgi_request.user.capabilities == {Capability.AVAILABILITY_VIEW}


def test_its_last_use_is_kept_to_the_minute(client, text, django_assert_max_num_queries):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        ask(client, text)
        clock.shift(30)
        ask(client, text)
        assert ExportToken.objects.get().last_used_at == now
        clock.shift(60)
        ask(client, text)
    assert ExportToken.objects.get().last_used_at == now + timedelta(seconds=90)


def test_who_asks_too_often_is_told_to_wait(client, text, settings):
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "export": "2/m/key",
        "wrong_token": "2/m/ip",
    }
    assert [ask(client, text).status_code for _ in range(3)] == [200, 200, 429]
    answers = [ask(client, "wrong") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[-1]["Retry-After"] == "60"


def test_a_program_is_told_in_plain_words_what_it_asked_wrongly(client, text):
    response = ask(client, text, "/exports/bed-days/?to=nonsense")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")
    assert b"to: Last day must be a real date\n" in response.content
    assert b"from: Enter the first day\n" in response.content


class TestPages:
    def proven(self, client, user):
        client.force_login(user)

    def test_a_token_is_shown_once(self, client, sam):
        self.proven(client, sam)
        given = {"name": "Trust data warehouse", "days": "90"}
        page = client.post(reverse("availability:new_token"), given).content.decode()
        (text,) = re.findall(r"<code>(cpms_[^<]+)</code>", page)
        assert ExportToken.objects.get().token_hash == hash_of(text)
        listed = client.get(reverse("availability:tokens")).content.decode()
        assert "Trust data warehouse" in listed
        assert text not in listed

    def test_making_one_asks_for_the_password(self, client, sam):
        self.proven(client, sam)
        session = client.session
        session[PROVEN_AT] = 0
        session.save()
        page = client.post(reverse("availability:new_token"), {"name": "W", "days": "30"})
        assert "You are about to make a token" in page.content.decode()
        assert not ExportToken.objects.exists()

    def test_what_is_wrong_stands_at_the_field(self, client, sam, text):
        self.proven(client, sam)
        url = reverse("availability:new_token")
        for given, words in (
            ({"days": "30"}, "Enter what the token is for"),
            ({"name": "x" * 61, "days": "30"}, "must be 60 characters or fewer"),
            ({"name": "a\0b", "days": "30"}, "Null characters are not allowed"),
            ({"name": "943 476 5919", "days": "30"}, "NHS number"),
            ({"name": "New", "days": "9999"}, "Choose how long"),
            ({"name": "New", "days": "9" * 99}, "Choose how long"),
            ({"name": "Warehouse", "days": "30"}, "You have a token of this name"),
        ):
            assert words in client.post(url, given).content.decode(), given
        assert ExportToken.objects.count() == 1

    def test_a_revoked_token_works_no_more(self, client, sam, text):
        self.proven(client, sam)
        token = ExportToken.objects.get()
        page = client.post(reverse("availability:revoke_token", args=[token.pk]), follow=True)
        assert "works no more" in page.content.decode()
        client.logout()
        assert refused(client, text)
        assert events() == ["export_token.made", "export_token.revoked"]

    def test_nobody_revokes_the_token_of_somebody_else(self, client, sam, text):
        sid = searcher(ServiceGroupFactory(), "sid.secure")
        self.proven(client, sid)
        token = ExportToken.objects.get()
        assert client.post(reverse("availability:revoke_token", args=[token.pk])).status_code == 404
        assert not revoke_token(token=token, by=sid)
        assert live_tokens(sam).get() == token

    def test_the_profile_leads_there_who_may_have_one(self, client, sam, text):
        self.proven(client, sam)
        assert "1 in use" in client.get(reverse("your_account")).content.decode()
        self.proven(client, person("nora.nothing"))
        assert "Tokens for exports" not in client.get(reverse("your_account")).content.decode()


def test_a_name_is_used_once_and_tokens_are_few(sam, text):
    with pytest.raises(Conflict):
        make_token(name="Warehouse", days=30, by=sam)
    for number in range(MOST_TOKENS - 1):
        make_token(name=f"Token {number}", days=30, by=sam)
    with pytest.raises(DomainError, match="Revoke one"):
        make_token(name="One more", days=30, by=sam)


def test_of_who_is_made_anonymous_no_token_is_left(sam, text):
    disable_person(person=sam, by=sam)
    anonymise(person=sam)
    assert not ExportToken.objects.exists()
