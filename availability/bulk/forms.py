"""The forms of the file of beds."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse

from availability.bulk.reading import rows_of
from availability.words import plural
from core.spreadsheets import CSV, XLSX
from core.uploads import RowsField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link, SecondaryButton
from organisations.models import Unit


class UnitField(forms.ChoiceField):
    """One of the units where the person may update beds, or all of them; its value is an id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Unit", required=False, **kwargs)
        self.error_messages = {"invalid_choice": "Choose from the list"}

    def offer(self, units: Sequence[Unit]) -> None:
        self.choices = [("", "All units"), *((str(one.pk), str(one)) for one in units)]


class DownloadForm(forms.Form):
    """Which beds, and the kind of file that a button names."""

    unit = UnitField()
    format = forms.ChoiceField(
        choices=[(CSV, "CSV"), (XLSX, "Spreadsheet")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose csv or xlsx"),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units)  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = reverse("availability:bulk_template")
        self.helper.disable_csrf = True
        asked = ["unit"] if len(units) > 1 else []
        self.helper.layout = Layout(
            *asked,
            ButtonGroup(
                SecondaryButton("Download spreadsheet", name="format", value=XLSX),
                SecondaryButton("Download CSV", name="format", value=CSV),
            ),
        )


class FilterForm(forms.Form):
    """Which unit's wards the grid shows."""

    unit = UnitField()

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units)  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.layout = Layout("unit", SecondaryButton("Show"))

    @property
    def chosen(self) -> str:
        """The id of a unit, '' for all of them."""
        return self.cleaned_data["unit"] if self.is_valid() else ""


class UploadForm(forms.Form):
    """A file, read into rows."""

    file = RowsField(
        rows_of,
        label="File with your beds",
        lines="beds",
        missing="Select the file with the beds",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_action = reverse("availability:bulk_file")
        self.helper.layout = Layout("file", Button("Upload"))


class SaveForm(forms.Form):
    """Saves what was looked at."""

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            ButtonGroup(
                Button(f"Save {plural(number, 'change')}"),
                Link("Upload another file", reverse("availability:bulk_file")),
            )
        )
