"""Forms of who keeps beds."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from availability.choices import BedState, ClosedReason
from availability.conditions import NEEDS
from availability.forms import DecidedForm
from availability.models import Bed, BedEntry, BedUpkeep
from availability.upkeep.names import LONGEST_NAME, checked, names_of
from availability.upkeep.services import AS_NEW, TAKEN
from core.errors import DomainError
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Link, Question
from crispy_nhsuk.text import Textarea

LARGEST_NUMBER = 10_000


class NameField(forms.CharField):
    """The name of one bed."""

    def __init__(self) -> None:
        super().__init__(
            label="Name of the bed",
            max_length=LONGEST_NAME,
            error_messages={
                "required": "Enter the name of the bed",
                "max_length": "Enter %(limit_value)d characters or fewer",
            },
            widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20"}),
        )

    def clean(self, value: Any) -> str:
        try:
            return checked(" ".join(super().clean(value).split()))
        except DomainError as error:
            raise ValidationError(str(error)) from error


class AsNewForm(forms.Form):
    """What beds are that come into use."""

    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in AS_NEW],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose occupied or closed"),
    )
    closed_reason = forms.ChoiceField(
        label="Why closed?",
        choices=[("", "Choose"), *ClosedReason.choices],
        required=False,
        error_messages={"invalid_choice": NEEDS[BedState.CLOSED]["closed_reason"].rstrip(".")},
    )

    ASKED = Conditional(
        "state",
        {BedState.CLOSED: ["closed_reason"]},
        hints={BedState.CLOSED: "For example, not staffed yet"},
    )

    def clean(self) -> None:
        cleaned = super().clean() or {}
        if cleaned.get("state") != BedState.CLOSED:
            self.errors.pop("closed_reason", None)
            cleaned["closed_reason"] = ""
        elif not cleaned.get("closed_reason") and "closed_reason" not in self.errors:
            self.add_error("closed_reason", NEEDS[BedState.CLOSED]["closed_reason"].rstrip("."))


class AddBedsForm(AsNewForm):
    """One bed or many."""

    names = forms.CharField(
        label="What are the beds called?",
        help_text="One name on each line. For many, enter the first and the last number, "
        "like Bed 1-12.",
        max_length=5000,
        widget=Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Enter the name of at least one bed",
            "max_length": "Enter %(limit_value)d characters or fewer",
        },
    )
    field_order = ("names",)

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].label = "What are they now?"
        self.fields["state"].help_text = "When one can take a patient, say so on the board."
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "names", self.ASKED, ButtonGroup(Button("Add beds"), Link("Cancel", back_url))
        )

    def clean_names(self) -> list[str]:
        try:
            return names_of(self.cleaned_data["names"])
        except DomainError as error:
            raise ValidationError(str(error)) from error


class BringBackForm(AsNewForm):
    """A retired bed comes into use again."""

    name = NameField()
    field_order = ("name",)

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].label = "What is it now?"
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "name", self.ASKED, ButtonGroup(Button("Bring back"), Link("Cancel", back_url))
        )


class RenameForm(forms.Form):
    """Another name; `was` is the one that the page showed."""

    was = forms.CharField(
        widget=forms.HiddenInput,
        max_length=LONGEST_NAME,
        error_messages=dict.fromkeys(
            ("required", "max_length"), "This page is out of date. Check the name and save again."
        ),
    )
    name = NameField()

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "was", "name", ButtonGroup(Button("Save"), Link("Cancel", back_url))
        )

    def ask_again(self, *, was: str) -> None:
        """What is sent next decides on the name as it is now."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["was"] = was  # type: ignore[index]


class RetireForm(DecidedForm):
    """Why a bed goes out of use; of one that is taken, that this is meant."""

    reason = forms.CharField(
        label="Why is it retired?",
        help_text="For example, the room is an office now. Enter no patient data.",
        max_length=BedUpkeep._meta.get_field("reason").max_length,
        validators=[refuse_nhs_numbers],
        error_messages={
            "required": "Enter why the bed is retired",
            "max_length": "Enter %(limit_value)d characters or fewer",
        },
    )

    def __init__(self, *args: Any, bed: Bed, entry: BedEntry, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks_again = []
        if entry.state in TAKEN:
            state = entry.get_state_display().lower()
            self.fields["anyway"] = forms.BooleanField(
                label=f"Retire {bed}, although it is {state}",
                error_messages={
                    "required": f"{bed} is {state}. Tick the box if it is to be retired all the "
                    "same"
                },
            )
            asks_again = ["anyway"]
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "seen_entry",
            Question("reason"),
            *asks_again,
            ButtonGroup(Button("Retire the bed"), Link("Cancel", back_url)),
        )


class MoveForm(forms.Form):
    """A button in the list of beds, which has no field to show an error at."""

    to = forms.ChoiceField(choices=[("up", "Up"), ("down", "Down")])
    seen = forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER)
