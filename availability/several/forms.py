"""The form that changes several beds of a ward at once."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from availability.forms import LARGEST_ID, OUT_OF_DATE, StateForm
from availability.models import Bed, BedEntry
from availability.services import MOST_BEDS_AT_ONCE
from availability.words import plural
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link, Question

ALL = "all"


class SeenEntriesField(forms.CharField):
    """The entries that the page showed when the person decided, e.g. '17,23'."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        longest = MOST_BEDS_AT_ONCE * (len(str(LARGEST_ID)) + 1)
        super().__init__(max_length=longest, **kwargs)
        self.error_messages = dict.fromkeys(("required", "max_length"), OUT_OF_DATE)

    def clean(self, value: Any) -> list[int]:
        parts = super().clean(value).split(",")
        if not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
            raise ValidationError(OUT_OF_DATE)
        return [number for part in parts if (number := int(part)) <= LARGEST_ID]


class SeveralForm(StateForm):
    """Some beds of a ward, or all, and what each of them is now."""

    beds = forms.MultipleChoiceField(
        label="Which beds?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one bed",
            "invalid_choice": "Choose from the beds below",
            "invalid_list": "Choose from the beds below",
        },
    )
    seen_entries = SeenEntriesField()
    field_order = ("beds",)

    def __init__(self, *args: Any, entries: Iterable[BedEntry], back_url: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.bed_id): entry for entry in entries}
        choices = [(key, f"{one.bed}: {one.state_in_words}") for key, one in self.entries.items()]
        every = f"All {plural(len(choices), 'bed')}"
        self.fields["beds"].choices = [(ALL, every), *choices]  # type: ignore[attr-defined]
        self.fields["state"].label = "What is each of them now?"
        self.initial.setdefault("seen_entries", self.shown)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "seen_entries",
            Question("beds", exclusive=ALL, divider="or"),
            self.question(),
            ButtonGroup(Button("Save"), Link("Cancel", back_url)),
        )

    @property
    def shown(self) -> str:
        """The entries that the page shows."""
        return ",".join(str(entry.pk) for entry in self.entries.values())

    def clean_beds(self) -> list[Bed]:
        chosen = self.cleaned_data["beds"]
        if ALL in chosen and len(chosen) > 1:
            raise ValidationError("Choose all beds, or some of them, but not both")
        return [self.entries[key].bed for key in (self.entries if ALL in chosen else chosen)]

    def ask_again(self, problem: str) -> None:
        """Show a problem; what is sent next decides on the beds as they are shown now."""
        self.add_error(None, problem)
        again = self.data.copy()  # type: ignore[attr-defined]
        again["seen_entries"] = self.shown
        self.data = again

    @property
    def change(self) -> dict[str, Any]:
        """What services.change_beds is given; only once the form is valid."""
        given = self.cleaned_data
        return {
            "state": given["state"],
            "beds": given["beds"],
            "seen_entries": given["seen_entries"],
            **self.details,
        }
