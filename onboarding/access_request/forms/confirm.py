from typing import Any

from crispy_forms.layout import Layout
from django import forms

from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, SecondaryButton


class ConfirmForm(forms.Form):
    """Sends the request from its summary: the first one registers (CPMS-25, CQRS-14)."""

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            ButtonGroup(
                Button("Register" if is_first else "Send"),
                SecondaryButton("Previous", name="previous", value="yes"),
            )
        )
