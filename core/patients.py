"""No patient's identity is stored: free text that holds an NHS number is refused."""

import re

from django.core.exceptions import ValidationError

# Ten digits in one run or as 3-3-4, with nothing numeric before or after.
TEN_DIGITS = re.compile(r"(?<![\d+])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)", re.ASCII)
CODE = "nhs_number"


def has_nhs_number(text: str) -> bool:
    """Whether ten digits of the text are an NHS number by their check digit (modulus 11)."""
    return any(is_nhs_number("".join(found.groups())) for found in TEN_DIGITS.finditer(text))


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits end in the check digit of the nine before it (NHS Data Dictionary)."""
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return (11 - total % 11) % 11 == int(digits[9])


def refuse_nhs_numbers(text: str) -> None:
    """A validator for free text. Raises ValidationError."""
    if has_nhs_number(text):
        raise ValidationError(
            "Remove the NHS number. Nothing about a patient may be entered here", code=CODE
        )
