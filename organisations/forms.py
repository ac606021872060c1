"""Form fields of the directory."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from organisations.postcodes import PostcodeError, resolve


class PostcodeField(forms.CharField):
    """A UK postcode that the directory can place; cleans 'sl60pq' to 'SL6 0PQ'."""

    def __init__(self, *, allow_outcode: bool = False, **kwargs: Any) -> None:
        self.allow_outcode = allow_outcode
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {
            "autocomplete": "postal-code",
            "class": "nhsuk-input--width-10",
        }

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return text
        try:
            return resolve(text, allow_outcode=self.allow_outcode).postcode
        except PostcodeError as error:
            raise ValidationError(str(error), code="postcode") from error


class DirectoryField(forms.Field):
    """One organisation of the directory, found by text."""

    def __init__(
        self, *, asks_as: str, find_url: Any = "", unlisted: bool = True, **kwargs: Any
    ) -> None:
        self.asks_as, self.find_url, self.unlisted = asks_as, find_url, unlisted
        super().__init__(**kwargs)
