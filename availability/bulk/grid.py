"""The grid of all wards: what is chosen for each bed, and what goes with it.

Without JavaScript: the states are chosen first, and the details that some of them need are asked of
those beds alone, on the page that shows the changes before they are saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from availability.choices import BedState
from availability.conditions import Condition
from availability.conflicts import BedsChanged, Told, described, told
from availability.forms import ConditionForm, StateForm
from availability.models import BedEntry
from availability.several.forms import SeenEntriesField
from crispy_nhsuk.fields import error_target
from organisations.models import Ward

# All that carry details ask for them, but Available: in the grid it is from now on.
DETAILED = [state for state in StateForm.ASKED if state != BedState.AVAILABLE]
GONE = "One of the beds that you chose is not on this page any more. Look at them again"


class DetailsForm(StateForm):
    """What goes with the state that was chosen for a bed."""

    def __init__(self, data: Any, *, entry: BedEntry) -> None:
        prefix = f"bed-{entry.bed_id}"
        state = data[f"{prefix}-state"]
        self.asked = list(self.ASKED[state]) if state in DETAILED else []
        was = ConditionForm.as_now(entry) if state == entry.state else {}
        # What is asked for the first time is not wrong yet.
        answered = any(key.startswith(f"{prefix}-{name}") for name in self.asked for key in data)
        is_bound = answered or not self.asked
        super().__init__(data if is_bound else None, prefix=prefix, initial=was)
        for name in {*self.fields} - {"state", *self.asked}:
            del self.fields[name]

    @property
    def questions(self) -> list[Any]:
        return [self[name] for name in self.asked]


@dataclass
class Row:
    """A bed of the grid; `form` if something was chosen for it."""

    entry: BedEntry
    state: str = ""
    form: DetailsForm | None = None
    conflict: Told | None = None

    @property
    def now(self) -> str:
        return described(self.entry)

    @property
    def becomes(self) -> str:
        """What was chosen, with what goes with it as far as that is known."""
        if self.form and self.form.is_bound and self.form.is_valid():
            to = Condition(self.state, **self.form.details)
            return described(BedEntry(state=to.state, **to.details))
        return str(BedState(self.state).label)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed about it, to keep it on the way back."""
        if self.form is None or not self.form.is_bound:
            return []
        kept = (f"{self.form.prefix}-{name}" for name in self.form.asked)
        return [
            (key, value)
            for name in kept
            for key, value in self.form.data.items()
            if key == name or key.startswith(f"{name}_")
        ]


@dataclass
class Section:
    """A ward of the grid."""

    ward: Ward
    rows: list[Row]
    is_confirmed: bool = False
    conflicts: list[Told] = field(default_factory=list)

    @property
    def chosen(self) -> list[Row]:
        return [row for row in self.rows if row.form]


class GridForm(forms.Form):
    """All that is chosen in a page of wards, `bed-<id>-state` for each bed."""

    confirm = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": GONE, "invalid_list": GONE}
    )
    seen_entries = SeenEntriesField()

    def __init__(
        self,
        data: Any = None,
        *,
        wards: Sequence[Ward],
        entries: Iterable[BedEntry],
    ) -> None:
        super().__init__(data)
        # Once a person was told of what happened meanwhile, they decide on what is shown now.
        self.told = False
        grouped = {key: list(some) for key, some in groupby(entries, lambda one: one.bed.ward_id)}
        self.sections = [
            Section(ward, [Row(entry) for entry in grouped.get(ward.pk, [])]) for ward in wards
        ]
        choices = [(str(ward.pk), ward.name) for ward in wards]
        self.fields["confirm"].choices = choices  # type: ignore[attr-defined]
        if data is not None:
            self.choose(data)

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]

    @property
    def chosen(self) -> list[Row]:
        return [row for row in self.rows if row.form]

    @property
    def number(self) -> int:
        """How many beds and wards would be written."""
        return len(self.chosen) + sum(section.is_confirmed for section in self.sections)

    @property
    def shown(self) -> str:
        """The entries that the page shows."""
        return ",".join(str(row.entry.pk) for row in self.rows)

    def choose(self, data: Any) -> None:
        """Read what was chosen for each bed; without what changes nothing."""
        left = data.getlist("leave")
        for row in self.rows:
            state = data.get(f"bed-{row.entry.bed_id}-state", "")
            if state not in BedState.values or str(row.entry.bed_id) in left:
                continue
            form = DetailsForm(data, entry=row.entry)
            same = state == row.entry.state and state not in DETAILED
            if same and not (state == BedState.AVAILABLE and row.entry.due_at):
                continue
            row.state, row.form = state, form
        confirmed = data.getlist("confirm")
        for section in self.sections:
            section.is_confirmed = str(section.ward.pk) in confirmed

    def clean(self) -> None:
        offered = {f"bed-{row.entry.bed_id}-state" for row in self.rows}
        for key, value in self.data.items():
            if key.startswith("bed-") and key.endswith("-state") and value:
                if key not in offered:
                    raise ValidationError(GONE)
                if value not in BedState.values:
                    raise ValidationError("Choose from the states of the list")
        if not self.number and not self.errors:
            raise ValidationError(
                "Choose what at least one bed is now, or confirm at least one ward"
            )

    @property
    def seen(self) -> str:
        """The entries that the next answer decides on: those that the person saw."""
        return self.shown if self.told or not self.is_bound else self.data.get("seen_entries", "")

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong with the details, each with the id of its input."""
        return [
            (error_target(question), f"{row.entry.bed.name}, {row.entry.bed.ward.name}: {error}")
            for row in self.chosen
            if row.form and row.form.is_bound
            for question in row.form.questions
            for error in question.errors
        ]

    @property
    def has_details(self) -> bool:
        """Whether all that was asked about the chosen beds is answered."""
        return all(row.form and row.form.is_bound and row.form.is_valid() for row in self.chosen)

    @property
    def change(self) -> dict[str, Any]:
        """What services.change_wards is given; only once form and details are valid."""
        changes: Mapping[int, Condition] = {
            row.entry.bed_id: Condition(row.state, **row.form.details)
            for row in self.chosen
            if row.form
        }
        return {
            "changes": changes,
            "seen_entries": self.cleaned_data["seen_entries"],
            "confirmed": [one.ward.pk for one in self.sections if one.is_confirmed],
        }

    def tell(self, conflict: BedsChanged, reader: Any) -> None:
        """Show what happened to the beds meanwhile, each in its place."""
        self.told = True
        sections = {section.ward.pk: section for section in self.sections}
        rows = {row.entry.bed_id: row for row in self.rows}
        for one, happened in zip(told(conflict, None, reader), conflict.beds, strict=True):
            row = rows.get(happened.bed.pk)
            if row and row.form:
                row.conflict = one
            elif happened.bed.ward_id in sections:
                sections[happened.bed.ward_id].conflicts.append(one)
