"""What is asked about an account before something is done to it; and the filters of the list."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accounts.choices import Capability, LeavingReason
from accounts.models import Disabling, Grant, User
from approvals.people.queries import Filters
from approvals.people.status import Status
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Link, Question
from crispy_nhsuk.text import Textarea


def words(label: str, *, model: Any, field: str, required: str = "") -> forms.CharField:
    """A few words of free text; `required` is what who leaves it out is told."""
    return forms.CharField(
        label=label,
        help_text="Enter no patient data.",
        max_length=model._meta.get_field(field).max_length,
        required=bool(required),
        validators=[refuse_nhs_numbers],
        widget=Textarea(attrs={"rows": 3}),
        error_messages={
            "required": required,
            "max_length": "Enter %(limit_value)d characters or fewer",
        },
    )


class FilterForm(forms.Form):
    """Whom the list shows."""

    q = forms.CharField(
        label="Name or email address",
        help_text="A part is enough",
        required=False,
        max_length=User._meta.get_field("email").max_length,
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )
    organisation = forms.CharField(
        label="Organisation",
        help_text="A part of its name, or its ODS code",
        required=False,
        max_length=200,
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Any"), *Status.choices],
        error_messages={"invalid_choice": "Choose a status from the list"},
    )
    role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[("", "Any"), *Capability.choices],
        error_messages={"invalid_choice": "Choose a role from the list"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout("q", "organisation", "status", "role", Button("Search"))

    @property
    def filters(self) -> Filters:
        """Only once the form is valid."""
        found = self.cleaned_data
        return Filters(found["q"], found["organisation"], found["status"], found["role"])


class DisableForm(forms.Form):
    """Why an account is disabled (CQRS-16)."""

    reason = forms.ChoiceField(
        label="Why is the account disabled?",
        choices=LeavingReason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose why the account is disabled"
        ),
    )
    note = words("Reason", model=Disabling, field="note")

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Conditional(
                "reason", {LeavingReason.OTHER: [Question("note", counted=True)]}, size="m"
            ),
            ButtonGroup(Button("Confirm"), Link("Cancel", back_url)),
        )

    def clean(self) -> None:
        cleaned = super().clean() or {}
        if cleaned.get("reason") != LeavingReason.OTHER:
            # The note is hidden then, and so would be its error.
            self.errors.pop("note", None)
            cleaned["note"] = ""
        elif "note" not in self.errors and not cleaned.get("note"):
            self.add_error("note", "Enter the reason")


class RevokeForm(forms.Form):
    """Which access is taken away, some or all of it, and why (CQRS-18)."""

    grants = forms.MultipleChoiceField(
        label="What do you want to take away?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose what you want to take away",
            "invalid_choice": "Choose from the list. It shows what you can take away now",
        },
    )
    because = words(
        "Why is it taken away?",
        model=Grant,
        field="revoked_because",
        required="Enter why the access is taken away",
    )

    def __init__(self, *args: Any, grants: Iterable[Grant], back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(grant.pk): grant for grant in grants}
        # Names what it stands for: what has changed since the page was shown is not taken with it.
        self.all_of_it = ",".join(self.by_key)
        choices = [(key, grant.describe()) for key, grant in self.by_key.items()]
        together: Any = {}
        if len(choices) > 1:
            choices.append((self.all_of_it, "All of it"))
            together = {"exclusive": self.all_of_it, "divider": "or"}
        self.fields["grants"].choices = choices  # type: ignore[attr-defined]
        self.fields["because"].help_text = "The person is told this reason. Enter no patient data."
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Question("grants", size="m", **together),
            Question("because", size="m", counted=True),
            ButtonGroup(Button("Confirm"), Link("Cancel", back_url)),
        )

    @property
    def chosen(self) -> list[Grant]:
        keys = self.cleaned_data["grants"]
        return [self.by_key[key] for key in (self.by_key if self.all_of_it in keys else keys)]


class ConfirmForm(forms.Form):
    """Nothing is asked but whether it is meant."""

    def __init__(self, *args: Any, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(ButtonGroup(Button("Confirm"), Link("Cancel", back_url)))
