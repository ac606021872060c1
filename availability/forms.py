"""Forms of the ward board and the pages of its beds."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from availability.choices import BedState, ClosedReason, DelayReason
from availability.conditions import FURTHEST, NEEDS, Condition
from availability.fields import whole_number
from availability.models import Bed, BedEntry
from availability.services import MOST_BEDS_AT_ONCE
from availability.words import plural
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Link, Question

OUT_OF_DATE = "This page is out of date. Check the bed and choose again."
LARGEST_ID = 2**63 - 1


class SeenEntryField(forms.IntegerField):
    """The entry of the history that the page showed when the person decided."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_ID, **kwargs)
        self.error_messages = dict.fromkeys(self.error_messages, OUT_OF_DATE)
        for validator in self.validators:
            validator.message = OUT_OF_DATE  # type: ignore[attr-defined]


class SeenOnPageForm(forms.Form):
    """The newest entry among all rows of the board that is open."""

    seen_on_page = SeenEntryField()


def seen_on_page(sent: Mapping[str, str]) -> int:
    """What the whole page showed when it asked; 0, nothing, if it does not say."""
    form = SeenOnPageForm(sent)
    return form.cleaned_data["seen_on_page"] if form.is_valid() else 0


# A tap that says no more makes a bed ready so many hours later; More says otherwise.
READY_IN_HOURS = 2


def wanted(change: dict[str, Any]) -> Condition:
    """What the bed was to be."""
    return Condition(**{name: value for name, value in change.items() if name != "seen_entry"})


class BoardForm(forms.Form):
    """A button of the board, which shows what is wrong in the summary above and in its row."""

    @property
    def problem(self) -> str:
        """The first error."""
        return next(str(message) for messages in self.errors.values() for message in messages)

    @property
    def change(self) -> dict[str, Any]:
        """What the service is given; only once the form is valid."""
        return self.cleaned_data

    @property
    def wanted(self) -> Condition | None:
        """What the bed was to be."""
        return None


class ChangeForm(BoardForm):
    """One tap on a bed: the states that need no details, or have usual ones."""

    TAPS = (BedState.AVAILABLE, BedState.OCCUPIED, BedState.PREPARING)
    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in TAPS],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose Available, Occupied or Being prepared."
        ),
    )
    seen_entry = SeenEntryField()

    @property
    def change(self) -> dict[str, Any]:
        if self.cleaned_data["state"] != BedState.PREPARING:
            return self.cleaned_data
        return {**self.cleaned_data, "due_at": moment_of(READY_IN_HOURS)}

    @property
    def wanted(self) -> Condition:
        return wanted(self.change)


class ConfirmForm(BoardForm):
    """'Nothing has changed' in the whole ward."""

    seen_entry = SeenEntryField()


class DecidedForm(forms.Form):
    """A page about one thing: what is sent decides on it as it was shown."""

    seen_entry = SeenEntryField()

    @property
    def change(self) -> dict[str, Any]:
        """What the service is given; only once the form is valid."""
        raise NotImplementedError

    @property
    def wanted(self) -> Condition:
        """What the bed was to be."""
        return wanted(self.change)

    def ask_again(self, problem: str, *, seen_entry: int) -> None:
        """Show a problem; what is sent next decides on the bed as it is shown now."""
        self.add_error(None, problem)
        again = self.data.copy()  # type: ignore[attr-defined]
        again["seen_entry"] = str(seen_entry)
        self.data = again


