"""Forms of a plan's life."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.timezone import localdate

from accounts.fields import TextLine
from accounts.forms import page_helper
from availability.fields import whole_number
from capacity_plans.choices import VersionStatus
from capacity_plans.figures import financial_year
from capacity_plans.life.comparing import capitalised
from capacity_plans.models import Version
from capacity_plans.words import year_name
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Conditional, SecondaryButton
from organisations.choices import WardKind

MOST_YEARS = 5
KINDS = [(WardKind.INPATIENT, "Beds"), (WardKind.SESSIONAL, "Sessions a day")]


class LookedAtForm(forms.Form):
    """Decides on a version as it was shown."""

    revision = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Look at the plan again, then press the button"
        ),
    )


class StartForm(forms.Form):
    """What a plan counts, and for which financial years."""

    kind = forms.ChoiceField(
        label="What is planned?",
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose beds or sessions a day"
        ),
    )
    first_year = forms.TypedChoiceField(
        label="First financial year",
        help_text="The plan begins on 1 April of its first year.",
        coerce=int,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose the first financial year"
        ),
    )
    years = whole_number(
        f"For how many financial years? 1 to {MOST_YEARS}",
        1,
        MOST_YEARS,
        initial=3,
    )

    def __init__(self, data: Any = None, *, kind: str, back_url: str) -> None:
        super().__init__(data, initial={"kind": kind})
        year = financial_year(localdate())
        choices = [(str(one), year_name(one)) for one in range(year - 1, year + 4)]
        self.fields["first_year"].choices = choices  # type: ignore[attr-defined]
        self.fields["first_year"].initial = str(year)
        self.helper = page_helper(
            "kind", "first_year", "years", button="Start the plan", cancel_to=back_url
        )


class CopyForm(forms.Form):
    """Whether a copy is the next draft, or a scenario beside the plan."""

    status = forms.ChoiceField(
        label="What do you want to make of it?",
        choices=[
            (VersionStatus.DRAFT, "The next draft of the plan"),
            (VersionStatus.SCENARIO, "A scenario, to try something out"),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose a draft or a scenario"
        ),
    )
    name = TextLine(
        label="Name of the scenario",
        help_text="Say what it tries out, like “Fewer referrals”.",
        required=False,
        max_length=Version._meta.get_field("name").max_length,
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )

    def __init__(
        self, data: Any = None, *, initial: Any, open_version: Version | None, back_url: str
    ) -> None:
        super().__init__(data, initial=initial)
        self.helper = page_helper(
            Conditional(
                "status",
                {VersionStatus.SCENARIO: ["name"]},
                hints={
                    VersionStatus.DRAFT: f"Not now: {open_version.label} is open already."
                    if open_version
                    else "It gets the next number, and is submitted for approval when it is ready.",
                    VersionStatus.SCENARIO: "It changes nothing in the plan.",
                },
            ),
            button="Make the copy",
            cancel_to=back_url,
        )

    def clean(self) -> None:
        cleaned = super().clean() or {}
        if cleaned.get("status") == VersionStatus.SCENARIO:
            if not cleaned.get("name") and "name" not in self.errors:
                self.add_error("name", "Enter a name for the scenario")
        else:
            # Hidden by the choice, it counts for nothing.
            self.errors.pop("name", None)
            cleaned["name"] = ""


class CompareForm(forms.Form):
    """With which other version of the plan one is compared."""

    other = forms.TypedChoiceField(
        label="Compare with",
        coerce=int,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose another version of this plan from the list"
        ),
    )

    def __init__(self, data: Any = None, *, others: Sequence[Version]) -> None:
        super().__init__(data)
        choices = [
            (str(one.pk), f"{capitalised(one.label)}, {one.get_status_display().lower()}")
            for one in others
        ]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout("other", SecondaryButton("Compare"))
