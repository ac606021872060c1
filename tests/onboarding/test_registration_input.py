"""What people type: names and numbers as they are, and every bad input an error at its field."""

import re
import unicodedata

import pytest

from accounts.models import User
from onboarding.models import RegistrationDraft
from tests.factories.accounts import PASSWORD
from tests.onboarding.registering import (
    NAME,
    SECRET,
    SUMMARY,
    TERMS,
    WORK,
    draft,
    fill,
    post,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


@pytest.mark.requirement("CPMS-06")
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
    response = post(client, "name", {**NAME, "first_name": f" {first_name} ", "surname": surname})
    assert response["Location"] == "/register/work/"
    assert draft().answers["name"]["first_name"] == first_name


def test_a_name_is_composed_and_its_white_space_folded(client):
    decomposed = unicodedata.normalize("NFD", "Zoë")
    assert decomposed != "Zoë"
    post(client, "name", NAME, first_name=decomposed, surname=" van \u00a0 der   Berg ")
    assert draft().answers["name"]["first_name"] == "Zoë"
    assert draft().answers["name"]["surname"] == "van der Berg"


@pytest.mark.parametrize("field", ["first_name", "surname"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "\u200b",
        "\u3164",
        "Ann\u202e",
        "x" * 81,
        "a\0b",
        "a\nb",
        "http://evil.example",
        "www.evil.example",
        "Claim at evil.com",
        "a@b",
        "<b>",
        "😀",
        "1234",
        "-'.",
    ],
)
def test_a_bad_name_is_an_error_at_its_field(client, field, value):
    response = post(client, "name", {**NAME, field: value})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    assert 'value="rdjtest1@trust.example"' in response.content.decode()
    assert not RegistrationDraft.objects.exists()


def test_a_name_without_a_letter_is_asked_for_kindly(client):
    response = post(client, "name", {**NAME, "first_name": "😀"})
    assert "Enter your first name with at least 1 letter" in text_of(response)


@pytest.mark.requirement("CPMS-06")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Zoe.ONeill@Trust.Example ", "zoe.oneill@trust.example"),
        ("o'n+1@x.example", "o'n+1@x.example"),
        ("zoe@trust.example.", "zoe@trust.example"),
        ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("ｚｏｅ＠ｔｒｕｓｔ．ｅｘａｍｐｌｅ", "zoe@trust.example"),
    ],
)
def test_an_address_has_one_spelling(client, typed, kept):
    post(client, "name", {**NAME, "email": typed})
    assert draft().answers["name"]["email"] == kept


@pytest.mark.parametrize(
    "email",
    [
        *("", "nonsense", "a b@c.example", "x" * 250 + "@x.example", "a\0@b.example"),
        *("zoë@x.example", "a@b@c.example", "a@-x.example", "a@" + "ü" * 80 + ".example"),
        *("a\u200b@x.example", "a@x..example", "@x.example"),
    ],
)
def test_a_bad_address_is_an_error_at_its_field(client, email):
    response = post(client, "name", {**NAME, "email": email})
    assert response.context["form"].errors.keys() == {"email"}


@pytest.mark.requirement("CT-06")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  01632   960 001 ", "01632 960 001"),
        ("+44 (0)1632 960001", "+44 (0)1632 960001"),
        ("(01632) 960001 EXT.12", "(01632) 960001 ext 12"),
        ("01632-960-001 x 7", "01632-960-001 ext 7"),
        ("01632960001extension 123", "01632960001 ext 123"),
        ("０１６３２ ９６００００", "01632 960000"),
    ],
)
def test_contact_numbers_as_people_type_them(client, typed, kept):
    post(client, "name", NAME)
    assert post(client, "work", WORK, contact_number=typed).status_code == 302
    assert draft().answers["work"]["contact_number"] == kept


@pytest.mark.requirement("CT-06")
@pytest.mark.parametrize(
    "typed",
    [
        *("none", "12345", "1" * 16, "1" * 41, "01632 960\0001", "01632 960001 ext", "ext 12"),
        *("01632 960001; ask for Zoë", "+", "01632+960001", "٠١٦٣٢٩٦٠٠٠١", "() - ."),
    ],
)
def test_a_bad_contact_number_is_an_error_that_says_what_to_do(client, typed):
    post(client, "name", NAME)
    response = post(client, "work", WORK, contact_number=typed)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"contact_number"}
    if 0 < len(typed) <= 40 and "\0" not in typed:
        assert "Enter a contact number like 01632 960001" in text_of(response)
    assert 'value="Technical Lead"' in response.content.decode()


@pytest.mark.parametrize("job_title", ["x" * 121, "a\0b"])
def test_a_bad_job_title_is_an_error_at_its_field(client, job_title):
    post(client, "name", NAME)
    response = post(client, "work", WORK, job_title=job_title)
    assert response.context["form"].errors.keys() == {"job_title"}


@pytest.mark.requirement("CPMS-07")
@pytest.mark.parametrize("postcode", ["", "nonsense", "ZZ99 9ZZ", "SL6\0", "SL6 0PQ" * 50])
def test_the_postcode_is_required_and_checked(client, postcode):
    post(client, "name", NAME)
    response = post(client, "work", {"job_title": "Nurse", "postcode": postcode})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"postcode"}
    assert "Nurse" in response.content.decode()


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
    post(client, "name", NAME)
    post(client, "work", WORK)
    response = post(client, "password", {"password": password, "confirmation": confirmation})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not draft().password_hash


