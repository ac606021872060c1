"""Fields that several forms of beds and wards have."""

from typing import Any

from django import forms


def whole_number(
    label: str, least: int, most: int, *, wrong: str = "", **kwargs: Any
) -> forms.IntegerField:
    """A number in a small box; whatever is wrong with it, the error says what may be entered."""
    wrong = wrong or f"Enter a number from {least} to {most}"
    field = forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-3"}),
        error_messages={"invalid": wrong, "required": wrong},
        **kwargs,
    )
    for validator in field.validators:
        validator.message = wrong  # type: ignore[attr-defined]
    return field
