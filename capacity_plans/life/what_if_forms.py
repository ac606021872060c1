"""Forms with which something is tried out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from availability.fields import whole_number
from capacity_plans.figures import financial_year
from capacity_plans.life.adjusting import Adjustment, adjustment_of
from capacity_plans.life.forms import LookedAtForm
from capacity_plans.life.what_if import MOST
from capacity_plans.models import Version
from capacity_plans.words import year_name
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, Question, SecondaryButton

HOW = "Enter a change like +10% or -5%, or a number without a sign"


class AdjustmentField(forms.CharField):
    """By how many percent, or to what, something is changed for all types."""

    def __init__(self, label: str, help_text: str) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=12,
            # It is filled in with the limit, unlike the other.
            error_messages={"max_length": HOW.replace("%", "%%")},
            widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5", "autocomplete": "off"}),
        )

    def clean(self, value: Any) -> Adjustment | None:
        text = super().clean(value)
        if not text:
            return None
        found = adjustment_of(text)
        if found is None:
            raise ValidationError(HOW)
        return found


class AdjustForm(LookedAtForm):
    """What is changed for all types at once."""

    occupancy = AdjustmentField("Occupancy, in percent", "For example 90 for all, or +5%.")
    length_of_stay = AdjustmentField("Length of stay, in days", "For example -10%, or 30 for all.")
    admissions = AdjustmentField("Admissions a year", "For example +10%.")
    referrals = AdjustmentField("Referrals a year", "Where they are known. For example +10%.")

    def __init__(self, data: Any = None, *, version: Version) -> None:
        super().__init__(data, initial={"revision": version.revision})
        self.helper = NHSFormHelper()
        self.helper.form_action = reverse("plans:adjust", args=[version.pk])
        asked = (Question(name) for name in self.fields if name != "revision")
        self.helper.layout = Layout("revision", *asked, Button("Try it"))

    @property
    def adjustments(self) -> dict[str, Adjustment | None]:
        """Only once the form is valid."""
        return {name: one for name, one in self.cleaned_data.items() if name != "revision"}

    def clean(self) -> None:
        super().clean()
        if not self.errors and not any(self.adjustments.values()):
            self.add_error("occupancy", "Enter what you want to change")


class YearForm(forms.Form):
    """At the end of which financial year."""

    year = forms.ChoiceField(label="At the end of the financial year", required=False)

    def __init__(self, *, ends: Sequence[date], chosen: date) -> None:
        super().__init__({"year": str(financial_year(chosen))})
        choices = [(str(year), year_name(year)) for year in map(financial_year, ends)]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout("year", SecondaryButton("Show"))


class ChanceForm(forms.Form):
    """Beds, and who comes for them."""

    beds = whole_number("Beds", 0, MOST)
    admissions = whole_number("Admissions a year", 1, 100_000)
    length_of_stay = forms.DecimalField(
        label="Length of stay, in days",
        help_text="The mean. For example 28 or 30.5.",
        min_value=Decimal("0.1"),
        max_value=Decimal(5000),
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-3"}),
        error_messages=dict.fromkeys(
            (
                *("invalid", "required", "min_value", "max_value"),
                *("max_digits", "max_decimal_places", "max_whole_digits"),
            ),
            "Enter a number of days from 0.1 to 5000",
        ),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout(*self.fields, Button("Work it out"))

    @property
    def offered(self) -> Decimal:
        """The beds that the patients would fill if each found one; only once it is valid."""
        given = self.cleaned_data
        return given["admissions"] * given["length_of_stay"] / Decimal(365)
