"""The questions of registration, part 1, in the guide's words (CPMS-06 to CPMS-10)."""

from typing import Any

from crispy_forms.layout import HTML, Layout
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password

from accounts.fields import (
    AddressField,
    ContactNumberField,
    communications_field,
    first_name_field,
    job_title_field,
    new_password_fields,
    surname_field,
    terms_field,
    work_postcode_field,
)
from accounts.forms import AsksAboutAddress, refuse_difference
from accounts.models import User
from core.steps import Answers, StepForm
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link, SecondaryButton


def person_of(answers: Answers) -> User:
    """The person described so far, not in the database."""
    name, work = answers.get("name", {}), answers.get("work", {})
    return User(
        email=name.get("email", ""),
        first_name=name.get("first_name", ""),
        surname=name.get("surname", ""),
        job_title=work.get("job_title", ""),
        contact_number=work.get("contact_number", ""),
        work_postcode=work.get("postcode", ""),
    )


class RegistrationForm(StepForm):
    """One page of questions with "Next", and "Previous" unless it is the first.

    `chosen`: a password was chosen before.
    """

    first = False

    def __init__(self, *args: Any, chosen: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        # "Next" comes first in the page, since Enter presses the first button.
        buttons = [Button("Next")]
        if not self.first:
            buttons.append(SecondaryButton("Previous", name="previous", value="yes"))
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(*self.fields, ButtonGroup(*buttons))


class NameForm(AsksAboutAddress, RegistrationForm):
    """Step 1 (CPMS-06)."""

    first = True

    first_name = first_name_field()
    surname = surname_field()
    email = AddressField(
        help_text="As part of the registration we will send you a link to verify your email address"
    )

    def clean(self) -> None:
        kept = self.answers.get("name", {}).get("email", "")
        self.ask_about_address("email", kept=kept, button="Next")


class WorkForm(RegistrationForm):
    """Step 2 (CPMS-07, CT-06)."""

    job_title = job_title_field()
    contact_number = ContactNumberField(
        label="What is your contact number? (optional)",
        help_text="For questions about your registration",
        required=False,
    )
    postcode = work_postcode_field()


class PasswordForm(RegistrationForm):
    """Step 3 (CPMS-08). Once a password was chosen, both fields may stay empty to keep it."""

    password, confirmation = new_password_fields()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.chosen and not self.data.get("password") and not self.data.get("confirmation"):
            self.fields["password"].required = self.fields["confirmation"].required = False

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, person_of(self.answers))
        return password

    def clean(self) -> None:
        refuse_difference(self, "password", "confirmation")


class TermsForm(RegistrationForm):
    """Step 4 (CT-10). Answers to terms that are no longer in force do not count."""

    accepted = terms_field()
    communications = communications_field()

    def clean(self) -> dict[str, Any]:
        return {**self.cleaned_data, "version": settings.TERMS_VERSION}


class ConfirmForm(forms.Form):
    """The summary (CPMS-10), with a box that only programs see and fill (CT-11)."""

    confirmed = forms.BooleanField(
        label="I confirm my details are correct",
        error_messages={"required": "Tick the box to confirm that your details are correct"},
    )
    website = forms.CharField(
        label="Leave this box empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "confirmed",
            HTML('<div class="nhsuk-u-visually-hidden" aria-hidden="true">'),
            "website",
            HTML("</div>"),
            ButtonGroup(
                Button("Register"), SecondaryButton("Previous", name="previous", value="yes")
            ),
        )

    @property
    def filled_by_a_program(self) -> bool:
        return bool(self.data.get("website"))


class CorrectAddressForm(AsksAboutAddress, forms.Form):
    """Another address for what was registered in this browser."""

    address = AddressField()

    def __init__(self, data: Any = None, *, kept: str, back_url: str) -> None:
        super().__init__(data, initial={"address": kept})
        self.kept = kept
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "address", ButtonGroup(Button("Send a new link"), Link("Cancel", back_url))
        )

    def clean(self) -> None:
        self.ask_about_address("address", kept=self.kept, button="Send a new link")
