from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from approvals.choices import Outcome
from approvals.diligence import Answers
from approvals.diligence import Question as DiligenceQuestion
from approvals.kinds import Words
from approvals.models import Decision
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Fieldset, Link, Question
from crispy_nhsuk.text import Textarea

YES_OR_NO = [("yes", "Yes"), ("no", "No")]
LONGEST_ACCESS_IN_YEARS = 2


def words(label: str, *, field: str, hint: str) -> forms.CharField:
    """A few lines of free text, which nobody's patient belongs into."""
    return forms.CharField(
        label=label,
        help_text=f"{hint} Enter no patient data.",
        max_length=Decision._meta.get_field(field).max_length,  # type: ignore[union-attr]
        required=False,
        validators=[refuse_nhs_numbers],
        widget=Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )


class DecisionForm(forms.Form):
    """The questions, and then: approve, or reject with a reason (CQRS-11, CT-03).

    `several`: one answer for the requests of several people. `seen` stands for what the page says
    of them: who saw something else, before an organisation was merged, is asked to look again.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    outcome = forms.ChoiceField(label="What is your decision?", widget=forms.RadioSelect)
    note = words(
        "If you answered No: why is it acceptable?",
        field="note",
        hint="Only if you approve nevertheless. Other approvers see this.",
    )
    until = DateField(
        what="last day of the access",
        label="Last day of the access (optional)",
        help_text="For guests and people on a short contract.",
        required=False,
    )
    reason = words("Reason", field="reason", hint="The person who asked is told this reason.")

    def __init__(
        self,
        *args: Any,
        questions: Sequence[DiligenceQuestion],
        can_end: bool,
        seen: str,
        back_url: str,
        several: bool = False,
        words: Words = Words(),  # noqa: B008 - it is frozen
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.words = questions, words
        outcome = self.fields["outcome"]
        outcome.choices = [  # type: ignore[attr-defined]
            (Outcome.APPROVED, Outcome.APPROVED.label),
            (Outcome.REJECTED, words.reject),
        ]
        outcome.error_messages["required"] = f"Choose Approve or {words.reject}"
        self.now_seen = self.fields["seen"].initial = seen
        for question in questions:
            self.fields[question.field] = forms.ChoiceField(
                label=question.of_all if several else question.words,
                help_text=question.hint,
                choices=YES_OR_NO,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "Choose Yes or No"},
            )
        # Errors are named in the order of the page.
        self.order_fields([question.field for question in questions])
        if not can_end:
            del self.fields["until"]
        if not questions:
            del self.fields["note"]
        approving: list[str | LayoutObject] = []
        if questions:
            approving.append(Question("note", size="", counted=True))
        if can_end:
            approving.append(Question("until", size=""))
        reveals: dict[str, list[str | LayoutObject]] = {
            Outcome.REJECTED: [Question("reason", counted=True)]
        }
        if approving:
            reveals[Outcome.APPROVED] = approving
        asked = [Question(question.field, inline=True) for question in questions]
        self.helper = NHSFormHelper()
        # What is decided together is named in the same form.
        self.helper.form_tag = not several
        self.helper.layout = Layout(
            "seen",
            *([Fieldset("Before you decide", *asked)] if asked else []),
            Conditional("outcome", reveals, size="m"),
            ButtonGroup(Button("Confirm"), Link("Cancel", back_url)),
        )

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was chosen and typed, in words, for a page without the form."""
        shown = []
        for name, field in self.fields.items():
            if name == "seen":
                continue
            value = self.cleaned_data.get(name) or ""
            if isinstance(value, datetime):
                value = f"{value:%-d %B %Y}"
            value = str(dict(getattr(field, "choices", ())).get(value, value))
            if value:
                shown.append((str(field.label).removesuffix(" (optional)"), value))
        return shown

    @property
    def verb(self) -> str:
        """What is decided, as a verb."""
        approves = self.cleaned_data["outcome"] == Outcome.APPROVED
        return "approve" if approves else self.words.reject.lower()

    @property
    def decision(self) -> dict[str, Any]:
        """What services.decide is given; only once the form is valid."""
        given = self.cleaned_data
        said = {"yes": True, "no": False}
        answers = {one.field: said.get(given[one.field]) for one in self.questions}
        return {
            "outcome": given["outcome"],
            "reason": given["reason"],
            "until": given.get("until"),
            "answers": Answers(**answers, note=given.get("note", "")),
        }

    def clean_until(self) -> datetime | None:
        """The end of that day."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        today = timezone.localdate()
        if day <= today:
            raise ValidationError("The last day of the access must be in the future")
        if day > years_after(today, LONGEST_ACCESS_IN_YEARS):
            raise ValidationError(
                "The last day of the access must be within "
                f"{LONGEST_ACCESS_IN_YEARS} years from today"
            )
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))

    def clean(self) -> None:
        cleaned = super().clean() or {}
        if cleaned.get("seen") and cleaned["seen"] != self.now_seen:
            self.add_error(None, "This has changed since you opened it. Check it and decide again.")
            self.data = {**self.data.dict(), "seen": self.now_seen}  # type: ignore[attr-defined]
        if cleaned.get("outcome") == Outcome.APPROVED:
            self.forget("reason")
            self.check_answers(cleaned)
        elif cleaned.get("outcome") == Outcome.REJECTED:
            self.forget("note")
            self.forget("until")
            if "reason" not in self.errors and not cleaned.get("reason"):
                words = f"Enter a reason for {self.words.rejecting} the {self.words.noun}"
                self.add_error("reason", words)
        else:
            self.ask_what_is_open(cleaned)

    def forget(self, name: str) -> None:
        """What is hidden by the choice counts for nothing, and so would be its error."""
        if name in self.fields:
            self.errors.pop(name, None)
            self.cleaned_data[name] = None if name == "until" else ""

    def check_answers(self, cleaned: dict[str, Any]) -> None:
        """Each question has its answer; a No has the reason why it is acceptable."""
        self.ask_what_is_open(cleaned)
        said_no = any(cleaned.get(question.field) == "no" for question in self.questions)
        if said_no and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", "Say why a No is acceptable, or reject the request")

    def ask_what_is_open(self, cleaned: dict[str, Any]) -> None:
        """An error at each question without an answer."""
        for question in self.questions:
            if not cleaned.get(question.field) and question.field not in self.errors:
                self.add_error(question.field, f"{question.short}: choose Yes or No")


def years_after(day: date, years: int) -> date:
    """The same day of another year; of 29 February, 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
