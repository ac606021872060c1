"""The forms of the files of plans."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse

from availability.words import plural
from capacity_plans.files.reading import rows_of
from capacity_plans.models import Version
from core.uploads import RowsField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link

LARGEST_REVISION = 2**31 - 1


class UploadForm(forms.Form):
    """A file, read into rows."""

    file = RowsField(
        rows_of, label="File with the plan", lines="rows", missing="Select the file with the plan"
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_action = reverse("plans:import", args=[version.pk])
        self.helper.layout = Layout("file", Button("Upload"))


class SaveForm(forms.Form):
    """Saves what was looked at: the version as it was in that `revision`."""

    revision = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_REVISION,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "Look at the changes again, then save them",
        ),
    )

    def __init__(
        self, data: Any = None, *, version: Version, number: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(data, initial={"revision": version.revision}, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "revision",
            ButtonGroup(
                Button(f"Save {plural(number, 'change')}"),
                Link("Upload another file", reverse("plans:import", args=[version.pk])),
            ),
        )
