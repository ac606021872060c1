"""Login and log out."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Link
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db
LOGIN = "/login/"


def log_in(client, login="richard.test1@trust.example", password=PASSWORD, path=LOGIN, **data):
    return client.post(path, {"login": login, "password": password, **data})


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.requirement("CPMS-13")
def test_the_page_has_the_words_of_the_guide(client):
    content = client.get(LOGIN).content.decode()
    for words in (
        "What is your email address?",
        "Password",
        "Remember your login details?",
        "Login",
        "Cancel",
        "Forgotten password?",
    ):
        assert f">{words}<" in re.sub(r"\s*([<>])\s*", r"\1", content), words
    assert f'href="{reverse("landing")}"' in content
    assert f'href="{reverse("account_reset_password")}"' in content


@pytest.mark.requirement("CPMS-13")
def test_the_right_password_leads_home(client, richard):
    response = log_in(client, login=" Richard.Test1@TRUST.example ")
    assert response["Location"] == reverse("home")
    assert signed_in(client)


@pytest.mark.requirement("CPMS-13")
def test_remembering_lasts_14_days_otherwise_the_browser_session(client, richard):
    log_in(client, remember="on")
    assert client.cookies["sessionid"]["max-age"] == 14 * 24 * 60 * 60
    client.post("/logout/")
    log_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client, richard):
    wrong = log_in(client, password="Wrong-Pass-9")
    unknown = log_in(client, login="nobody.here01@trust.example", password="Wrong-Pass-9")
    for response in (wrong, unknown):
        assert response.status_code == 200
        assert "The email address or the password is not correct" in response.content.decode()
    assert neutral(wrong) == neutral(unknown)
    assert not signed_in(client)


def neutral(response):
    """A page without what must differ: what was typed, and the tokens of the request."""
    text = re.sub(r"[a-z0-9.]+@trust\.example", "ADDRESS", response.content.decode())
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text)
    return re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "REFERENCE", text)


def test_an_unverified_person_waits_and_gets_a_link_of_our_own(client):
    zoe = person("zoe.waiting", verified=False)
    response = log_in(client, login=zoe.email)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert "We have sent you an email" in client.get(response["Location"]).content.decode()
    assert not signed_in(client)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("verify_address", zoe.email)
    assert Link.objects.filter(person=zoe).count() == 1


def test_an_unverified_person_with_a_wrong_password_learns_nothing(client):
    zoe = person("zoe.waiting", verified=False)
    response = log_in(client, login=zoe.email, password="Wrong-Pass-9")
    assert "is not correct" in response.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_disabled_account_is_told_only_after_the_right_password(client, richard):
    richard.is_active = False
    richard.save()
    assert "is not correct" in log_in(client, password="Wrong-Pass-9").content.decode()
    response = log_in(client)
    assert response["Location"] == reverse("account_inactive")
    assert "has been disabled" in client.get(response["Location"]).content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(
    "next_url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_login_leads_nowhere_else(client, richard, next_url):
    response = log_in(client, path=f"{LOGIN}?next={next_url}")
    assert response["Location"] == reverse("home")


def test_login_leads_back_to_the_page_that_asked_for_it(client, richard):
    asked = client.get("/home/?from=mail")
    assert asked["Location"].startswith(LOGIN)
    response = log_in(client, path=asked["Location"])
    assert response["Location"] == "/home/?from=mail"


def test_the_login_form_itself_carries_where_to_go(client, richard):
    response = log_in(client, next="/home/?from=mail")
    assert response["Location"] == "/home/?from=mail"


def test_limits_live_in_the_database():
    assert type(cache._connections["default"]).__name__ == "DatabaseCache"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"login": "a\0@trust.example", "password": "x\0"},
        {"login": "x" * 10_000, "password": "y" * 100_000},
        {"login": ["a", "b"], "password": ["c", "d"], "remember": "\0", "is_active": "0"},
    ],
)
def test_bad_input_is_an_error_at_a_field(client, data):
    response = client.post(LOGIN, data)
    assert response.status_code == 200
    assert response.context["form"].errors


def test_log_out_by_post_only(client, richard):
    client.force_login(richard)
    assert client.get("/logout/").status_code == 200
    assert signed_in(client)
    response = client.post("/logout/", follow=True)
    assert response.redirect_chain == [(reverse("landing"), 302)]
    assert "You have logged out" in response.content.decode()
    assert not signed_in(client)


def test_who_is_signed_in_is_led_home(client, richard):
    client.force_login(richard)
    for path in ("/", LOGIN):
        assert client.get(path)["Location"] == reverse("home")


def test_signing_up_leads_to_registration(client):
    assert client.get("/signup/")["Location"] == reverse("onboarding:register")


@pytest.mark.parametrize("path", ["/confirm-email/x/", "/email/", "/password/change/"])
def test_pages_of_allauth_that_the_product_does_not_use_are_not_there(client, richard, path):
    client.force_login(richard)
    assert client.get(path).status_code == 404


def test_queries_of_a_login(client, richard, django_assert_num_queries):
    log_in(client)
    client.post("/logout/")
    with django_assert_num_queries(75):
        log_in(client)


def test_queries_of_the_home_page(client, richard, django_assert_num_queries):
    client.force_login(richard)
    client.get("/home/")
    with django_assert_num_queries(5):
        client.get("/home/")
