"""Form fields of what accounts know of a person; the longest text of each is its column's."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.addresses import AddressError, normalised
from accounts.passwords import rules
from core.patients import refuse_nhs_numbers
from organisations.forms import PostcodeField

ADDRESS_LABEL = "What is your email address?"

# Names stand in mail to addresses that nobody has proven yet: they must not carry links.
NOT_IN_NAMES = re.compile(r"[<>@/\\\x00-\x1f\x7f]|www\.|\w\.[^\W\d_]{2,}", re.IGNORECASE)
# Blanks that Unicode counts among letters, symbols and marks.
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

TELEPHONE = re.compile(
    r"(?P<number>\+?[0-9() ./-]+?)\s*(?:(?:extension|ext|x|#)[ .:]*(?P<extension>[0-9]{1,6}))?",
    re.IGNORECASE,
)
FEWEST_DIGITS, MOST_DIGITS = 7, 15


def folded(text: str) -> str:
    """Letters composed, each run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class AddressField(forms.EmailField):
    """An e-mail address, in the one spelling that accounts keep."""

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
        try:
            return normalised(super().to_python(value) or "")
        except AddressError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class TextLine(forms.CharField):
    """One line of free text, white space folded; nothing about a patient."""

    default_validators = [refuse_nhs_numbers]

    def clean(self, value: Any) -> str:
        return folded(super().clean(value))


class NameField(TextLine):
    """A name as people have them: any letters, apostrophes, one letter alone."""

    whose = "your"

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        super().__init__(
            max_length=80,
            error_messages={
                "required": f"Enter {self.whose} {what}",
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
        invisible = any(
            letter in BLANK_LETTERS or unicodedata.category(letter) in {"Cf", "Co", "Cn", "Cs"}
            for letter in value
        )
        if invisible or NOT_IN_NAMES.search(value):
            raise ValidationError(
                f"{self.what.capitalize()} must not contain a web address, invisible characters "
                "or any of < > @ / \\"
            )
        if not any(map(str.isalpha, value)):
            raise ValidationError(f"Enter {self.whose} {self.what} with at least 1 letter")


class ContactNumberField(forms.CharField):
    """A telephone number as people type it; cleans '(01632)  960001 EXT.12' to
    '(01632) 960001 ext 12'."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=40,
            widget=forms.TextInput(
                attrs={"type": "tel", "autocomplete": "tel", "class": "nhsuk-input--width-20"}
            ),
            error_messages={"max_length": "Contact number must be 40 characters or fewer"},
            **kwargs,
        )
        self.widget.attrs.pop("maxlength", None)

    def clean(self, value: Any) -> str:
        text = folded(unicodedata.normalize("NFKC", super().clean(value)))
        if not text:
            return ""
        found = TELEPHONE.fullmatch(text)
        digits = re.sub(r"\D", "", found["number"]) if found else ""
        if not found or not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
            raise ValidationError(
                "Enter a contact number like 01632 960001, +44 1632 960001 or 01632 960001 ext 12",
                code="telephone",
            )
        number = found["number"].strip()
        return f"{number} ext {found['extension']}" if found["extension"] else number


class PasswordField(forms.CharField):
    """A password as typed, spaces included."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(
            strip=False,
            max_length=rules.MAX_LENGTH,
            widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
            **kwargs,
        )
        self.widget.attrs.pop("maxlength", None)
        self.error_messages["max_length"] = (
            f"Password must be {rules.MAX_LENGTH} characters or fewer"
        )


def new_password_fields() -> tuple[PasswordField, PasswordField]:
    """The two fields in which a person chooses a password (CPMS-08)."""
    return (
        PasswordField(
            autocomplete="new-password",
            label="What would you like your password to be?",
            help_text=rules.HINT,
            error_messages={"required": "Enter a password"},
        ),
        PasswordField(
            autocomplete="new-password",
            label="Please confirm your password by typing it again",
            error_messages={"required": "Type your password again"},
        ),
    )


def terms_field() -> forms.BooleanField:
    """The box that accepts the terms (CT-10)."""
    return forms.BooleanField(
        label="I accept the terms of use",
        error_messages={"required": "Tick the box to accept the terms of use"},
    )


def first_name_field() -> NameField:
    return NameField(
        what="first name",
        label="What is your first name?",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )


def surname_field() -> NameField:
    return NameField(
        what="surname",
        label="What is your surname?",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )


def job_title_field() -> TextLine:
    return TextLine(
        label="What is your job title? (optional)",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"max_length": "Job title must be 120 characters or fewer"},
    )


def work_postcode_field() -> PostcodeField:
    return PostcodeField(
        label="What is your organisation postcode?",
        help_text="What is the postcode of the place you work?",
        error_messages={"required": "Enter your organisation postcode"},
    )


AGREE, DISAGREE = "agree", "disagree"


def communications_field() -> forms.ChoiceField:
    """Whether the service may send news (CT-10)."""
    return forms.ChoiceField(
        label="May we send you news about the service?",
        help_text="By email, a few times a year. You can change your choice at any time.",
        choices=[(AGREE, "I agree"), (DISAGREE, "I do not agree")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select whether you agree that we send you news about the service",
            "invalid_choice": "Select whether you agree that we send you news about the service",
        },
    )
