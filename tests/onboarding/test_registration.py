"""Registration, part 1: the guide's pages, with nothing lost and nothing doubled."""

import re
import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.errors import Conflict
from notifications.models import OutgoingMail
from onboarding.models import RegistrationDraft
from onboarding.registration.drafts import keep_step, register, wizard_of
from onboarding.tasks import sweep_drafts
from tests.factories.accounts import PASSWORD, person
from tests.factories.organisations import PostcodeLocationFactory

pytestmark = pytest.mark.django_db

NAME = {"first_name": "Richard", "surname": "Test1", "email": "rdjtest1@trust.example"}
WORK = {"job_title": "Technical Lead", "postcode": "sl60pq"}
SECRET = {"password": PASSWORD, "confirmation": PASSWORD}
START, SUMMARY = "/register/", "/register/check-your-answers/"
CHECK_EMAIL = "/register/check-your-email/"


@pytest.fixture(autouse=True)
def place():
    return PostcodeLocationFactory()


def post(client, step, data, **more):
    return client.post(f"/register/{step}/", {**data, **more})


def fill(client, name=NAME, work=WORK, secret=SECRET):
    """Answer every step; leads to the summary."""
    client.get(START)
    post(client, "name", name)
    post(client, "work", work)
    return post(client, "password", secret)


def confirm(client):
    return client.post(SUMMARY, {"confirmed": "on"})


def draft():
    return RegistrationDraft.objects.get()


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def first_field_id(response):
    return re.findall(r"<label[^>]*>\s*([^<]+?)\s*</label>", response.content.decode())


def test_registration_begins_with_the_first_step(client):
    assert client.get(START)["Location"] == "/register/name/"
    assert RegistrationDraft.objects.count() == 1


@pytest.mark.requirement("CPMS-06")
def test_step_1_asks_in_the_words_of_the_guide(client):
    response = client.get(START, follow=True)
    assert "Create your account" in text_of(response)
    assert first_field_id(response) == [
        "What is your first name?",
        "What is your surname?",
        "What is your email address?",
    ]
    assert (
        "As part of the registration we will send you a link to verify your email address"
        in text_of(response)
    )
    assert post(client, "name", NAME)["Location"] == "/register/work/"


@pytest.mark.requirement("CPMS-07")
def test_step_2_asks_in_the_words_of_the_guide(client):
    client.get(START)
    post(client, "name", NAME)
    response = client.get("/register/work/")
    assert "Details about where you work" in text_of(response)
    assert first_field_id(response) == [
        "What is your job title? (optional)",
        "What is your organisation postcode?",
    ]
    assert "What is the postcode of the place you work?" in text_of(response)
    assert post(client, "work", WORK, job_title="")["Location"] == "/register/password/"


@pytest.mark.requirement("CPMS-07")
@pytest.mark.parametrize("postcode", ["", "nonsense", "ZZ99 9ZZ", "SL6\0", "SL6 0PQ" * 50])
def test_the_postcode_is_required_and_checked(client, postcode):
    client.get(START)
    post(client, "name", NAME)
    response = post(client, "work", {"job_title": "Nurse", "postcode": postcode})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"postcode"}
    assert "Nurse" in response.content.decode()


@pytest.mark.requirement("CPMS-08")
def test_step_3_asks_in_the_words_of_the_guide(client):
    client.get(START)
    post(client, "name", NAME)
    post(client, "work", WORK)
    response = client.get("/register/password/")
    assert first_field_id(response) == [
        "What would you like your password to be?",
        "Please confirm your password by typing it again",
    ]
    assert (
        "The password must be at least 8 characters long. It must also contain at least 1 upper "
        "case letter, at least 1 lower case letter, at least 1 number and at least 1 special "
        "character"
    ) in text_of(response)
    assert post(client, "password", SECRET)["Location"] == SUMMARY


@pytest.mark.requirement("CPMS-08")
@pytest.mark.parametrize(
    ("password", "confirmation", "field"),
    [
        ("groundnuts", "groundnuts", "password"),
        ("Rdjtest1!", "Rdjtest1!", "password"),
        (PASSWORD, "Correct-Horse-8", "confirmation"),
        (PASSWORD, "", "confirmation"),
        ("", PASSWORD, "password"),
        ("Aa1!" * 100, "Aa1!" * 100, "password"),
        ("Gr0und#\0nut", "Gr0und#\0nut", "password"),
    ],
)
def test_a_bad_password_is_an_error_at_its_field(client, password, confirmation, field):
    client.get(START)
    post(client, "name", NAME)
    post(client, "work", WORK)
    response = post(client, "password", {"password": password, "confirmation": confirmation})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not draft().password_hash


def test_a_password_is_kept_as_a_hash_alone(client):
    fill(client)
    kept = draft()
    assert check_password(PASSWORD, kept.password_hash)
    assert PASSWORD not in str(kept.answers)
    assert kept.answers["password"] == {}
    assert PASSWORD not in client.get("/register/password/").content.decode()


