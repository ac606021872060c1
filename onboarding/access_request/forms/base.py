"""What the questions of the access request share."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.utils.html import format_html, format_html_join

from approvals.coverage import Standing
from core.steps import StepForm
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, SecondaryButton

YES_OR_NO = (("yes", "Yes"), ("no", "No"))


class AccessForm(StepForm):
    """One page of questions; `standing` is what the person holds and waits for.

    With `heading` the first question is the heading of the page.
    """

    heading = False

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = standing
        self.helper = NHSFormHelper()


def yes_or_no(label: str, required: str) -> forms.ChoiceField:
    """A question that is answered by Yes or No."""
    return forms.ChoiceField(
        label=label,
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        error_messages={"required": required, "invalid_choice": required},
    )


def next_and_previous() -> ButtonGroup:
    # "Next" comes first in the page, since Enter presses the first button.
    return ButtonGroup(Button("Next"), SecondaryButton("Previous", name="previous", value="yes"))


def already(lines: list[str]) -> HTML:
    """What is held or awaited, above the question of what else."""
    rows = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    text = format_html('<ul class="nhsuk-list nhsuk-list--bullet">{}</ul>', rows) if lines else ""
    return HTML(text.replace("{", "&#123;"))
