"""What of a ward's history somebody wants to see."""

from datetime import date, datetime, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from availability.models import Bed
from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button

# Before the service; what is older cannot have been recorded.
EARLIEST = date(2000, 1, 1)


def refuse_other_days(day: date) -> None:
    """A validator. Raises ValidationError for days of which nothing can be known."""
    if day > timezone.localdate():
        raise forms.ValidationError("Enter today's date or an earlier one")
    if day < EARLIEST:
        raise forms.ValidationError(f"Enter a date from {EARLIEST.year} on")


class FilterForm(forms.Form):
    """The lines of one day, of one bed."""

    bed = forms.ChoiceField(
        label="Bed",
        required=False,
        error_messages={"invalid_choice": "Choose a bed from the list"},
    )
    day = DateField(
        what="day", label="Day (optional)", required=False, validators=[refuse_other_days]
    )

    def __init__(self, *args: Any, beds: list[Bed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beds = {str(bed.pk): bed for bed in beds}
        choices = [
            (key, f"{bed} (retired)" if bed.retired_at else str(bed))
            for key, bed in self.beds.items()
        ]
        self.fields["bed"].choices = [("", "The whole ward"), *choices]  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        asked = ["bed", "day"] if beds else ["day"]
        self.helper.layout = Layout(*asked, Button("Show"))

    def clean_bed(self) -> Bed | None:
        return self.beds.get(self.cleaned_data["bed"])


class MomentForm(forms.Form):
    """A moment that has passed."""

    day = DateField(what="date", label="Date", validators=[refuse_other_days])
    at = forms.TimeField(
        label="Time",
        help_text="For example, 14:30",
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5"}),
        error_messages={
            "required": "Enter the time, like 14:30",
            "invalid": "Enter a real time, like 14:30",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout("day", "at", Button("Show the ward"))

    def clean(self) -> None:
        cleaned = super().clean() or {}
        if "day" in cleaned and "at" in cleaned:
            minute = timezone.make_aware(datetime.combine(cleaned["day"], cleaned["at"]))
            now = timezone.now()
            if minute > now:
                self.add_error("at", "Enter a time that has passed")
            # As the minute left it: what was recorded in it counts.
            self.moment = min(minute + timedelta(seconds=59, microseconds=999_999), now)
