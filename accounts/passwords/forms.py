"""Forms in which a password is chosen, and the one that asks for a link."""

from collections.abc import Callable
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.fields import AddressField, PasswordField, new_password_fields
from accounts.forms import page_helper, refuse_difference
from accounts.models import User
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link


class ForgottenPasswordForm(forms.Form):
    """Asking for a link with which to choose a new password."""

    email = AddressField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = page_helper("email", button="Send", cancel_to=reverse("account_login"))
        self.helper.form_action = reverse("account_reset_password")


class ChoosePasswordForm(forms.Form):
    """Choosing the password of an account (CPMS-08)."""

    password1, password2 = new_password_fields()

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        self.person = person
        self.helper = page_helper(
            "password1", "password2", button="Save", cancel_to=reverse("landing")
        )

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean(self) -> None:
        refuse_difference(self, "password1", "password2")


class ChangePasswordForm(ChoosePasswordForm):
    """Choosing another password, which needs the present one (CQRS-12).

    `prove` gives None for the right one, otherwise the refusal in words.
    """

    current = PasswordField(
        autocomplete="current-password",
        label="What is your current password?",
        error_messages={"required": "Enter your current password"},
    )
    field_order = ("current", "password1", "password2")

    def __init__(
        self,
        data: Any = None,
        *,
        person: User,
        prove: Callable[[str], str | None],
        way_out: Link,
    ) -> None:
        super().__init__(data, person=person)
        self.prove = prove
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(*self.fields, ButtonGroup(Button("Save"), way_out))

    def clean_current(self) -> str:
        password: str = self.cleaned_data["current"]
        if refusal := self.prove(password):
            raise ValidationError(refusal, code="not_proven")
        return password

    def clean_password1(self) -> str:
        """Only after the right one: the refusal of used passwords would help to guess it."""
        if "current" not in self.cleaned_data:
            return str(self.cleaned_data["password1"])
        return super().clean_password1()
