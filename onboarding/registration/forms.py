"""The questions of registration, part 1, in the guide's words (CPMS-06 to CPMS-10)."""

import re
import unicodedata
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.forms import AddressField, new_password_fields, refuse_difference
from accounts.models import User
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, SecondaryButton
from onboarding.steps import Answers, StepForm
from organisations.forms import PostcodeField

# Names stand in mail to addresses that nobody has proven yet: they must not carry links.
NOT_IN_NAMES = re.compile(r"[<>@/\\\x00-\x1f\x7f]|www\.|\w\.[^\W\d_]{2,}", re.IGNORECASE)


class NameField(forms.CharField):
    """A name as people have them: any letters, apostrophes, one letter alone."""

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        super().__init__(
            max_length=80,
            error_messages={
                "required": f"Enter your {what}",
                "max_length": f"{what.capitalize()} must be 80 characters or fewer",
            },
            **kwargs,
        )
        self.what = what

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"spellcheck": "false"}

    def validate(self, value: str) -> None:
        super().validate(value)
        # Letters that cannot be seen, or turn the line round, would make up another name.
        invisible = any(unicodedata.category(letter) in {"Cf", "Co", "Cn"} for letter in value)
        if invisible or NOT_IN_NAMES.search(value):
            raise ValidationError(
                f"{self.what.capitalize()} must not contain a web address, invisible characters "
                "or any of < > @ / \\"
            )


def person_of(answers: Answers) -> User:
    """The person described so far, not in the database."""
    name, work = answers.get("name", {}), answers.get("work", {})
    return User(
        email=name.get("email", ""),
        first_name=name.get("first_name", ""),
        surname=name.get("surname", ""),
        job_title=work.get("job_title", ""),
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


class NameForm(RegistrationForm):
    """Step 1 (CPMS-06)."""

    first = True

    first_name = NameField(
        what="first name",
        label="What is your first name?",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    surname = NameField(
        what="surname",
        label="What is your surname?",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = AddressField(
        help_text="As part of the registration we will send you a link to verify your email address"
    )


class WorkForm(RegistrationForm):
    """Step 2 (CPMS-07)."""

    job_title = forms.CharField(
        label="What is your job title? (optional)",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"max_length": "Job title must be 120 characters or fewer"},
    )
    postcode = PostcodeField(
        label="What is your organisation postcode?",
        help_text="What is the postcode of the place you work?",
        error_messages={"required": "Enter your organisation postcode"},
    )


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


class ConfirmForm(forms.Form):
    """Step 4 (CPMS-10)."""

    confirmed = forms.BooleanField(
        label="I confirm my details are correct",
        error_messages={"required": "Tick the box to confirm that your details are correct"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "confirmed",
            ButtonGroup(
                Button("Register"), SecondaryButton("Previous", name="previous", value="yes")
            ),
        )
