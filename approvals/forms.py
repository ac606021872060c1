from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from approvals.choices import Outcome
from approvals.models import Decision
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Link, Question
from crispy_nhsuk.text import Textarea


class DecisionForm(forms.Form):
    """Approve or reject, with a reason for a rejection (CQRS-11)."""

    outcome = forms.ChoiceField(
        label="What is your decision?",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose Approve or Reject"},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="The person who asked is told this reason. Enter no patient data.",
        max_length=Decision._meta.get_field("reason").max_length,
        required=False,
        validators=[refuse_nhs_numbers],
        widget=Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Reason must be %(limit_value)d characters or fewer"},
    )

    def __init__(self, *args: object, back_url: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Conditional(
                "outcome", {Outcome.REJECTED: [Question("reason", counted=True)]}, size="m"
            ),
            ButtonGroup(Button("Confirm"), Link("Cancel", back_url)),
        )

    @property
    def verb(self) -> str:
        """What is decided, as a verb."""
        return "approve" if self.cleaned_data["outcome"] == Outcome.APPROVED else "reject"

    def clean(self) -> None:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.APPROVED:
            # The reason is hidden then, and so would be its error.
            self.errors.pop("reason", None)
            cleaned["reason"] = ""
        rejected = cleaned.get("outcome") == Outcome.REJECTED
        if rejected and "reason" not in self.errors and not cleaned.get("reason"):
            self.add_error("reason", ValidationError("Enter a reason for rejecting the request"))
