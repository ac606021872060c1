"""The terms of use and the choice about news: asked before anything else, kept for ever (CT-10)."""

import re

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from accounts.models import Consent
from core.models import AuditEvent
from tests.factories.accounts import helpdesk, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CT-10")]
PAGE = "/terms-of-use/"
YES = {"accepted": "on", "communications": "agree"}


@pytest.fixture
def zoe(client):
    zoe = person("zoe.oneill")
    client.force_login(zoe)
    return zoe


@pytest.fixture
def changed(settings):
    settings.TERMS_VERSION = "2027-01-01"


def main_of(response):
    return response.content.decode().split("<main")[1].split("</main>")[0]


def test_a_new_version_asks_again_and_leads_on_to_what_was_asked_for(client, zoe, settings):
    client.get(PAGE)
    client.post(PAGE, {"communications": "disagree"})
    settings.TERMS_VERSION = "2027-01-01"
    asked = client.get("/your-requests/?from=mail")
    assert asked["Location"] == f"{PAGE}?next=/your-requests/%3Ffrom%3Dmail"
    page = client.get(asked["Location"])
    assert "The terms have changed" in main_of(page)
    assert re.findall(r"<input[^>]* checked[ >]", main_of(page)) == re.findall(
        r'<input[^>]* value="disagree"[^>]*>', main_of(page)
    )
    assert f'href="{reverse("account_logout")}"' in main_of(page)
    assert client.post(asked["Location"], YES)["Location"] == "/your-requests/?from=mail"
    zoe.refresh_from_db()
    assert (zoe.terms_version, zoe.communications) == ("2027-01-01", True)
    kept = Consent.objects.order_by("pk").values_list("kind", "version", "agreed")
    assert list(kept) == [
        ("communications", "2026-11-21", False),
        ("terms", "2027-01-01", True),
        ("communications", "2027-01-01", True),
    ]
    assert AuditEvent.objects.get(event="terms.accepted").subject == zoe
    assert client.get(reverse("home")).status_code in (200, 302)
    assert PAGE not in client.get(reverse("home")).get("Location", "")


def test_who_never_accepted_any_is_asked_without_a_default(client, zoe):
    zoe.terms_version, zoe.communications = "", None
    zoe.save()
    page = client.get("/home/", follow=True)
    assert "have changed" not in main_of(page)
    assert "checked" not in main_of(page)


@pytest.mark.parametrize("path", ["/home/", "/approvals/", "/admin/", "/admin/accounts/user/"])
def test_nothing_is_shown_before(client, settings, path):
    client.force_login(helpdesk())
    settings.TERMS_VERSION = "2027-01-01"
    assert client.get(path)["Location"].startswith(PAGE)


def test_a_form_sent_meanwhile_is_kept(client, zoe, changed):
    response = client.post("/wards/1/confirm/", {"note": "as before"})
    assert response["Location"] == f"{PAGE}?next=/continue/"
    assert (
        "What you sent is kept: accept them to send it again."
        in client.get(response["Location"]).content.decode()
    )
    onwards = client.post(response["Location"], YES, follow=True)
    assert 'action="/wards/1/confirm/"' in onwards.content.decode()
    assert "as before" in onwards.content.decode()


def test_a_fragment_makes_the_browser_open_the_page(client, zoe, changed):
    response = client.get("/home/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == f"{PAGE}?next=/home/"


def test_open_pages_and_logging_out_stay_open(client, zoe, changed):
    for path in ("/terms-and-conditions/", "/privacy-policy/", "/contact-us/", "/logout/"):
        assert client.get(path).status_code == 200
    client.post("/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"accepted": "on"},
        {"communications": "agree"},
        {"accepted": "on", "communications": "\0"},
        {"accepted": "on", "communications": "x" * 9_999, "terms_version": "2027-01-01"},
    ],
)
def test_an_incomplete_answer_changes_nothing(client, zoe, changed, data):
    response = client.post(PAGE, data)
    assert response.status_code == 200
    assert response.context["form"].errors
    zoe.refresh_from_db()
    assert zoe.terms_version == "2026-11-21"
    assert not Consent.objects.exists()


@pytest.mark.parametrize("onwards", ["https://evil.example/", "//evil.example", "\0"])
def test_it_leads_nowhere_else(client, zoe, changed, onwards):
    response = client.post(PAGE, YES, query_params={"next": onwards})
    assert response["Location"] == reverse("home")


def test_the_choice_about_news_can_be_changed_at_any_time(client, zoe):
    page = client.get(PAGE)
    assert "I accept the terms" not in main_of(page)
    client.post(PAGE, {"communications": "agree"})
    zoe.refresh_from_db()
    assert zoe.communications is True
    assert Consent.objects.get().agreed is True
    assert AuditEvent.objects.get(event="communications.chosen").details == {"agreed": True}


@pytest.mark.parametrize("path", ["/your-requests/", "/help/"])
def test_every_page_leads_who_is_signed_in_to_the_choice_about_news(client, zoe, path):
    link = r'href="([^"]+)">News about the service</a>'
    page = client.get(re.search(link, client.get(path, follow=True).content.decode())[1])
    assert "May we send you news about the service?" in main_of(page)
    assert f'href="{reverse("terms_and_conditions")}"' in main_of(page)
    client.logout()
    assert not re.search(link, client.get("/help/").content.decode())


def test_the_application_can_neither_change_nor_delete_a_consent(zoe):
    Consent.objects.create(person=zoe, kind="terms", version="2026-11-21", agreed=True)
    for statement in ("UPDATE accounts_consent SET agreed = false", "DELETE FROM accounts_consent"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Consent.objects.get().agreed


def test_asking_costs_no_query(client, zoe, settings, django_assert_num_queries):
    # The session, the person, and for the head of the page what they hold and have not read
    with django_assert_num_queries(4):
        client.get(PAGE)
    settings.TERMS_VERSION = "2027-01-01"
    with django_assert_num_queries(2):
        assert client.get("/home/").status_code == 302
