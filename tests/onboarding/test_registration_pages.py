"""Registration, part 1: the guide's pages in the guide's words, to the summary and back."""

import re

import pytest
from django.contrib.auth.hashers import check_password

from accounts.models import Registration
from tests.factories.accounts import PASSWORD
from tests.onboarding.registering import (
    CHECK_EMAIL,
    NAME,
    SECRET,
    START,
    SUMMARY,
    TERMS,
    WORK,
    confirm,
    draft,
    fill,
    labels,
    post,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


def test_four_pages_lead_from_the_start_to_the_summary(client):
    pages = 0
    response = client.get(START, follow=True)
    for answers in (NAME, WORK, SECRET, TERMS):
        assert response.status_code == 200
        pages += 1
        response = client.post(response.request["PATH_INFO"], answers, follow=True)
    assert (pages, response.request["PATH_INFO"]) == (4, SUMMARY)


@pytest.mark.requirement("CPMS-06")
def test_step_1_asks_in_the_words_of_the_guide(client):
    response = client.get(START, follow=True)
    assert "Create your account" in text_of(response)
    assert "To create your new account, please tell us a little about yourself" in text_of(response)
    assert labels(response) == [
        "What is your first name?",
        "What is your surname?",
        "What is your email address?",
    ]
    assert (
        "As part of the registration we will send you a link to verify your email address"
        in text_of(response)
    )
    assert ">Previous<" not in response.content.decode()
    assert post(client, "name", NAME)["Location"] == "/register/work/"


@pytest.mark.requirement("CPMS-07", "CT-06")
def test_step_2_asks_in_the_words_of_the_guide(client):
    post(client, "name", NAME)
    response = client.get("/register/work/")
    assert "Details about where you work" in text_of(response)
    assert labels(response) == [
        "What is your job title? (optional)",
        "What is your contact number? (optional)",
        "What is your organisation postcode?",
    ]
    assert "What is the postcode of the place you work?" in text_of(response)
    nothing_optional = {"postcode": WORK["postcode"]}
    assert post(client, "work", nothing_optional)["Location"] == "/register/password/"


@pytest.mark.requirement("CPMS-08")
def test_step_3_asks_in_the_words_of_the_guide(client):
    post(client, "name", NAME)
    post(client, "work", WORK)
    response = client.get("/register/password/")
    assert labels(response) == [
        "What would you like your password to be?",
        "Please confirm your password by typing it again",
    ]
    assert (
        "The password must be at least 8 characters long. It must also contain at least 1 upper "
        "case letter, at least 1 lower case letter, at least 1 number and at least 1 special "
        "character"
    ) in text_of(response)
    assert post(client, "password", SECRET)["Location"] == "/register/terms/"


@pytest.mark.requirement("CT-10")
def test_step_4_asks_for_the_terms_and_the_choice_about_news_without_a_default(client):
    post(client, "name", NAME)
    post(client, "work", WORK)
    post(client, "password", SECRET)
    response = client.get("/register/terms/")
    assert labels(response) == ["I accept the terms of use", "I agree", "I do not agree"]
    content = response.content.decode()
    assert "checked" not in content
    assert 'href="/terms-and-conditions/"' in content.split("<main")[1].split("</main>")[0]
    assert 'target="_blank"' not in content
    assert post(client, "terms", TERMS)["Location"] == SUMMARY


@pytest.mark.requirement("CT-10")
@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, {"accepted", "communications"}),
        ({"accepted": "on"}, {"communications"}),
        ({"communications": "agree"}, {"accepted"}),
        ({"accepted": "on", "communications": "perhaps\0"}, {"communications"}),
        ({"accepted": "on", "communications": "x" * 5_000}, {"communications"}),
    ],
)
def test_the_terms_must_be_accepted_and_the_choice_made(client, data, fields):
    post(client, "name", NAME)
    post(client, "work", WORK)
    post(client, "password", SECRET)
    response = post(client, "terms", data)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == fields
    assert "terms" not in draft().answers


def test_terms_that_changed_since_they_were_answered_are_asked_again(client, settings):
    fill(client)
    settings.TERMS_VERSION = "2027-01-01"
    assert client.get(SUMMARY)["Location"] == "/register/terms/"


@pytest.mark.requirement("CPMS-09")
def test_previous_keeps_what_was_typed_even_if_it_is_not_valid(client):
    post(client, "name", NAME)
    typed = {"job_title": "Nu\0rse", "contact_number": "later", "postcode": "half"}
    response = post(client, "work", typed, previous="yes")
    assert response["Location"] == "/register/name/"
    assert 'value="Richard"' in client.get("/register/name/").content.decode()
    assert post(client, "name", NAME)["Location"] == "/register/work/"
    content = client.get("/register/work/").content.decode()
    for value in ("Nurse", "later", "half"):
        assert f'value="{value}"' in content
    assert client.get("/register/password/")["Location"] == "/register/work/"


