"""Forms of two-step login."""

import re
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse

from accounts.fields import TextLine
from accounts.forms import page_helper
from accounts.models.devices import plain
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Link, Question, SecondaryButton

AUTHENTICATOR, EMAIL = "authenticator", "email"


class CodeField(forms.CharField):
    """Six digits, typed with spaces or without."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="6-digit code",
            max_length=20,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "one-time-code",
                    "inputmode": "numeric",
                    "spellcheck": "false",
                    "class": "nhsuk-input--width-10",
                }
            ),
            error_messages={
                "required": "Enter the 6-digit code",
                "max_length": "The code has 6 digits",
            },
            **kwargs,
        )
        self.widget.attrs.pop("maxlength", None)

    def clean(self, value: Any) -> str:
        digits = re.sub(r"[\s-]", "", super().clean(value))
        if not re.fullmatch("[0-9]{6}", digits):
            raise forms.ValidationError("The code has 6 digits")
        return digits


class RecoveryCodeField(forms.CharField):
    """24 letters and digits, typed with hyphens or without."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Recovery code",
            help_text="One that you have not used before, like k7qm-4rtw-9xhd-2vbn-p3cz-8gae",
            max_length=60,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "off",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "class": "nhsuk-input--width-30",
                }
            ),
            error_messages={
                "required": "Enter a recovery code",
                "max_length": "A recovery code has 24 letters and digits",
            },
            **kwargs,
        )
        self.widget.attrs.pop("maxlength", None)

    def clean(self, value: Any) -> str:
        typed = plain(super().clean(value))
        if len(typed) != 24:
            raise forms.ValidationError("A recovery code has 24 letters and digits")
        return typed


class SignInCodeForm(forms.Form):
    """The code, after the password."""

    code = CodeField()

    def __init__(self, data: Any = None, *, is_mailed: bool) -> None:
        super().__init__(data)
        buttons = [Button("Continue"), SecondaryButton("Cancel", name="cancel", value="yes")]
        if is_mailed:
            buttons.insert(1, SecondaryButton("Email me another code", name="send", value="yes"))
        self.helper = NHSFormHelper()
        self.helper.layout = Layout("code", ButtonGroup(*buttons))


class SignInRecoveryForm(forms.Form):
    """A recovery code, after the password."""

    code = RecoveryCodeField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "code",
            ButtonGroup(Button("Continue"), SecondaryButton("Cancel", name="cancel", value="yes")),
        )


class MethodForm(forms.Form):
    """How the person wants to get codes."""

    method = forms.ChoiceField(
        label="How do you want to get codes?",
        choices=[
            (AUTHENTICATOR, "From an authenticator app (recommended)"),
            (EMAIL, "By email"),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select how you want to get codes",
            "invalid_choice": "Select how you want to get codes",
        },
    )
    HINTS = {
        AUTHENTICATOR: "An app on your phone or computer shows a new code every 30 seconds. "
        "It works without a signal.",
        EMAIL: "We email you a code each time you log in. This protects you less: whoever gets "
        "into your mailbox can choose a new password and read the codes.",
    }

    def __init__(self, data: Any = None, *, forced: bool) -> None:
        super().__init__(data)
        way_out = (
            Link("Log out instead", reverse("account_logout"))
            if forced
            else Link("Cancel", reverse("second_factor"))
        )
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Question("method", hints=self.HINTS, size="m"), ButtonGroup(Button("Continue"), way_out)
        )


class SetUpForm(forms.Form):
    """The first code of a device, which shows that it works."""

    code = CodeField()

    def __init__(self, data: Any = None, *, is_mailed: bool) -> None:
        super().__init__(data)
        self.helper = page_helper(
            "code", button="Continue", cancel_to=reverse("second_factor_set_up")
        )
        if is_mailed:
            buttons = self.helper.layout[-1].fields
            buttons.insert(1, SecondaryButton("Email me another code", name="send", value="yes"))


class SavedCodesForm(forms.Form):
    """That recovery codes are saved."""

    saved = forms.BooleanField(
        label="I have saved these codes",
        error_messages={"required": "Save the codes, then tick the box"},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            "saved",
            ButtonGroup(
                Button("Continue"),
                SecondaryButton("Download as a text file", name="download", value="yes"),
            ),
        )


class ResetForm(forms.Form):
    """How the helpdesk knows that it speaks with the person who owns the account."""

    note = TextLine(
        label="How was the person's identity checked?",
        help_text="For example: called back on the number of the switchboard, and the line manager "
        "confirmed it. Nothing about patients.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Enter how the person's identity was checked",
            "max_length": "The note must be 500 characters or fewer",
        },
    )
