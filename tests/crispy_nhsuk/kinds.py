"""Each kind of input: our field, and what the design system's macro takes for the same."""

from dataclasses import dataclass, field
from typing import Any

from django import forms

from crispy_nhsuk.dates import DateField, DateInput
from tests.crispy_nhsuk.official import lines, official

CHOICES = [("yes", "Yes"), ("no", "No")]


@dataclass(frozen=True)
class Kind:
    """A widget, and the macro and parameters that make the same."""

    field_class: type[forms.Field]
    widget: forms.Widget
    component: str
    macro: str
    params: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_group(self) -> bool:
        return self.component in ("radios", "checkboxes")

    @property
    def has_legend(self) -> bool:
        return self.is_group or self.component == "date-input"


def items(**extra: Any) -> list[dict[str, Any]]:
    return [
        {"value": value, "text": text, "id": f"id_answer_{number}", **extra}
        for number, (value, text) in enumerate(CHOICES)
    ]


KINDS = {
    "text": Kind(
        forms.CharField,
        forms.TextInput(
            attrs={
                "autocomplete": "given-name",
                "class": "nhsuk-input--width-10",
                "inputmode": "text",
                "spellcheck": "false",
            }
        ),
        "input",
        "input",
        {
            "autocomplete": "given-name",
            "classes": "nhsuk-input--width-10",
            "inputmode": "text",
            "spellcheck": False,
        },
    ),
    "email": Kind(
        forms.EmailField, forms.EmailInput(), "input", "input",
        {"type": "email", "attributes": {"maxlength": "320"}},
    ),
    "telephone": Kind(
        forms.CharField,
        forms.TelInput(attrs={"autocomplete": "tel", "class": "nhsuk-input--width-20"}),
        "input", "input",
        {"type": "tel", "autocomplete": "tel", "width": 20},
    ),
    "number": Kind(
        forms.IntegerField, forms.NumberInput(), "input", "input",
        {"type": "number", "attributes": {"min": "0", "max": "99"}},
        {"min_value": 0, "max_value": 99},
    ),
    "whole number": Kind(
        forms.IntegerField,
        forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-3"}),
        "input", "input",
        {"inputmode": "numeric", "width": 3},
    ),
    "decimal number": Kind(
        forms.DecimalField,
        forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-5"}),
        "input", "input",
        {"inputmode": "decimal", "width": 5},
    ),
    "search": Kind(
        forms.CharField, forms.SearchInput(), "input", "input", {"type": "search"},
    ),
    "password": Kind(
        forms.CharField, forms.PasswordInput(), "password-input", "passwordInput"
    ),
    "new password": Kind(
        forms.CharField, forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        "password-input", "passwordInput", {"autocomplete": "new-password"},
    ),
    "file": Kind(
        forms.FileField, forms.FileInput(attrs={"accept": ".csv"}),
        "file-upload", "fileUpload", {"attributes": {"accept": ".csv"}},
    ),
    "textarea": Kind(
        forms.CharField, forms.Textarea(attrs={"rows": 4}), "textarea", "textarea",
        {"rows": 4, "attributes": {"maxlength": "250"}}, {"max_length": 250},
    ),
    "date": Kind(
        DateField, DateInput(), "date-input", "dateInput",
        {"items": [
            {"name": f"answer_{part}", "id": f"id_answer_{number}", "label": label, "width": width}
            for number, (part, label, width) in enumerate(
                [("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4)]
            )
        ]},
        {"what": "date"},
    ),
    "select": Kind(
        forms.ChoiceField, forms.Select(), "select", "select",
        {"items": [
            {"value": "", "text": "Please select an option", "selected": True},
            *[{"value": value, "text": text} for value, text in CHOICES],
        ]},
        {"choices": [("", "Please select an option"), *CHOICES]},
    ),
    "radios": Kind(
        forms.ChoiceField, forms.RadioSelect(), "radios", "radios",
        {"items": items()}, {"choices": CHOICES},
    ),
    "checkboxes": Kind(
        forms.MultipleChoiceField, forms.CheckboxSelectMultiple(), "checkboxes", "checkboxes",
        {"items": items()}, {"choices": CHOICES},
    ),
}  # fmt: skip
HINT = {"hint": "As on your badge"}
ERROR = {"errorMessage": "Enter an answer"}
STATES: dict[str, dict[str, str]] = {
    "plain": {},
    "hint": HINT,
    "error": ERROR,
    "hint and error": HINT | ERROR,
}


def our_field(kind: Kind, **options: Any) -> forms.Field:
    return kind.field_class(
        label="Your answer",
        widget=kind.widget,
        error_messages={"required": "Enter an answer"},
        **kind.options | options,
    )


def theirs(kind: Kind, **params: Any) -> list[str]:
    label = params.pop("label", "Your answer")
    params = {"name": "answer", "id": "id_answer"} | kind.params | params
    if kind.has_legend:
        params["fieldset"] = {"legend": label}
    else:
        params["label"] = label
    if kind.is_group:
        params["idPrefix"] = params.pop("id")
    return lines(official(kind.component, kind.macro, params))
