"""Forms of sign-in and verification."""

from typing import Any

from allauth.account import forms as allauth_forms
from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.urls import reverse

from accounts import password_rules
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link

ADDRESS_LABEL = "What is your email address?"
PASSWORDS_DIFFER = "The two passwords are not the same. Type them again"


class AddressField(forms.EmailField):
    """An e-mail address, trimmed and in lower case, as accounts keep it."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    default_error_messages = {
        "required": "Enter your email address",
        "max_length": "Email address must be 254 characters or fewer",
        "invalid": "Enter an email address in the correct format, like name@example.com",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", ADDRESS_LABEL)
        super().__init__(max_length=254, **kwargs)
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


class PasswordField(forms.CharField):
    """A password as typed, spaces included."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(
            strip=False,
            max_length=password_rules.MAX_LENGTH,
            widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
            **kwargs,
        )
        self.widget.attrs.pop("maxlength", None)
        self.error_messages["max_length"] = (
            f"Password must be {password_rules.MAX_LENGTH} characters or fewer"
        )


def new_password_fields() -> tuple[PasswordField, PasswordField]:
    """The two fields in which a person chooses a password (CPMS-08)."""
    return (
        PasswordField(
            autocomplete="new-password",
            label="What would you like your password to be?",
            help_text=password_rules.HINT,
            error_messages={"required": "Enter a password"},
        ),
        PasswordField(
            autocomplete="new-password",
            label="Please confirm your password by typing it again",
            error_messages={"required": "Type your password again"},
        ),
    )


def refuse_difference(form: forms.Form, password: str, confirmation: str) -> None:
    """An error at the confirmation if it is not the password."""
    typed, again = form.cleaned_data.get(password), form.cleaned_data.get(confirmation)
    if typed and again and typed != again:
        form.add_error(confirmation, PASSWORDS_DIFFER)


def page_helper(*fields: Any, button: str, cancel_to: str) -> NHSFormHelper:
    """A page with one button and a way out."""
    helper = NHSFormHelper()
    helper.layout = Layout(*fields, ButtonGroup(Button(button), Link("Cancel", cancel_to)))
    return helper


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


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Asking for a link to choose a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField()
        self.helper = page_helper("email", button="Send", cancel_to=reverse("account_login"))


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """Choosing the new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"], self.fields["password2"] = new_password_fields()
        self.helper = page_helper(
            "password1", "password2", button="Save", cancel_to=reverse("landing")
        )

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> None:
        refuse_difference(self, "password1", "password2")


class NewLinkForm(forms.Form):
    """Asking for another verification link."""

    address = AddressField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("address", button="Send a new link", cancel_to=reverse("landing"))
        self.helper.form_action = reverse("new_link")
