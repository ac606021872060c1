"""Forms of what people change about their own account."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.choices import Capability, ProfessionalRole
from accounts.fields import (
    AddressField,
    ContactNumberField,
    TextLine,
    first_name_field,
    job_title_field,
    surname_field,
    work_postcode_field,
)
from accounts.forms import AsksAboutAddress, page_helper
from accounts.models import Disabling, User
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Link, Question
from crispy_nhsuk.text import Textarea
from organisations.models import ServiceGroup


class DetailsForm(forms.Form):
    """What a person said of themselves when they registered (CQRS-13)."""

    first_name = first_name_field()
    surname = surname_field()
    job_title = job_title_field()
    contact_number = ContactNumberField(
        label="What is your contact number? (optional)",
        help_text="For questions about your account and your requests",
        required=False,
    )
    work_postcode = work_postcode_field()

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in User.DETAILS})
        self.helper = page_helper(*self.fields, button="Save", cancel_to=reverse("your_account"))


class AddressForm(AsksAboutAddress, forms.Form):
    """Another address for the account."""

    address = AddressField(
        label="What is your new email address?",
        help_text="We will send you a link to verify it. Until you use the link, you log in with "
        "your present address",
    )
    button = "Send the link"

    def __init__(self, data: Any = None, *, waits: str) -> None:
        super().__init__(data, initial={"address": waits})
        self.helper = page_helper("address", button=self.button, cancel_to=reverse("your_account"))

    def clean(self) -> None:
        self.ask_about_address("address", kept="", button=self.button)


class PreferencesForm(forms.Form):
    """Professional role and service groups of interest (ERN-06)."""

    professional_role = forms.ChoiceField(
        label="What is your professional role? (optional)",
        choices=[("", "I prefer not to say"), *ProfessionalRole.choices],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Select a professional role from the list"},
    )
    other_role = TextLine(
        label="Professional role",
        required=False,
        max_length=120,
        error_messages={"max_length": "Professional role must be 120 characters or fewer"},
    )
    groups_of_interest = forms.ModelMultipleChoiceField(
        label="Which service groups do you work with? (optional)",
        help_text="If you select one, a search for beds begins with it. Each morning you are told "
        "which wards have opened or closed, of those that you may search",
        queryset=ServiceGroup.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={
            "invalid_choice": "Select service groups from the list",
            "invalid_pk_value": "Select service groups from the list",
            "list": "Select service groups from the list",
        },
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        initial = {
            "professional_role": person.professional_role,
            "other_role": person.other_role,
            "groups_of_interest": person.groups_of_interest.all(),
        }
        super().__init__(data, initial=initial)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Conditional("professional_role", {ProfessionalRole.OTHER: ["other_role"]}),
            "groups_of_interest",
            ButtonGroup(Button("Save"), Link("Cancel", reverse("your_account"))),
        )

    def clean(self) -> None:
        """What is hidden is not kept, and its error is not shown."""
        if self.cleaned_data.get("professional_role") != ProfessionalRole.OTHER:
            self.errors.pop("other_role", None)
            self.cleaned_data["other_role"] = ""
        elif not self.errors.get("other_role") and not self.cleaned_data["other_role"]:
            self.add_error("other_role", "Enter your professional role")


class DisableForm(forms.Form):
    """Disabling one's own account (CQRS-16)."""

    note = forms.CharField(
        label="Why do you want to disable your account? (optional)",
        help_text="Enter nothing about a patient.",
        max_length=Disabling._meta.get_field("note").max_length,
        required=False,
        validators=[refuse_nhs_numbers],
        widget=Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Use %(limit_value)d characters or fewer"},
    )
    confirmed = forms.BooleanField(
        label="I want to disable my account",
        error_messages={"required": "Tick the box to confirm that you want to disable it"},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Question("note", counted=True),
            "confirmed",
            ButtonGroup(Button("Disable my account"), Link("Cancel", reverse("your_account"))),
        )


class RoleForm(forms.Form):
    """The role to work in, of those that the person holds (CQRS-15)."""

    role = forms.ChoiceField(
        label="Which role do you want to use?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Select all your roles, or one of them"
        ),
    )
    ALL = "all"

    def __init__(self, data: Any = None, *, person: User, explanations: dict[str, str]) -> None:
        super().__init__(data, initial={"role": person.role_in_use or self.ALL})
        held = [one for one in Capability if one in person.all_capabilities]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (self.ALL, "All my roles"),
            *((one.value, one.label) for one in held),
        ]
        hints = {one.value: explanations[one] for one in held}
        hints[self.ALL] = "Everything that you have been given, together."
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Question("role", heading=True, hints=hints),
            ButtonGroup(Button("Confirm"), Link("Cancel", reverse("home"))),
        )

    def clean_role(self) -> str:
        """The capability; '' for all."""
        role: str = self.cleaned_data["role"]
        if "\0" in role:
            raise ValidationError(self.fields["role"].error_messages["invalid_choice"])
        return "" if role == self.ALL else role
