"""What is typed is kept for the browser that typed it: tabs, refreshes, lost answers, a day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict
from onboarding.models import RegistrationDraft
from onboarding.registration.drafts import PASSWORD, keep_step, register, wizard_of
from onboarding.tasks import sweep_drafts
from tests.factories.accounts import person
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
    post,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
FIRST = "/register/name/"


def test_who_only_looks_leaves_no_row_and_no_cookie(client):
    assert client.get(START)["Location"] == FIRST
    assert client.get(FIRST).status_code == 200
    assert client.head(FIRST).status_code == 200
    assert post(client, "name", {**NAME, "surname": ""}).status_code == 200
    assert not RegistrationDraft.objects.exists()
    assert "registration" not in client.cookies


def test_the_first_answer_makes_the_row(client):
    post(client, "name", NAME)
    assert draft().answers["name"]["first_name"] == "Richard"


def test_an_answer_sent_twice_counts_once(client):
    post(client, "name", NAME)
    for _ in range(2):
        assert post(client, "work", WORK)["Location"] == "/register/password/"
    assert RegistrationDraft.objects.count() == 1


def test_a_second_tab_goes_on_with_the_same_answers(client):
    post(client, "name", NAME)
    assert client.get(START)["Location"] == "/register/work/"
    assert RegistrationDraft.objects.count() == 1


def test_two_tabs_answer_different_pages(client):
    fill(client)
    post(client, "work", WORK, job_title="Nurse")
    post(client, "terms", TERMS, communications="agree")
    text = text_of(client.get(SUMMARY))
    assert "Nurse" in text
    assert "I agree" in text


@pytest.mark.requirement("CPMS-08")
@pytest.mark.parametrize("changed", [{"first_name": "Dick"}, {"email": "dick@trust.example"}])
def test_who_changes_name_or_address_chooses_the_password_again(client, changed):
    fill(client)
    response = post(client, "name", {**NAME, **changed})
    assert response["Location"] == "/register/password/"
    assert draft().password_hash == ""
    page = text_of(client.get("/register/password/"))
    assert "You changed your name or email address, so choose your password again." in page
    assert "You have already chosen a password" not in page
    assert client.post(SUMMARY, {"confirmed": "on"})["Location"] == "/register/password/"
    assert post(client, "password", {"password": "", "confirmation": ""}).status_code == 200
    assert post(client, "password", SECRET)["Location"] == SUMMARY
    assert "choose your password again" not in text_of(client.get(SUMMARY))


def test_who_does_so_before_the_last_page_is_led_to_the_password_and_told(client):
    post(client, "name", NAME)
    post(client, "work", WORK)
    post(client, "password", SECRET)
    response = client.post("/register/name/", {**NAME, "surname": "Other"}, follow=True)
    assert response.redirect_chain[-1][0] == "/register/password/"
    assert "so choose your password again" in text_of(response)


def test_the_password_cannot_be_like_a_name_that_was_typed_afterwards(client):
    secret = {"password": "Correct-Horse-7", "confirmation": "Correct-Horse-7"}
    fill(client, secret=secret)
    post(client, "name", NAME, surname="Horse")
    assert post(client, "password", secret).status_code == 200
    assert draft().password_hash == ""


def test_who_sends_the_same_name_again_keeps_the_password(client):
    fill(client)
    assert post(client, "name", NAME)["Location"] == SUMMARY
    assert draft().password_hash


def test_going_back_and_sending_an_earlier_page_again_loses_nothing(client):
    post(client, "name", NAME)
    post(client, "work", WORK)
    assert post(client, "name", NAME, first_name="Dick")["Location"] == "/register/work/"
    assert draft().answers["work"] == {
        "job_title": "Technical Lead",
        "contact_number": "01632 960001",
        "postcode": "SL6 0PQ",
    }


@pytest.mark.parametrize("path", ["/register/work/", "/register/password/", SUMMARY])
def test_skipping_ahead_leads_to_the_first_open_step(client, path):
    everything = {**WORK, **SECRET, **TERMS, "confirmed": "on"}
    assert client.get(path)["Location"] == FIRST
    assert client.post(path, everything)["Location"] == FIRST
    assert not RegistrationDraft.objects.exists()
    post(client, "name", {**NAME, "first_name": "Only"})
    for page in {"/register/password/", "/register/terms/", SUMMARY}:
        assert client.post(page, everything)["Location"] == "/register/work/"
    assert draft().answers.keys() == {"name"}


@pytest.mark.parametrize("path", [SUMMARY, CHECK_EMAIL, "/register/change-address/"])
def test_without_a_draft_registration_starts_at_the_beginning(client, path):
    assert client.get(path)["Location"] == FIRST


def test_an_unknown_step_is_not_found(client):
    post(client, "name", NAME)
    assert client.get("/register/fish/").status_code == 404


def test_the_cookie_is_the_browsers_alone(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    post(client, "name", NAME)
    cookie = client.cookies["registration"]
    assert (cookie["path"], cookie["httponly"]) == ("/", True)
    assert (cookie["samesite"], cookie["secure"]) == ("Lax", True)


@pytest.mark.parametrize("value", ["", "x", "\0", "a:b:c", "8f443d80-b210-405a-a1af-61de177312a5"])
def test_a_forged_cookie_opens_no_draft(client, value):
    fill(Client())
    client.cookies["registration"] = value or str(draft().key)
    assert client.get(SUMMARY)["Location"] == FIRST


def test_who_is_signed_in_does_not_register(client):
    client.force_login(person("sam.signed"))
    assert client.get(START)["Location"] == reverse("home")
    assert client.get(FIRST)["Location"] == reverse("home")


def test_drafts_are_swept_after_a_day(client, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    post(client, "name", NAME)
    time_machine.move_to(start + timedelta(hours=23, minutes=59))
    sweep_drafts()
    assert RegistrationDraft.objects.exists()
    time_machine.move_to(start + timedelta(hours=24, minutes=1))
    sweep_drafts()
    assert not RegistrationDraft.objects.exists()


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize("path", ["/register/work/", SUMMARY, START, FIRST])
def test_who_comes_back_after_a_day_is_told_so_once(client, time_machine, swept, path):
    fill(client)
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    if swept:
        sweep_drafts()
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1][0] == FIRST
    assert "You began more than 24 hours ago" in text_of(response)
    assert "You began more than" not in text_of(client.get(START, follow=True))
    assert post(client, "name", NAME)["Location"] == "/register/work/"


def test_a_registered_draft_takes_no_more_answers(client):
    fill(client)
    early = draft()
    confirm(client)
    wizard = wizard_of(early)
    step = wizard.step("name")
    form = wizard.form(step, early.answers, NAME)
    assert form.is_valid()
    with pytest.raises(Conflict):
        keep_step(draft=early, step=step, form=form, valid=True)
    assert draft().answers == {}


def test_an_incomplete_draft_cannot_be_registered():
    with pytest.raises(Conflict):
        register(draft=RegistrationDraft.objects.create(answers={"name": NAME}))


def test_nothing_but_the_address_stays_of_a_registered_draft(client):
    fill(client)
    confirm(client)
    assert (draft().answers, draft().password_hash) == ({}, "")
    assert draft().registered_as == "rdjtest1@trust.example"


def test_after_registration_another_can_begin(client):
    fill(client)
    confirm(client)
    assert client.get(FIRST)["Location"] == CHECK_EMAIL
    assert client.get(START)["Location"] == FIRST
    assert client.get(FIRST).status_code == 200
    post(client, "name", NAME)
    assert RegistrationDraft.objects.count() == 2


def test_a_password_is_checked_against_the_name_that_another_tab_has_given(client):
    post(client, "name", NAME)
    post(client, "work", WORK)
    stale = draft()
    data = {"password": "Violin-Kettle-48", "confirmation": "Violin-Kettle-48"}
    form = wizard_of(stale).form(PASSWORD, stale.answers, data)
    assert form.is_valid()
    post(client, "name", {**NAME, "surname": "Kettle"})
    kept = keep_step(draft=stale, step=PASSWORD, form=form, valid=True)
    assert kept.password_hash == ""
    assert client.get(START)["Location"] == "/register/password/"
    post(client, "name", NAME)
    kept = keep_step(draft=stale, step=PASSWORD, form=form, valid=True)
    assert kept.password_hash
