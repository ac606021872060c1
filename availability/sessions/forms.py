"""Forms of the board of a sessional ward and the pages that it leads to."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any, ClassVar

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from availability.choices import ClosedReason, Weekday
from availability.fields import whole_number
from availability.forms import BoardForm, DecidedForm, SeenEntryField
from availability.models import Session, SessionEntry
from availability.models.sessions import EARLIEST, LATEST
from availability.sessions.patterns import FURTHEST, MOST_SLOTS
from availability.sessions.plan import Pattern, Slot
from availability.sessions.services import LONGEST, MOST_PLACES
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Link, Question

HOUR = "Enter a time from 5:00 to 22:00, like 9:30"
CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})", re.ASCII)
SLOT = re.compile(r"([0-9]{1,2}[:.][0-9]{2})(?:\s*[x×]\s*([0-9]{1,2}))?", re.ASCII | re.IGNORECASE)


class BookForm(BoardForm):
    """A place of a session, on the board or with a reference on the session's page."""

    seen_entry = SeenEntryField()
    reference = forms.CharField(
        label="Reference (optional)",
        help_text="Yours or the referring team's. Enter no patient data.",
        max_length=SessionEntry._meta.get_field("reference").max_length,
        required=False,
        validators=[refuse_nhs_numbers],
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The page of a session has another form with a hidden field of the same name.
        kwargs["auto_id"] = "booking_%s"
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("seen_entry", "reference", Button("Book a place"))


class ReleaseForm(BoardForm):
    """Taking a booking back."""

    booking = SeenEntryField()


def why_closed() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Why?",
        choices=[("", "Choose"), *ClosedReason.choices],
        required=False,
        error_messages={"invalid_choice": "Choose why it is closed"},
    )


class ChosenForm(DecidedForm):
    """Radios, of which each asks its own questions: what a choice hides counts for nothing."""

    RADIOS: ClassVar[str]
    ASKED: ClassVar[Mapping[str, tuple[str, ...]]]
    MISSING: ClassVar[Mapping[str, str]]

    def clean(self) -> None:
        cleaned = super().clean() or {}
        asked = self.ASKED.get(cleaned.get(self.RADIOS, ""), ())
        for hidden in {name for names in self.ASKED.values() for name in names} - set(asked):
            self.errors.pop(hidden, None)
        for name in asked:
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, self.MISSING[name])


class SessionForm(ChosenForm):
    """How one session differs from the pattern."""

    RADIOS = "takes_place"
    ASKED: ClassVar = {"yes": ("capacity",), "no": ("closed_reason",)}
    MISSING: ClassVar = {
        "capacity": f"Enter a number from 1 to {MOST_PLACES}",
        "closed_reason": "Choose why it is closed",
    }

    takes_place = forms.ChoiceField(
        label="Does it take place?",
        choices=[("yes", "Yes"), ("no", "No, it is closed")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose whether the session takes place"
        ),
    )
    capacity = whole_number("How many places does it have?", 1, MOST_PLACES, required=False)
    closed_reason = why_closed()

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        reveals = {value: list(names) for value, names in self.ASKED.items()}
        self.helper.layout = Layout(
            "seen_entry",
            Conditional("takes_place", reveals),
            ButtonGroup(Button("Save"), Link("Cancel", back_url)),
        )

    @classmethod
    def as_now(cls, session: Session, newest: SessionEntry) -> dict[str, Any]:
        return {
            "takes_place": "yes" if session.capacity else "no",
            "capacity": session.capacity or session.planned or 1,
            "closed_reason": session.closed_reason,
            "seen_entry": newest.pk,
        }

    @property
    def change(self) -> dict[str, Any]:
        """What services.change_session is given; only once the form is valid."""
        found = self.cleaned_data
        takes_place = found["takes_place"] == "yes"
        return {
            "capacity": found["capacity"] if takes_place else 0,
            "closed_reason": "" if takes_place else found["closed_reason"],
            "seen_entry": found["seen_entry"],
        }


