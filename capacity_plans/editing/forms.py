"""Forms of the rows of a draft."""

from collections.abc import Sequence
from typing import Any, ClassVar

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError

from availability.fields import whole_number
from capacity_plans.choices import TEMPORARY, ChangeKind
from capacity_plans.editing.directory import figure_of, units_for
from capacity_plans.editing.fields import (
    AWAITED,
    LARGEST_COUNT,
    KeyForm,
    RowForm,
    SeenForm,
    SegmentForm,
    choice,
    decimal,
    words,
)
from capacity_plans.editing.values import code_of
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.models.rows import MOST
from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Question, SecondaryButton
from crispy_nhsuk.text import Textarea
from organisations.models import Ward

LATEST_YEAR = 2110


def baseline() -> forms.IntegerField:
    return whole_number(
        "Baseline on the first day", 0, MOST, wrong=f"Enter a number from 0 to {MOST:,}"
    )


def notes(model: Any, **kwargs: Any) -> Any:
    return words("Notes (optional)", model, "notes", widget=Textarea(attrs={"rows": 2}), **kwargs)


class WardLineForm(RowForm, SeenForm):
    """A line of a ward of the directory, which says all but these."""

    baseline = baseline()
    difference = words("Why it is not the directory's figure (if it differs)", Line, "difference")
    notes = notes(Line)
    ASKED: ClassVar[tuple[Any, ...]] = ("baseline", "difference", "notes")

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        self.line = line
        super().__init__(*args, **kwargs)
        figure = figure_of(line.ward) if line.ward else 0
        hint = f"The directory says {figure}. Another figure needs a reason, below."
        self.fields["baseline"].help_text = hint

    def clean(self) -> None:
        cleaned = super().clean() or {}
        figure = figure_of(self.line.ward) if self.line.ward else None
        if cleaned.get("baseline") in (None, figure) or cleaned.get("difference"):
            return
        if "difference" not in self.errors:
            words = f"Enter why it is not {figure}, as the directory says"
            self.add_error("difference", ValidationError(words, code=AWAITED))


class PlannedForm(SegmentForm):
    """A ward that is planned."""

    planned_name = words("Name of the ward", Line, "planned_name", missing="Enter a name")
    unit = choice(
        "Unit (if it is known)", (), "Choose a unit", required=False, coerce=int, empty_value=None
    )
    baseline = baseline()
    notes = notes(Line)
    ASKED: ClassVar[tuple[Any, ...]] = (
        *("planned_name", "unit"),
        Div("service_type", "sex", "security_level", css_class="cpms-fields"),
        *("baseline", "notes"),
    )
    # Errors are listed in the order of the page.
    field_order = ("planned_name", "unit")

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, version=version, **kwargs)
        units = [(one.pk, str(one)) for one in units_for(version).select_related("organisation")]
        self.fields["unit"].choices = [("", "Not known yet"), *units]  # type: ignore[attr-defined]
        self.fields[
            "baseline"
        ].help_text = "0 for a ward that is to open: add its opening as a change"