class CloseForm(DecidedForm):
    """Closing a bed: the reasons are buttons, which availability/close.html draws."""

    closed_reason = forms.ChoiceField(
        choices=ClosedReason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose why the bed is closed"
        ),
    )

    def __init__(self, *args: Any, bed: Bed, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @classmethod
    def as_now(cls, entry: BedEntry) -> dict[str, Any]:
        """What the form begins with."""
        return {"closed_reason": entry.closed_reason, "seen_entry": entry.pk}

    @property
    def change(self) -> dict[str, Any]:
        return {"state": BedState.CLOSED, **self.cleaned_data}


HOURS = (1, 2, 4, 8, 12, 24, 48, 72)


def in_hours(label: str, *, now: str = "", **kwargs: Any) -> forms.TypedChoiceField:
    """So many hours from now; `now` is the first choice where there need be none."""
    choices = [(str(hours), plural(hours, "hour")) for hours in HOURS]
    return forms.TypedChoiceField(
        label=label,
        choices=[("", now or "Choose"), *choices],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose from the list"},
        **kwargs,
    )


def short_text(label: str, field: str, hint: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=BedEntry._meta.get_field(field).max_length,  # type: ignore[union-attr]
        required=False,
        validators=[refuse_nhs_numbers],
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )


class StateForm(forms.Form):
    """What a bed can be, with what goes with it."""

    state = forms.ChoiceField(
        choices=BedState.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what the bed is now"),
    )
    available_in = in_hours("From when?", now="Now")
    held_for = short_text("For whom is it held?", "held_for", "A team or service, never a patient.")
    held_hours = in_hours("For how long is it held?", help_text="Then it is available again.")
    reference = short_text(
        "Reference (optional)", "reference", "Yours or theirs. Enter no patient data."
    )
    discharge_on = DateField(
        what="expected discharge date", label="Expected discharge date (optional)", required=False
    )
    delay_reason = forms.ChoiceField(
        label="Is the patient ready for discharge, but delayed?",
        choices=[("", "No"), *DelayReason.choices],
        required=False,
        error_messages={"invalid_choice": "Choose from the list"},
    )
    back_on = DateField(what="expected return", label="Expected return (optional)", required=False)
    ready_in = in_hours("When will it be ready?", help_text="Then it is available.")
    closed_reason = forms.ChoiceField(
        label="Why is it closed?",
        choices=[("", "Choose"), *ClosedReason.choices],
        required=False,
        error_messages={"invalid_choice": "Choose why the bed is closed"},
    )
    reopens_on = DateField(
        what="expected reopening date", label="Expected reopening date (optional)", required=False
    )

    heading = False
    # Of each state its questions, and for which detail each stands.
    ASKED: ClassVar[dict[str, dict[str, str]]] = {
        BedState.AVAILABLE: {"available_in": "due_at"},
        BedState.RESERVED: {
            "held_for": "held_for",
            "held_hours": "due_at",
            "reference": "reference",
        },
        BedState.OCCUPIED: {"discharge_on": "due_at", "delay_reason": "delay_reason"},
        BedState.ON_LEAVE: {"back_on": "due_at"},
        BedState.PREPARING: {"ready_in": "due_at"},
        BedState.CLOSED: {"closed_reason": "closed_reason", "reopens_on": "due_at"},
    }

    @classmethod
    def question(cls) -> Conditional:
        """The states, each with its own questions."""
        reveals = {state: list(asked) for state, asked in cls.ASKED.items()}
        return Conditional("state", reveals, heading=cls.heading)

    def clean(self) -> None:
        cleaned = super().clean() or {}
        asked = self.ASKED.get(cleaned.get("state", ""), {})
        for hidden in {name for one in self.ASKED.values() for name in one} - set(asked):
            # What is hidden by the choice counts for nothing, and so would be its error.
            self.errors.pop(hidden, None)
        details = {}
        for name, detail in asked.items():
            value = cleaned.get(name)
            missing = NEEDS.get(cleaned["state"], {}).get(detail)
            if not value and missing and name not in self.errors:
                self.add_error(name, missing.removesuffix("."))
            elif isinstance(value, date) and value < timezone.localdate():
                self.add_error(name, "Enter today's date or a later one")
            elif isinstance(value, date) and moment_of(value) > timezone.now() + FURTHEST:
                self.add_error(name, "Enter a date within the next 10 years")
            elif value:
                details[detail] = moment_of(value)
        self.details = details


class ConditionForm(StateForm, DecidedForm):
    """All that one bed can be."""

    heading = True

    def __init__(self, *args: Any, bed: Bed, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].label = f"What is {bed} now?"
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "seen_entry",
            self.question(),
            ButtonGroup(Button("Save"), Link("Cancel", back_url)),
        )

    @classmethod
    def as_now(cls, entry: BedEntry) -> dict[str, Any]:
        """What the form begins with: what the bed is, but for the hours that are left."""
        found = {"state": entry.state, "seen_entry": entry.pk}
        for name, detail in cls.ASKED.get(entry.state, {}).items():
            value = getattr(entry, detail)
            if isinstance(value, datetime):
                is_day = isinstance(cls.base_fields[name], DateField)
                value = timezone.localdate(value) if is_day else None
            if value:
                found[name] = value
        return found

    @property
    def change(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"state": given["state"], "seen_entry": given["seen_entry"], **self.details}


def moment_of(value: Any) -> Any:
    """So many hours from now; the end of a day; anything else as it is."""
    if isinstance(value, int):
        return timezone.now() + timedelta(hours=value)
    if isinstance(value, date):
        return timezone.make_aware(datetime.combine(value, time(23, 59)))
    return value


class UndoForm(BoardForm):
    """Taking one's last change of a bed back."""

    entry = SeenEntryField()


class LimitForm(DecidedForm):
    """How many patients the staff of a ward can take now."""

    can_take = whole_number(
        "How many more patients can you take now?",
        0,
        MOST_BEDS_AT_ONCE,
        help_text="For staffing reasons. Searchers are offered no more beds than this. "
        "Leave it empty if there is no limit.",
        required=False,
    )

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "seen_entry",
            Question("can_take", heading=True),
            ButtonGroup(Button("Save"), Link("Cancel", back_url)),
        )

    @property
    def change(self) -> dict[str, Any]:
        return self.cleaned_data
