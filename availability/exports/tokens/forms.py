from typing import Any

from django import forms
from django.urls import reverse

from accounts.fields import TextLine
from accounts.forms import page_helper


class TokenForm(forms.Form):
    """A new token: what it is for, and how long it works."""

    name = TextLine(
        label="What is the token for?",
        help_text="For example, Trust data warehouse. You find it again by this name",
        max_length=60,
        error_messages={
            "required": "Enter what the token is for",
            "max_length": "What the token is for must be 60 characters or fewer",
        },
    )
    days = forms.TypedChoiceField(
        label="How long should it work?",
        choices=[(30, "30 days"), (90, "90 days"), (365, "A year")],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose how long the token should work"
        ),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = page_helper(
            "name", "days", button="Make token", cancel_to=reverse("availability:tokens")
        )
