"""Why further access is asked for (CQRS-14)."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from approvals.models import AccessRequest
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.layout import Question
from crispy_nhsuk.text import Textarea
from onboarding.access_request.forms.base import AccessForm, next_and_previous


class ReasonForm(AccessForm):
    """Asked of who has, or has asked for, something already."""

    reason = forms.CharField(
        label="Why do you need this access?",
        help_text="Whoever decides reads it. Enter nothing about a patient.",
        max_length=AccessRequest._meta.get_field("reason").max_length,
        validators=[refuse_nhs_numbers],
        widget=Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Enter why you need this access",
            "max_length": "Reason must be %(limit_value)d characters or fewer",
        },
    )
    heading = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Question("reason", heading=True, counted=True), next_and_previous()
        )