class PlannedLineForm(PlannedForm, SeenForm):
    """A planned ward that has its line."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, version=line.version, **kwargs)
        # Where it is planned stays an answer, whatever became of the unit.
        offered = self.fields["unit"].choices  # type: ignore[attr-defined]
        if line.unit and line.unit_id not in dict(offered):
            self.fields["unit"].choices = [*offered, (line.unit_id, str(line.unit))]  # type: ignore[attr-defined]


class NewLineForm(PlannedForm, KeyForm):
    """A planned ward to be added."""

    ASKED: ClassVar[tuple[Any, ...]] = ("key", *PlannedForm.ASKED)


class ChangeFields(RowForm):
    """What happens to a line on a day."""

    on = DateField(what="date", label="Date")
    kind = choice("Kind", ChangeKind.choices, "Choose what happens")
    number = whole_number("How many", 1, MOST, wrong=f"Enter a number from 1 to {MOST:,}")
    until = DateField(what="last day", label="Last day (if temporary)", required=False)
    to_line = choice(
        "To which line (if a transfer)",
        (),
        "Choose another line of this plan",
        required=False,
        coerce=int,
        empty_value=None,
    )
    reason = words("Reason", Change, "reason", missing="Enter the reason")
    reference = words("Reference (optional)", Change, "reference")
    ASKED: ClassVar[tuple[Any, ...]] = (
        Div("kind", "number", css_class="cpms-fields"),
        Div("on", "until", css_class="cpms-fields"),
        *("to_line", "reason"),
        Question("reference"),
    )
    field_order = ("kind", "number")

    def __init__(
        self, *args: Any, version: Version, line_id: int, names: dict[int, str], **kwargs: Any
    ) -> None:
        self.version = version
        super().__init__(*args, **kwargs)
        others = [(pk, name) for pk, name in names.items() if pk != line_id]
        self.fields["to_line"].choices = [("", "Choose"), *others]  # type: ignore[attr-defined]
        self.fields["number"].label = f"How many {version.plan.counts}"
        self.fields["on"].help_text = f"In {version.period}"
        self.fields["reference"].help_text = "For example, of a business case or a contract"

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if not self.version.starts_on <= on <= self.version.ends_on:
            raise ValidationError(f"The date must be in {self.version.period}")
        return on

    def clean(self) -> None:
        cleaned = super().clean() or {}
        kind, on, until = (cleaned.get(name) for name in ("kind", "on", "until"))
        if not kind:
            return
        if kind in TEMPORARY and "until" not in self.errors:
            if not until:
                self.add_error("until", "Enter the last day of what is temporary")
            elif until.year > LATEST_YEAR:
                self.add_error("until", f"The last day must be before {LATEST_YEAR + 1}")
            elif on and until < on:
                self.add_error("until", "The last day must not be before the date")
        elif kind not in TEMPORARY and until:
            self.add_error("until", "Empty this: only what is temporary has a last day")
        if kind == ChangeKind.TRANSFER and not cleaned.get("to_line"):
            if "to_line" not in self.errors:
                self.add_error("to_line", "Choose the line that gets them")
        elif kind != ChangeKind.TRANSFER and cleaned.get("to_line"):
            self.add_error("to_line", "Empty this: only a transfer goes to another line")


class ChangeForm(ChangeFields, SeenForm):
    """A change that is there."""


class NewChangeForm(ChangeFields, KeyForm):
    """A change to be added."""

    ASKED: ClassVar[tuple[Any, ...]] = ("key", *ChangeFields.ASKED)


class AssumptionFields(SegmentForm):
    """What is expected of the patients of a type, sex and security level."""

    admissions = whole_number(
        "Admissions a year", 0, 100_000, wrong="Enter a number from 0 to 100,000"
    )
    referrals = whole_number(
        "Referrals a year (if known)",
        0,
        1_000_000,
        wrong="Enter a number from 0 to 1,000,000",
        required=False,
    )
    length_of_stay = decimal("Mean length of stay, in days", "0.1", "5,000")
    yearly_change = decimal("Change of admissions from year to year", "-50", "50")
    occupancy = whole_number("Occupancy planned for", 50, 100)
    inside_flow = whole_number("Inside the natural clinical flow", 0, 100)
    source = words("Where the figures are from (optional)", Assumption, "source")
    ASKED: ClassVar[tuple[Any, ...]] = (
        Div("service_type", "sex", "security_level", css_class="cpms-fields"),
        Div("admissions", "referrals", "length_of_stay", css_class="cpms-fields"),
        Div(
            Question("yearly_change", suffix="%"),
            Question("occupancy", suffix="%"),
            Question("inside_flow", suffix="%"),
            css_class="cpms-fields",
        ),
        "source",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yearly_change"].help_text = "Below 0 if they fall"
        if self.version.plan.counts != "beds":
            self.fields["length_of_stay"].label = "Mean number of sessions that a patient attends"
        self.fields["inside_flow"].help_text = "Of the admissions"

    @classmethod
    def as_now(cls, row: Any, **more: Any) -> dict[str, Any]:
        found = super().as_now(row, **more)
        return found | {name: code_of(found[name]) for name in ("length_of_stay", "yearly_change")}


class AssumptionForm(AssumptionFields, SeenForm):
    """Assumptions that are there."""


class NewAssumptionForm(AssumptionFields):
    """Assumptions to be added: a segment has them once."""


class DetailsForm(RowForm, SeenForm):
    """The years, the population and the notes of a version."""

    first_year = whole_number(
        "In which April does the plan begin?", 2000, 2100, wrong="Enter a year from 2000 to 2100"
    )
    years = whole_number("For how many financial years?", 1, 5)
    population = whole_number(
        "Population of the footprint (optional)",
        1,
        100_000_000,
        wrong="Enter a number from 1 to 100,000,000",
        required=False,
    )
    notes = words("Notes (optional)", Version, "notes", widget=Textarea(attrs={"rows": 4}))
    ASKED: ClassVar[tuple[Any, ...]] = (
        Div("first_year", "years", "population", css_class="cpms-fields"),
        Question("notes", counted=True),
    )


class RemoveForm(SeenForm):
    """That a row is to go, as it was shown; of a line, with its changes as they were."""

    changes = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_COUNT,
        required=False,
        widget=forms.HiddenInput,
    )


class AddWardsForm(forms.Form):
    """Which wards of the directory get a line: those ticked, or, by another button, all."""

    wards = forms.TypedMultipleChoiceField(
        label="Wards of the directory",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list"},
    )

    def __init__(
        self, *args: Any, version: Version, wards: Sequence[Ward], there: set[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = wards
        # One that somebody else has added meanwhile may be ticked, and is not added again.
        self.there = {ward.pk for ward in wards if ward.pk in there}
        bound = self.is_bound
        offered = [ward for ward in wards if bound or ward.pk not in there]
        self.fields["wards"].choices = [(ward.pk, str(ward)) for ward in offered]  # type: ignore[attr-defined]
        counts = version.plan.counts
        hints = {
            str(ward.pk): f"{ward.service_type}, {ward.get_sex_display().lower()}, "
            f"{figure_of(ward)} {counts}"
            for ward in offered
        }
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Question("wards", hints=hints),
            ButtonGroup(
                Button("Add the ticked wards"),
                SecondaryButton("Add all of them", name="all", value="yes"),
            ),
        )

    def clean(self) -> None:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("wards") and not self.data.get("all"):
            self.add_error("wards", "Tick at least one ward")

    @property
    def chosen(self) -> list[Ward]:
        """Only once the form is valid."""
        if self.data.get("all"):
            return list(self.offered)
        ticked = set(self.cleaned_data["wards"])
        return [ward for ward in self.offered if ward.pk in ticked]


class MoveLineForm(forms.Form):
    """A button in the table of lines: '12-up-3', the line, the way and its place as shown."""

    move = forms.RegexField(r"\A[0-9]{1,18}-(up|down)-[0-9]{1,4}\Z")

    @property
    def asked(self) -> tuple[int, bool, int]:
        line, way, place = self.cleaned_data["move"].split("-")
        return int(line), way == "up", int(place)


class MoveChangeForm(SeenForm):
    """A button of a change: the day that it moves to."""

    to = forms.DateField(input_formats=["%Y-%m-%d"])