@pytest.mark.parametrize("password", ["Aa1!" * 33, "Gr0und#\0nut"])
def test_an_error_of_both_passwords_is_said_once(client, password):
    post(client, "name", NAME)
    post(client, "work", WORK)
    response = post(client, "password", {"password": password, "confirmation": password})
    assert response.context["form"].errors.keys() == {"password"}


def test_more_fields_than_the_forms_show_change_nothing(client):
    extra = {
        "is_active": "",
        "kind": "generic",
        "id": "1",
        "verified": "on",
        "version": "1999-01-01",
        "capabilities": "administer",
    }
    fill(client, {**NAME, **extra}, {**WORK, **extra}, {**SECRET, **extra}, {**TERMS, **extra})
    assert draft().answers["terms"]["version"] == "2026-11-21"
    client.post(SUMMARY, {"confirmed": "on", "email": "other@trust.example", **extra})
    assert not User.objects.exists()
    assert draft().registered_as == NAME["email"]


def test_an_optional_field_that_was_never_sent_is_empty_in_the_summary(client):
    post(client, "name", NAME)
    post(client, "work", {"postcode": WORK["postcode"]}, previous="yes")
    post(client, "password", SECRET)
    post(client, "terms", TERMS)
    assert client.get(SUMMARY).status_code == 200


class TestMistypedDomain:
    TYPED = {**NAME, "email": "Zoe@nhs.ent"}

    def test_the_page_asks_with_a_button_for_each_answer(self, client):
        response = post(client, "name", self.TYPED)
        assert response.status_code == 200
        content = response.content.decode()
        assert "Did you mean zoe@nhs.net?" in text_of(response)
        assert 'name="use_address" value="zoe@nhs.net"' in content
        assert 'name="keep_address" value="zoe@nhs.ent"' in content
        assert 'value="Richard"' in content

    def test_the_suggestion_is_taken_with_one_click(self, client):
        response = post(client, "name", self.TYPED, use_address="zoe@nhs.net")
        assert response["Location"] == "/register/work/"
        assert draft().answers["name"]["email"] == "zoe@nhs.net"

    def test_what_was_typed_is_kept_with_one_click_and_not_asked_again(self, client):
        kept = post(client, "name", self.TYPED, keep_address="zoe@nhs.ent")
        assert kept["Location"] == "/register/work/"
        assert draft().answers["name"]["email"] == "zoe@nhs.ent"
        post(client, "work", WORK)
        post(client, "password", SECRET)
        assert post(client, "terms", TERMS)["Location"] == SUMMARY
        changed = post(client, "name", {**self.TYPED, "email": "zoe@nhs.ent"}, surname="Other")
        assert changed["Location"] == "/register/password/"

    def test_another_mistake_is_asked_about_again(self, client):
        post(client, "name", self.TYPED, keep_address="zoe@nhs.ent")
        response = post(client, "name", {**NAME, "email": "zoe@gmial.com"})
        assert "Did you mean zoe@gmail.com?" in text_of(response)

    def test_an_answer_to_another_address_does_not_count(self, client):
        data = {**NAME, "email": "zoe@gmial.com"}
        for answer in ({"keep_address": "zoe@nhs.ent"}, {"use_address": "mallory@evil.example"}):
            assert "Did you mean zoe@gmail.com?" in text_of(post(client, "name", data, **answer))
        response = post(client, "name", NAME, use_address="zoe@gmail.com")
        assert response["Location"] == "/register/work/"
        assert draft().answers["name"]["email"] == NAME["email"]

    def test_who_corrects_the_address_by_hand_goes_on_with_next(self, client):
        content = post(client, "name", self.TYPED).content.decode()
        buttons = re.findall(r"<button[^>]*>\s*([^<]+?)\s*</button>", content.split("<main")[1])
        assert buttons == ["Use zoe@nhs.net", "Keep zoe@nhs.ent", "Next"]
        response = post(client, "name", {**NAME, "email": "zoe@trust.nhs.uk"})
        assert response["Location"] == "/register/work/"
        assert draft().answers["name"]["email"] == "zoe@trust.nhs.uk"

    @pytest.mark.parametrize("answer", ["use_address", "keep_address"])
    def test_what_was_typed_since_wins_over_either_answer(self, client, answer):
        value = {"use_address": "zoe@nhs.net", "keep_address": "zoe@nhs.ent"}[answer]
        post(client, "name", {**NAME, "email": "zoe@trust.nhs.uk"}, **{answer: value})
        assert draft().answers["name"]["email"] == "zoe@trust.nhs.uk"

    def test_next_alone_asks_again(self, client):
        for _ in range(2):
            assert "Did you mean zoe@nhs.net?" in text_of(post(client, "name", self.TYPED))

    def test_a_kept_address_can_be_registered(self, client):
        fill(client, name={**self.TYPED, "keep_address": "zoe@nhs.ent"})
        assert client.post(SUMMARY, {"confirmed": "on"}).status_code == 302
        assert draft().registered_as == "zoe@nhs.ent"
