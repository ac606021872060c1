"""Forms of sign-in and verification."""

from typing import Any

from allauth.account import forms as allauth_forms
from crispy_forms.layout import Layout
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.addresses import suggestion
from accounts.fields import (
    AGREE,
    DISAGREE,
    AddressField,
    PasswordField,
    communications_field,
    terms_field,
)
from accounts.sessions.limits import limits_of
from accounts.sessions.services import REMEMBER
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link, SecondaryButton

PASSWORDS_DIFFER = "The two passwords are not the same. Type them again"


def refuse_difference(form: forms.Form, password: str, confirmation: str) -> None:
    """An error at the confirmation if it is not the password; none that the password has too."""
    if form.errors.get(password) == form.errors.get(confirmation):
        form.errors.pop(confirmation, None)
    typed, again = form.cleaned_data.get(password), form.cleaned_data.get(confirmation)
    if typed and again and typed != again:
        form.add_error(confirmation, PASSWORDS_DIFFER)


def page_helper(*fields: Any, button: str, cancel_to: str) -> NHSFormHelper:
    """A page with one button and a way out."""
    helper = NHSFormHelper()
    helper.layout = Layout(*fields, ButtonGroup(Button(button), Link("Cancel", cancel_to)))
    return helper


class AsksAboutAddress:
    """For a form with `data`, `cleaned_data` and a helper whose layout ends with its buttons."""

    def ask_about_address(self: Any, field: str, *, kept: str, button: str) -> None:
        """Ask once whether an address that looks mistyped is meant, with a button for each answer.

        `kept` is an address that needs no more asking; `button` is for who has typed another one
        since. Whatever is pressed then, what was typed counts.
        """
        typed = self.cleaned_data.get(field)
        meant = suggestion(typed) if typed and typed != kept else ""
        if not meant or self.data.get("keep_address") == typed:
            return
        if self.data.get("use_address") == meant:
            self.cleaned_data[field] = meant
            return
        self.add_error(field, f"Did you mean {meant}?")
        self.helper.layout[-1] = ButtonGroup(
            Button(f"Use {meant}", name="use_address", value=meant),
            SecondaryButton(f"Keep {typed}", name="keep_address", value=typed),
            SecondaryButton(button),
        )


class LoginForm(allauth_forms.LoginForm):
    """Sign-in (CPMS-13)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()
        self.fields["password"] = PasswordField(
            autocomplete="current-password",
            label="Password",
            error_messages={"required": "Enter your password"},
        )
        self.fields["remember"].label = "Remember your login details?"
        self.order_fields(["login", "password", "remember"])
        self.helper = page_helper(
            "login", "password", "remember", button="Login", cancel_to=reverse("landing")
        )

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except forms.ValidationError as refusal:
            self.add_error("login", refusal)
            return self.cleaned_data

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """What was ticked is honoured, or explained, when the login is complete."""
        request.session[REMEMBER] = self.user.pk if self.cleaned_data["remember"] else None
        self.cleaned_data["remember"] &= bool(limits_of(self.user).remembered)
        return super().login(request, redirect_url)


class NewLinkForm(forms.Form):
    """Asking for another verification link."""

    address = AddressField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("address", button="Send a new link", cancel_to=reverse("landing"))
        self.helper.form_action = reverse("new_link")


class CommunicationsForm(forms.Form):
    """The choice whether to be sent news, changeable at any time (CT-10)."""

    communications = communications_field()

    def __init__(self, data: Any = None, *, chosen: bool | None) -> None:
        initial = {} if chosen is None else {"communications": AGREE if chosen else DISAGREE}
        super().__init__(data, initial=initial)
        self.helper = page_helper(*self.fields, button="Save", cancel_to=reverse("home"))

    def clean_communications(self) -> bool:
        return bool(self.cleaned_data["communications"] == AGREE)


class AgreementForm(CommunicationsForm):
    """The terms in force, for who has not accepted them (CT-10)."""

    accepted = terms_field()
    field_order = ("accepted", "communications")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            *self.fields,
            ButtonGroup(Button("Continue"), Link("Log out instead", reverse("account_logout"))),
        )
