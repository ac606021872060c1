"""The rules of CPMS-08, alone and beside Django's."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

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


@pytest.mark.parametrize("password", ["Richard-1", "7!Richard", "Test1!Te"])
def test_a_password_like_the_own_name_or_address_is_refused(password):
    assert refusals(password) == []
    assert any("similar" in message for message in refusals(password, RICHARD))


def test_a_common_password_is_refused():
    assert any("common" in message for message in refusals("P@ssw0rd"))
