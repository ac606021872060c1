"""The rules of CPMS-08, alone and beside Django's."""

import time

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.passwords.words import own_words

pytestmark = pytest.mark.django_db

RICHARD = User(email="richard.test1@trust.example", first_name="Richard", surname="Test1")


def refusals(password, person=None):
    try:
        validate_password(password, person)
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.requirement("CPMS-08")
@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("gr0und#nut", "1 upper case letter"),
        ("GR0UND#NUT", "1 lower case letter"),
        ("Ground#nut", "1 number"),
        ("Gr0undnuts", "1 special character"),
        ("groundnuts", "1 upper case letter, 1 number and 1 special character"),
        ("ÄÖÜÄÖÜÄÖ1!", "1 lower case letter"),
    ],
)
def test_a_missing_kind_is_named(password, missing):
    assert refusals(password) == [f"Password must also contain at least {missing}"]


@pytest.mark.requirement("CPMS-08")
@pytest.mark.parametrize("password", ["Gr0und#nu", "Äpfel-7x", "Space 7 is special", "Naïve£99"])
def test_every_kind_once_is_enough(password):
    assert refusals(password) == []


@pytest.mark.requirement("CPMS-08")
def test_seven_characters_are_too_few():
    assert len(refusals("Gr0nd#n")) == 1
    assert "8 characters" in refusals("Gr0nd#n")[0]


@pytest.mark.parametrize("password", ["Richardt-1", "7!Richarde", "Test1!Te"])
def test_a_password_like_the_own_name_or_address_is_refused(password):
    assert refusals(password) == []
    assert len(refusals(password, RICHARD)) == 1


GRACE = User(email="grace.okoro@trust.example", first_name="Grace", surname="Okoro")
CHLOE = User(email="c2@trust.example", first_name="Chloë Ann", surname="D'Arcy")


@pytest.mark.parametrize(
    ("password", "somebody"),
    [
        ("Grace.Okoro1!", GRACE),
        ("7-long-words-and-gRACE", GRACE),
        ("Is-OKORO-the-1-here?", GRACE),
        ("7-long-words-and-Chloe", CHLOE),
        ("7-long-words-and-Chloë", CHLOE),
        ("7-long-words-and-Arcy", CHLOE),
    ],
)
def test_a_password_with_the_own_name_in_it_is_refused(password, somebody):
    assert refusals(password) == []
    words = "Password must not contain your name or a part of your email address"
    assert refusals(password, somebody) == [words]


def test_a_part_of_the_address_is_refused_and_its_domain_is_not():
    nurse = User(email="night_nightingale+x@trust.example", first_name="A", surname="B")
    assert refusals("1-Nightingale-sang", nurse)
    assert not refusals("Trust-in-7-people", nurse)


@pytest.mark.parametrize("first_name", ["", "Ann", "李", "-----"])
def test_short_names_are_in_many_passwords(first_name):
    somebody = User(email="@", first_name=first_name, surname="Xu")
    assert refusals("Annual-7-----李-Xu", somebody) == []


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd",
        "P@ssw0rd1!",
        "Dr@g0n-48213",
        "Hospita1!",
        "!7Trustno1",
        "Butt3rfly!99",
        "5Unsh!ne#22",
        # Of our own words, several in a row too
        "Winter2026!",
        "Nh5hospital1!",
        "NHS-w4rd_2026",
        "Summer@Ward7",
        "Cpms2026!!",
        "Perinatal-Unit-3",
        "Welcöme-2026",
    ],
)
def test_a_common_word_is_refused_in_disguise_too(password):
    (refusal,) = refusals(password)
    assert refusal.startswith("This password is easy to guess")
    assert "Choose another: three words" in refusal


@pytest.mark.parametrize(
    "password",
    ["Correct-Horse-7", "Kettle-Nurse-Violin-4", "Winterkettle-26", "Wa7d3n-Pool!", "#7-Xk9q-!!"],
)
def test_words_that_do_not_belong_together_are_no_common_password(password):
    assert refusals(password) == []


def test_our_own_words_are_long_enough_to_be_told_from_accidents():
    assert all(word.isalpha() and word.islower() and len(word) >= 3 for word in own_words())
    assert "capacity" in own_words()


def test_the_longest_password_is_checked_at_once():
    started = time.perf_counter()
    assert refusals("Aa1!" * 32) == []
    assert refusals("nhs1" * 31 + "Aq1!") == []
    assert time.perf_counter() - started < 1
