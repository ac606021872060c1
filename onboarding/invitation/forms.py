"""What an invited person gives: the details that are missing, a password, the terms (CQRS-06)."""

from typing import Any

from crispy_forms.layout import HTML, Layout
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.fields import (
    AGREE,
    ContactNumberField,
    communications_field,
    first_name_field,
    job_title_field,
    new_password_fields,
    surname_field,
    terms_field,
    work_postcode_field,
)
from accounts.forms import refuse_difference
from accounts.models import User
from approvals.invitations.models import Invitation
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Fieldset, Question


class AcceptForm(forms.Form):
    """Opens the account of who was invited; the names are those of the invitation at first."""

    first_name = first_name_field()
    surname = surname_field()
    job_title = job_title_field()
    contact_number = ContactNumberField(
        label="What is your contact number? (optional)", required=False
    )
    work_postcode = work_postcode_field()
    password, confirmation = new_password_fields()
    accepted = terms_field()
    communications = communications_field()

    def __init__(self, data: Any = None, *, invitation: Invitation) -> None:
        names = {"first_name": invitation.first_name, "surname": invitation.surname}
        super().__init__(data, initial=names)
        self.address = invitation.address
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Fieldset(
                "Your details",
                "first_name",
                "surname",
                "job_title",
                "contact_number",
                "work_postcode",
            ),
            Fieldset("Your password", "password", "confirmation"),
            Fieldset(
                "Terms of use",
                HTML('{% include "account/terms_summary.html" %}'),
                "accepted",
                Question("communications", size="s"),
            ),
            ButtonGroup(Button("Create my account")),
        )

    @property
    def details(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in User.DETAILS}

    def clean_communications(self) -> bool:
        return bool(self.cleaned_data["communications"] == AGREE)

    def clean(self) -> None:
        refuse_difference(self, "password", "confirmation")
        if password := self.cleaned_data.get("password"):
            try:
                validate_password(password, User(email=self.address, **self.details))
            except ValidationError as refusal:
                # One line among those of the other fields, not one for each rule.
                messages = [message.removesuffix(".") for message in refusal.messages]
                self.add_error("password", ". ".join(messages))
