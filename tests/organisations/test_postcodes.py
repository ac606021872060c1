"""Postcodes as people type them."""

import pytest
from django import forms

from core.errors import DomainError
from organisations.forms import PostcodeField
from organisations.postcodes import NotAPostcode, UnknownPostcode, resolve, split
from tests.factories.organisations import PostcodeLocationFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def maidenhead():
    PostcodeLocationFactory()
    return PostcodeLocationFactory(code="SL6", latitude=51.5, longitude=-0.7)


@pytest.mark.parametrize(
    "text", ["SL6 0PQ", "sl60pq", " sl6  0pq ", "Sl6 OPQ", "SL6\u00a00PQ", "S L 6 0 P Q"]
)
def test_a_full_postcode_is_placed_by_its_sector(text, django_assert_num_queries):
    with django_assert_num_queries(1):
        place = resolve(text)
    assert (place.postcode, place.precision) == ("SL6 0PQ", "sector")
    assert (place.latitude, place.longitude) == (51.5224, -0.6836)
    assert place.region_id == RegionFactory().pk


def test_an_unknown_sector_falls_back_to_its_outcode(django_assert_num_queries):
    with django_assert_num_queries(1):
        place = resolve("SL6 9PQ")
    assert (place.postcode, place.precision, place.latitude) == ("SL6 9PQ", "outcode", 51.5)


def test_half_a_postcode_is_enough_only_for_a_search():
    assert resolve("sl6", allow_outcode=True).postcode == "SL6"
    with pytest.raises(NotAPostcode):
        resolve("sl6")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("s018 1aa", ("SO18", "1AA")),
        ("0X3 7JX", ("OX3", "7JX")),
        ("1P33 2QZ", ("IP33", "2QZ")),
        ("SLI 1AA", ("SL1", "1AA")),
        ("LI 1AA", ("L1", "1AA")),
        ("CRO OAA", ("CR0", "0AA")),
        ("WIA IAA", ("W1A", "1AA")),
        ("EC1A 1BB", ("EC1A", "1BB")),
        ("B1 1AA", ("B1", "1AA")),
        ("YO10 5BN", ("YO10", "5BN")),
    ],
)
def test_letters_and_digits_that_look_alike_are_mended(text, parts):
    assert split(text) == parts


@pytest.mark.parametrize("text", ["Wit", "Mi", "SLI", "0X3"])
def test_half_a_postcode_is_not_mended(text):
    with pytest.raises(NotAPostcode):
        split(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "Maidenhead", "SL6 0P", "SL6 0PQQ", "6SL 0PQ", "SL6\x000PQ", "1" * 9999, "Ⅳ6 0PQ"],
)
def test_what_has_not_the_shape_is_told_the_shape(text, django_assert_num_queries):
    with (
        django_assert_num_queries(0),
        pytest.raises(NotAPostcode, match="Enter a full UK postcode, like SL6 0PQ"),
    ):
        resolve(text, allow_outcode=True)


def test_what_has_the_shape_but_is_not_known_says_so():
    with pytest.raises(UnknownPostcode, match="We do not know the postcode ZZ9 9ZZ") as refusal:
        resolve("zz99zz")
    assert isinstance(refusal.value, DomainError)


class PlaceOfWork(forms.Form):
    postcode = PostcodeField(label="What is your organisation postcode?")


@pytest.mark.requirement("CPMS-07")
def test_field_checks_and_tidies_a_postcode():
    form = PlaceOfWork({"postcode": " sl60pq"})
    assert form.is_valid()
    assert form.cleaned_data == {"postcode": "SL6 0PQ"}


@pytest.mark.requirement("CPMS-07")
@pytest.mark.parametrize("text", ["", "SL6", "ZZ9 9ZZ", "SL6\x00 0PQ", "x" * 100_000])
def test_field_refuses_what_is_no_known_full_postcode(text):
    form = PlaceOfWork({"postcode": text})
    assert not form.is_valid()
    assert list(form.errors) == ["postcode"]


def test_field_may_be_optional_and_may_take_half_a_postcode():
    field = PostcodeField(required=False, allow_outcode=True)
    assert field.clean("") == ""
    assert field.clean("sl6") == "SL6"


def test_field_has_the_width_and_purpose_of_a_postcode():
    html = str(PlaceOfWork()["postcode"])
    assert 'autocomplete="postal-code"' in html
    assert 'class="nhsuk-input--width-10"' in html
