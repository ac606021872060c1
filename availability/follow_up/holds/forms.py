"""Forms of requests to hold a bed."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accounts.fields import TextLine
from accounts.forms import page_helper
from availability.forms import HOURS
from availability.models import BedEntry, HoldRequest
from availability.words import plural
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Link

TOO_LONG = "Enter %(limit_value)d characters or fewer"


def text(label: str, field: str, hint: str, required: str = "") -> TextLine:
    """One line as long as its column; `required` is what to say where it is missing."""
    return TextLine(
        label=label,
        help_text=hint,
        required=bool(required),
        max_length=HoldRequest._meta.get_field(field).max_length,  # type: ignore[union-attr]
        error_messages={"required": required, "max_length": TOO_LONG},
    )


class AskForm(forms.Form):
    """What the ward needs to know to hold a bed."""

    held_for = text(
        "For whom should the bed be held?",
        "held_for",
        "A team or service, like Oxford CAMHS. Never a patient.",
        required="Enter for whom the bed should be held",
    )
    hours = forms.TypedChoiceField(
        label="For how long, at the latest?",
        help_text="Counted from now. The hold then ends by itself.",
        choices=[("", "Choose"), *((str(hours), plural(hours, "hour")) for hours in HOURS)],
        coerce=int,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose for how long the bed should be held"
        ),
    )
    reference = text(
        "Your reference (optional)", "reference", "You and the ward find it again by this."
    )
    note = text(
        "Note for the ward (optional)",
        "note",
        "For example, when you will telephone. Enter no patient data.",
    )

    def __init__(self, data: Any = None, *, back_url: str) -> None:
        super().__init__(data)
        self.helper = page_helper(
            "held_for", "hours", "reference", "note", button="Ask the ward", cancel_to=back_url
        )


class AnswerForm(forms.Form):
    """Which free bed is held, or why none is."""

    answer = forms.ChoiceField(
        label="Can you hold a bed?",
        choices=[("accept", "Yes, hold a bed"), ("decline", "No")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose yes or no"),
    )
    bed = forms.TypedChoiceField(
        label="Which bed?", coerce=int, required=False, empty_value=None, choices=[]
    )
    reason = text("Why not?", "reason", "Who asked reads this. Enter no patient data.")

    def __init__(self, data: Any = None, *, free: list[BedEntry], back_url: str) -> None:
        super().__init__(data)
        beds = [(str(entry.bed_id), entry.bed.name) for entry in free]
        bed, answer = self.fields["bed"], self.fields["answer"]
        # One free bed leaves nothing to choose.
        first = [] if len(beds) == 1 else [("", "Choose")]
        bed.choices = [*first, *beds]  # type: ignore[attr-defined]
        bed.error_messages["invalid_choice"] = "That bed is not free any more. Choose again"
        reveals = {"accept": ["bed"], "decline": ["reason"]}
        if not beds:
            answer.help_text = "No bed of this ward is free now."
            reveals.pop("accept")
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Conditional("answer", reveals), ButtonGroup(Button("Answer"), Link("Cancel", back_url))
        )

    def clean(self) -> None:
        cleaned = super().clean() or {}
        answer = cleaned.get("answer")
        unused = {"accept": "reason", "decline": "bed"}.get(answer or "")
        if unused:
            # What is hidden by the choice counts for nothing, and so would be its error.
            self.errors.pop(unused, None)
        if answer == "accept" and not cleaned.get("bed") and "bed" not in self.errors:
            where = "bed" if self.fields["bed"].choices != [("", "Choose")] else "answer"  # type: ignore[attr-defined]
            words = "Choose a bed" if where == "bed" else "No bed of this ward is free now"
            self.add_error(where, words)
        if answer == "decline" and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Enter why no bed can be held")