@pytest.mark.requirement("CPMS-09")
def test_previous_keeps_what_was_typed_even_if_it_is_not_valid(client):
    client.get(START)
    post(client, "name", NAME)
    response = post(client, "work", {"job_title": "Nu\0rse", "postcode": "half"}, previous="yes")
    assert response["Location"] == "/register/name/"
    assert 'value="Richard"' in client.get("/register/name/").content.decode()
    assert post(client, "name", NAME)["Location"] == "/register/work/"
    content = client.get("/register/work/").content.decode()
    assert 'value="Nurse"' in content
    assert 'value="half"' in content
    assert client.get("/register/password/")["Location"] == "/register/work/"


@pytest.mark.requirement("CPMS-09")
def test_previous_from_the_password_and_from_the_summary(client):
    fill(client)
    response = client.post(SUMMARY, {"previous": "yes"})
    assert response["Location"] == "/register/password/"
    response = post(client, "password", {}, previous="yes")
    assert response["Location"] == "/register/work/"
    assert 'value="SL6 0PQ"' in client.get("/register/work/").content.decode()
    assert check_password(PASSWORD, draft().password_hash)


def test_previous_without_a_password_does_not_count_as_one(client):
    client.get(START)
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


@pytest.mark.requirement("CPMS-10")
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
        ("Postcode", "SL6 0PQ", "/register/work/#id_postcode", "Change"),
    ]
    assert first_field_id(response) == ["I confirm my details are correct"]
    assert re.search(r"<button[^>]*>Register</button>", response.content.decode())


@pytest.mark.requirement("CPMS-10")
def test_a_change_comes_back_to_the_summary(client):
    fill(client)
    assert post(client, "name", NAME, surname="O’Brien-Müller")["Location"] == SUMMARY
    assert "O’Brien-Müller" in text_of(client.get(SUMMARY))
    assert post(client, "work", WORK, job_title="")["Location"] == SUMMARY
    assert "Not given" in text_of(client.get(SUMMARY))


@pytest.mark.requirement("CPMS-10")
def test_the_details_must_be_confirmed(client):
    fill(client)
    response = client.post(SUMMARY, {})
    assert response.context["form"].errors.keys() == {"confirmed"}
    assert not User.objects.exists()


@pytest.mark.requirement("CPMS-10", "CPMS-11")
def test_register_makes_the_account_and_mails_the_link(client):
    fill(client)
    response = client.post(SUMMARY, {"confirmed": "on"}, follow=True)
    assert response.redirect_chain == [(CHECK_EMAIL, 302)]
    assert "rdjtest1@trust.example" in text_of(response)
    user = User.objects.get()
    assert (user.first_name, user.surname, user.email) == tuple(NAME.values())
    assert (user.job_title, user.work_postcode) == ("Technical Lead", "SL6 0PQ")
    assert user.check_password(PASSWORD)
    assert OutgoingMail.objects.get().address == "rdjtest1@trust.example"


def test_nothing_but_the_address_stays_of_a_registered_draft(client):
    fill(client)
    confirm(client)
    assert (draft().answers, draft().password_hash) == ({}, "")
    assert draft().registered_as == "rdjtest1@trust.example"