@pytest.mark.requirement("CPMS-09")
def test_previous_leads_back_page_by_page_from_the_summary(client):
    fill(client)
    assert client.post(SUMMARY, {"previous": "yes"})["Location"] == "/register/terms/"
    assert post(client, "terms", {}, previous="yes")["Location"] == "/register/password/"
    assert post(client, "password", {}, previous="yes")["Location"] == "/register/work/"
    assert 'value="SL6 0PQ"' in client.get("/register/work/").content.decode()
    assert post(client, "work", WORK, previous="yes")["Location"] == "/register/name/"
    assert check_password(PASSWORD, draft().password_hash)


def test_previous_without_a_password_does_not_count_as_one(client):
    post(client, "name", NAME)
    post(client, "work", WORK)
    post(client, "password", SECRET, previous="yes")
    assert client.get(SUMMARY)["Location"] == "/register/password/"


def test_the_chosen_password_may_be_kept(client):
    fill(client)
    assert "You have already chosen a password" in text_of(client.get("/register/password/"))
    response = post(client, "password", {"password": "", "confirmation": ""})
    assert response["Location"] == SUMMARY
    assert check_password(PASSWORD, draft().password_hash)


@pytest.mark.requirement("CPMS-10", "CT-06", "CT-10")
def test_the_summary_shows_every_answer_with_a_change(client):
    response = client.get(fill(client)["Location"])
    rows = re.findall(
        r'summary-list__key">(.*?)</dt>.*?summary-list__value">\s*(.*?)\s*</dd>.*?href="(.*?)">(\w+)<',
        response.content.decode(),
        re.DOTALL,
    )
    assert rows == [
        ("First name", "Richard", "/register/name/#id_first_name", "Change"),
        ("Surname", "Test1", "/register/name/#id_surname", "Change"),
        ("Email address", "rdjtest1@trust.example", "/register/name/#id_email", "Change"),
        ("Job title", "Technical Lead", "/register/work/#id_job_title", "Change"),
        ("Contact number", "01632 960001", "/register/work/#id_contact_number", "Change"),
        ("Postcode", "SL6 0PQ", "/register/work/#id_postcode", "Change"),
        ("Terms of use", "Accepted", "/register/terms/#id_accepted", "Change"),
        (
            "News about the service",
            "I do not agree",
            "/register/terms/#id_communications_0",
            "Change",
        ),
    ]
    assert "I confirm my details are correct" in labels(response)
    assert re.search(r"<button[^>]*>Register</button>", response.content.decode())


@pytest.mark.requirement("CPMS-10")
def test_a_change_comes_back_to_the_summary(client):
    fill(client)
    assert post(client, "name", NAME, surname="O’Brien-Müller")["Location"] != SUMMARY
    assert post(client, "password", SECRET)["Location"] == SUMMARY
    assert "O’Brien-Müller" in text_of(client.get(SUMMARY))
    assert post(client, "work", {"postcode": "SL6 0PQ"})["Location"] == SUMMARY
    assert text_of(client.get(SUMMARY)).count("Not given") == 2
    assert post(client, "terms", TERMS, communications="agree")["Location"] == SUMMARY
    assert "I agree" in text_of(client.get(SUMMARY))


@pytest.mark.requirement("CPMS-10")
def test_the_details_must_be_confirmed(client):
    fill(client)
    response = client.post(SUMMARY, {})
    assert response.context["form"].errors.keys() == {"confirmed"}
    assert not Registration.objects.exists()


@pytest.mark.requirement("CPMS-10", "CT-06", "CT-10")
def test_register_keeps_all_that_was_answered_until_the_address_is_proven(client):
    fill(client)
    response = client.post(SUMMARY, {"confirmed": "on"}, follow=True)
    assert response.redirect_chain == [(CHECK_EMAIL, 302)]
    assert "rdjtest1@trust.example" in text_of(response)
    kept = Registration.objects.get()
    assert (kept.first_name, kept.surname, kept.address) == tuple(NAME.values())
    assert (kept.job_title, kept.contact_number) == ("Technical Lead", "01632 960001")
    assert kept.work_postcode == "SL6 0PQ"
    assert check_password(PASSWORD, kept.password_hash)
    assert (kept.terms_version, kept.communications) == ("2026-11-21", False)


def test_a_password_is_kept_as_a_hash_alone(client):
    fill(client)
    kept = draft()
    assert check_password(PASSWORD, kept.password_hash)
    assert PASSWORD not in str(kept.answers)
    assert kept.answers["password"] == {}
    for page in ("/register/password/", SUMMARY):
        assert PASSWORD not in client.get(page).content.decode()


@pytest.mark.parametrize("step", ["name", "work", "password", "terms", "check-your-answers"])
def test_a_page_asks_for_the_draft_and_the_postcode(client, step, django_assert_num_queries):
    fill(client)
    with django_assert_num_queries(2):
        assert client.get(f"/register/{step}/").status_code == 200


def test_the_first_page_asks_the_database_for_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/register/name/").status_code == 200


def test_the_waiting_page_asks_one_query(client, django_assert_num_queries):
    fill(client)
    confirm(client)
    client.cookies.pop("sessionid")
    with django_assert_num_queries(1):
        assert client.get(CHECK_EMAIL).status_code == 200
