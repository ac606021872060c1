import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.patients import has_nhs_number, is_nhs_number

# 943 476 5919 is the NHS Data Dictionary's own example.
EXAMPLE = "9434765919"


@pytest.mark.requirement("ERN-01")
@pytest.mark.parametrize("text", [EXAMPLE, "943 476 5919", "of 943-476-5919.", "x943 4765919y"])
def test_an_nhs_number_is_found_however_it_is_written(text):
    assert has_nhs_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9434765918",
        "01632 960000",
        "+44 1632 960000",
        "07700 900123",
        f"1{EXAMPLE}",
        f"{EXAMPLE}1",
        "ward 943, 476 beds",
    ],
)
def test_other_numbers_are_none(text):
    assert not has_nhs_number(text)


@given(st.integers(0, 999_999_999))
def test_of_ten_numbers_with_the_same_first_nine_digits_one_at_most_is_valid(number):
    valid = [digit for digit in range(10) if is_nhs_number(f"{number:09}{digit}")]
    assert len(valid) <= 1