def test_registering_twice_makes_one_account_and_one_mail(client):
    fill(client)
    for _ in range(2):
        assert confirm(client)["Location"] == CHECK_EMAIL
    assert User.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    for path in (SUMMARY, "/register/name/"):
        assert client.get(path)["Location"] == CHECK_EMAIL


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_register_makes_one_account_and_one_mail(client):
    fill(client)
    cookies = client.cookies
    barrier = threading.Barrier(4)
    answers = []

    def click():
        other = Client()
        other.cookies = cookies.copy()
        barrier.wait()
        try:
            answers.append(confirm(other)["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [CHECK_EMAIL] * 4
    assert User.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_a_known_address_is_answered_like_a_new_one(client):
    known = person("known.person")
    pages = []
    for address in (known.email, "fresh.person@trust.example"):
        client = Client()
        fill(client, name={**NAME, "email": address})
        client.post(SUMMARY, {"confirmed": "on"})
        response = client.get(CHECK_EMAIL)
        page = response.content.decode().replace(address, "ADDRESS")
        pages.append(re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "REFERENCE", page))
    assert pages[0] == pages[1]
    assert sorted(OutgoingMail.objects.values_list("kind", flat=True)) == [
        "already_registered",
        "verify_address",
    ]
    known.refresh_from_db()
    assert known.first_name == "Known"


def test_after_registration_another_can_begin(client):
    fill(client)
    confirm(client)
    client.get(START)
    assert RegistrationDraft.objects.count() == 2
    assert client.get("/register/name/").status_code == 200


@pytest.mark.parametrize("path", ["/register/work/", "/register/password/", SUMMARY])
def test_skipping_ahead_leads_to_the_first_open_step(client, path):
    client.get(START)
    assert client.get(path)["Location"] == "/register/name/"
    assert client.post(path, {**WORK, **SECRET, "confirmed": "on"})["Location"] == "/register/name/"
    assert draft().answers == {}


@pytest.mark.parametrize("path", ["/register/name/", SUMMARY, CHECK_EMAIL])
def test_without_a_draft_registration_starts_at_the_beginning(client, path):
    assert client.get(path)["Location"] == START


def test_an_unknown_step_is_not_found(client):
    client.get(START)
    assert client.get("/register/fish/").status_code == 404


def test_a_second_tab_goes_on_with_the_same_answers(client):
    client.get(START)
    post(client, "name", NAME)
    client.get(START)
    assert RegistrationDraft.objects.count() == 1
    assert client.get(START)["Location"] == "/register/work/"


def test_going_back_and_sending_an_earlier_page_again_loses_nothing(client):
    client.get(START)
    post(client, "name", NAME)
    post(client, "work", WORK)
    assert post(client, "name", NAME, first_name="Dick")["Location"] == "/register/work/"
    assert draft().answers["work"] == {"job_title": "Technical Lead", "postcode": "SL6 0PQ"}


def test_the_cookie_is_the_browsers_alone(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    client.get(START)
    cookie = client.cookies["registration"]
    assert (cookie["path"], cookie["httponly"]) == (START, True)
    assert (cookie["samesite"], cookie["secure"]) == ("Lax", True)


@pytest.mark.parametrize("value", ["", "x", "\0", "a:b:c", "8f443d80-b210-405a-a1af-61de177312a5"])
def test_a_forged_cookie_opens_no_draft(client, value):
    fill(Client())
    client.cookies["registration"] = value or str(draft().key)
    assert client.get(SUMMARY)["Location"] == START


def test_who_is_signed_in_does_not_register(client):
    client.force_login(person("sam.signed"))
    assert client.get(START)["Location"] == reverse("home")
    assert client.get("/register/name/")["Location"] == reverse("home")


@pytest.mark.parametrize(
    ("first_name", "surname"),
    [
        ("Zoë", "O'Neill"),
        ("Ng", "X"),
        ("D’Arcy", "van der Berg"),
        ("Nguyễn Thị", "李"),
        ("J. R. R.", "St. John"),
    ],
)
def test_names_as_people_have_them(client, first_name, surname):
    client.get(START)
    response = post(client, "name", {**NAME, "first_name": f" {first_name} ", "surname": surname})
    assert response["Location"] == "/register/work/"
    assert draft().answers["name"]["first_name"] == first_name


@pytest.mark.parametrize("field", ["first_name", "surname"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "\u200b",
        "Ann\u202e",
        "x" * 81,
        "a\0b",
        "a\nb",
        "http://evil.example",
        "www.evil.example",
        "Claim at evil.com",
        "a@b",
        "<b>",
    ],
)
def test_a_bad_name_is_an_error_at_its_field(client, field, value):
    client.get(START)
    response = post(client, "name", {**NAME, field: value})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    assert 'value="rdjtest1@trust.example"' in response.content.decode()
    assert draft().answers == {}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Zoe.ONeill@Trust.Example ", "zoe.oneill@trust.example"),
        ("o'n+1@x.example", "o'n+1@x.example"),
    ],
)
def test_the_address_is_trimmed_and_in_lower_case(client, typed, kept):
    client.get(START)
    post(client, "name", {**NAME, "email": typed})
    assert draft().answers["name"]["email"] == kept


@pytest.mark.parametrize(
    "email", ["", "nonsense", "a b@c.example", "x" * 250 + "@x.example", "a\0@b.example"]
)
def test_a_bad_address_is_an_error_at_its_field(client, email):
    client.get(START)
    response = post(client, "name", {**NAME, "email": email})
    assert response.context["form"].errors.keys() == {"email"}


def test_more_fields_than_the_form_shows_change_nothing(client):
    extra = {
        "is_active": "",
        "kind": "generic",
        "id": "1",
        "verified": "on",
        "capabilities": "administer",
    }
    fill(client, {**NAME, **extra}, {**WORK, **extra}, {**SECRET, **extra})
    client.post(SUMMARY, {"confirmed": "on", "email": "other@trust.example", **extra})
    user = User.objects.get()
    assert (user.email, user.kind, user.is_active) == (NAME["email"], "personal", True)
    assert not user.grants.exists()
    assert not user.emailaddress_set.get().verified


def test_drafts_are_swept_after_a_day(client, time_machine):
    client.get(START)
    time_machine.move_to(timezone.now() + timedelta(hours=23))
    sweep_drafts()
    assert RegistrationDraft.objects.exists()
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert client.get("/register/name/")["Location"] == START
    sweep_drafts()
    assert not RegistrationDraft.objects.exists()


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
    assert not User.objects.exists()


def test_too_many_registrations_from_one_address_are_refused(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "signup": "1/m/ip"}
    fill(client)
    confirm(client)
    client.get(START)
    fill(client)
    assert confirm(client).status_code == 429
    assert User.objects.count() == 1


def test_an_optional_field_that_was_never_sent_is_empty_in_the_summary(client):
    client.get(START)
    post(client, "name", NAME)
    post(client, "work", {"postcode": WORK["postcode"]}, previous="yes")
    post(client, "password", SECRET)
    assert client.get("/register/check-your-answers/").status_code == 200
