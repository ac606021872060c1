"""The form of a call."""

from typing import Any

from django import forms

from accounts.fields import TextLine
from accounts.forms import page_helper
from availability.follow_up.choices import DOUBTS, CallOutcome
from availability.models import Call


class CallForm(forms.Form):
    """What the ward said."""

    outcome = forms.ChoiceField(
        label="What did the ward say?",
        choices=CallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what the ward said"),
    )
    text = TextLine(
        label="Note for your colleagues (optional)",
        help_text="People of your organisation read it for 30 days. Enter no patient data.",
        required=False,
        max_length=Call._meta.get_field("text").max_length,
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )
    doubt = forms.BooleanField(
        label="Tell other searchers that the figures may be wrong",
        help_text="Tick this if no bed was free or suitable, though the ward shows one. Searchers "
        "read when the ward said so, not who asked, until the ward confirms or changes its beds.",
        required=False,
    )

    def __init__(self, data: Any = None, *, back_url: str) -> None:
        super().__init__(data)
        self.helper = page_helper(
            "outcome", "text", "doubt", button="Save the note", cancel_to=back_url
        )

    def clean(self) -> None:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome and cleaned.get("doubt") and outcome not in DOUBTS:
            said = " or ".join(f"“{CallOutcome(one).label}”" for one in DOUBTS)
            self.add_error("doubt", f"To tell other searchers, choose {said}")
