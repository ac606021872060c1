from typing import Any

from crispy_forms.layout import Layout
from django import forms

from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, SecondaryButton


class ConfirmForm(forms.Form):
    """Sends the request from its summary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            ButtonGroup(
                Button("Register"), SecondaryButton("Previous", name="previous", value="yes")
            )
        )
