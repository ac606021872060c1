"""What is asked before a table is made: by a form for people, by the address for programs."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse
from django.utils import timezone

from availability.exports.periods import quarters_until
from core.spreadsheets import CSV, XLSX
from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link, SecondaryButton

QUARTERS = 20
MOST_DAYS = 366


class ExportForm(forms.Form):
    """A period, and the kind of file that a button names."""

    format = forms.ChoiceField(
        choices=[(CSV, "CSV"), (XLSX, "Spreadsheet")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose csv or xlsx"),
    )

    def __init__(self, data: Any = None, **asked: forms.Field) -> None:
        super().__init__(data)
        self.fields |= asked
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            *asked,
            ButtonGroup(
                Button("Download CSV", name="format", value=CSV),
                SecondaryButton("Download spreadsheet", name="format", value=XLSX),
                Link("Cancel", reverse("availability:exports")),
            ),
        )

    @property
    def period(self) -> tuple[date, date]:
        """The first and last day, once the form is valid."""
        raise NotImplementedError


class QuarterForm(ExportForm):
    """One of the last quarters; of the present one, the days until yesterday."""

    def __init__(self, data: Any = None) -> None:
        offered = quarters_until(timezone.localdate(), QUARTERS)
        self.quarters = {str(quarter): quarter for quarter in offered}
        quarter = forms.ChoiceField(
            label="Which quarter?",
            choices=[(key, one.in_words) for key, one in self.quarters.items()],
            error_messages=dict.fromkeys(
                ("required", "invalid_choice"), "Choose a quarter, e.g. 2026-27-Q1"
            ),
        )
        super().__init__(data, quarter=quarter)

    @property
    def period(self) -> tuple[date, date]:
        quarter = self.quarters[self.cleaned_data["quarter"]]
        return quarter.first, quarter.last


class DaysForm(ExportForm):
    """A first and a last day, `from` and `to` in the address."""

    def __init__(self, data: Any = None) -> None:
        days: dict[str, forms.Field] = {
            "from": DateField(label="From which day?", what="first day"),
            "to": DateField(
                label="To which day?",
                help_text=f"This day is counted too. At most {MOST_DAYS} days",
                what="last day",
            ),
        }
        super().__init__(data, **days)

    def clean(self) -> None:
        first, last = (self.cleaned_data.get(name) for name in ("from", "to"))
        if first and last and last < first:
            self.add_error("to", "Last day must be the same as or after the first day")
        elif first and last and last - first >= timedelta(days=MOST_DAYS):
            self.add_error("to", f"The period must be {MOST_DAYS} days or shorter")

    @property
    def period(self) -> tuple[date, date]:
        return self.cleaned_data["from"], self.cleaned_data["to"]
