from crispy_forms.layout import Layout
from django import forms

from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link
from organisations.choices import ApprovalLevel

BUTTONS = {
    ApprovalLevel.SINGLE: "Switch to single-level",
    ApprovalLevel.MULTI: "Switch to multi-level",
}


class SwitchForm(forms.Form):
    """To which level; what the page offered is sent along, so that nobody switches back unaware."""

    to = forms.ChoiceField(
        choices=ApprovalLevel.choices,
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the level again",
            "invalid_choice": "Choose the level again",
        },
    )

    def __init__(self, data: object = None, *, offered: ApprovalLevel, back_url: str) -> None:
        super().__init__(data, initial={"to": offered})  # type: ignore[arg-type]
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "to", ButtonGroup(Button(BUTTONS[offered]), Link("Cancel", back_url))
        )

    def clean_to(self) -> ApprovalLevel:
        return ApprovalLevel(self.cleaned_data["to"])


class FindForm(forms.Form):
    """Which providers are listed."""

    q = forms.CharField(label="Part of the provider's name", max_length=100, required=False)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.layout = Layout("q", Button("Search"))