class DayForm(ChosenForm):
    """How one day differs from the pattern."""

    RADIOS = "what"
    ASKED: ClassVar = {
        "closed": ("closed_reason",),
        "usual": (),
        "extra": ("begins", "minutes", "capacity"),
    }
    MISSING: ClassVar = {
        "closed_reason": "Choose why it is closed",
        "begins": HOUR,
        "minutes": f"Enter a number from 1 to {LONGEST}",
        "capacity": f"Enter a number from 1 to {MOST_PLACES}",
    }

    what = forms.ChoiceField(
        choices=[
            ("closed", "All sessions are closed"),
            ("extra", "There is an extra session"),
            ("usual", "It is as in every week again"),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what is different"),
    )
    closed_reason = why_closed()
    begins = forms.CharField(
        label="When does it begin?",
        help_text="For example, 9:30",
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5"}),
        error_messages={"max_length": HOUR},
    )
    minutes = whole_number("How many minutes does it last?", 1, LONGEST, required=False)
    capacity = whole_number("How many places does it have?", 1, MOST_PLACES, required=False)

    def __init__(self, *args: Any, name: str, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].label = f"What is different on {name}?"
        self.helper = NHSFormHelper()
        reveals = {value: list(names) for value, names in self.ASKED.items() if names}
        self.helper.layout = Layout(
            "seen_entry",
            Conditional("what", reveals, heading=True),
            ButtonGroup(Button("Save"), Link("Cancel", back_url)),
        )

    def clean_begins(self) -> time | None:
        text = self.cleaned_data["begins"]
        return clock(text) if text else None


class PatternForm(forms.Form):
    """The sessions of a week, a line of times for each day."""

    seen_pattern = SeenEntryField()
    starts_on = DateField(
        what="day from which it counts",
        label="From which day?",
        help_text="Until you set another one. Today, or up to a year ahead.",
    )
    minutes = whole_number("How many minutes does a session last?", 1, LONGEST)

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in Weekday:
            self.fields[day.name.lower()] = forms.CharField(
                label=str(day.label),
                max_length=300,
                required=False,
                error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
            )
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "seen_pattern",
            *(day.name.lower() for day in Weekday),
            Question("minutes", suffix="minutes"),
            "starts_on",
            ButtonGroup(Button("Save"), Link("Cancel", back_url)),
        )

    @classmethod
    def as_now(cls, pattern: Pattern | None, seen: int) -> dict[str, Any]:
        """What the form begins with: the pattern that was set last."""
        lines: dict[str, list[str]] = {day.name.lower(): [] for day in Weekday}
        slots = pattern.slots if pattern else ()
        for slot in slots:
            places = f" x{slot.capacity}" if slot.capacity > 1 else ""
            lines[Weekday(slot.weekday).name.lower()].append(f"{slot.begins:%H:%M}{places}")
        return {
            "seen_pattern": seen,
            "starts_on": timezone.localdate(),
            "minutes": slots[0].minutes if slots else 60,
            **{name: ", ".join(times) for name, times in lines.items()},
        }

    def clean_starts_on(self) -> Any:
        found, today = self.cleaned_data["starts_on"], timezone.localdate()
        if not today <= found <= today + FURTHEST:
            raise ValidationError("Enter today's date or a later one, up to a year ahead")
        return found

    def clean(self) -> None:
        cleaned = super().clean() or {}
        self.slots: list[Slot] = []
        for day in Weekday:
            name = day.name.lower()
            try:
                times = times_of(cleaned.get(name, ""))
            except ValidationError as error:
                self.add_error(name, ValidationError(f"{day.label}: {error.message}"))
                continue
            minutes = cleaned.get("minutes", 0)
            self.slots += [Slot(day, begins, minutes, places) for begins, places in times.items()]

    @property
    def change(self) -> dict[str, Any]:
        """What set_pattern is given; only once the form is valid."""
        found = self.cleaned_data
        return {
            "starts_on": found["starts_on"],
            "seen_pattern": found["seen_pattern"],
            "slots": self.slots,
        }


def clock(text: str) -> time:
    """Raises ValidationError."""
    found = CLOCK.fullmatch(text.strip())
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        at = time(int(found[1]), int(found[2]))
        if EARLIEST <= at <= LATEST:
            return at
    raise ValidationError(HOUR)


def times_of(text: str) -> dict[time, int]:
    """The places of each time of a line like '9:00, 14:00 x4'. Raises ValidationError."""
    found: dict[time, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        slot = SLOT.fullmatch(part)
        if slot is None:
            raise ValidationError("enter times like 9:00, 14:00 x4, separated by commas")
        at, places = clock(slot[1]), int(slot[2] or 1)
        if not 1 <= places <= MOST_PLACES:
            raise ValidationError(f"a session has 1 to {MOST_PLACES} places")
        if at in found:
            raise ValidationError(f"{at:%H:%M} is there twice")
        found[at] = places
    if len(found) > MOST_SLOTS:
        raise ValidationError(f"a day has up to {MOST_SLOTS} sessions")
    return found
