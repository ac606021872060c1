"""What the templates show of one field of a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils.safestring import SafeString

# The first that fits decides how a widget is drawn.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (Input, "input"),
)
INPUT_CLASSES = {
    "checkboxes": "nhsuk-checkboxes__input",
    "radios": "nhsuk-radios__input",
    "checkbox": "nhsuk-checkboxes__input",
    "select": "nhsuk-select",
    "textarea": "nhsuk-textarea",
    "password": "nhsuk-input",
    "input": "nhsuk-input",
}
REVEALABLE_CLASSES = "nhsuk-password-input__input nhsuk-js-password-input-input"
REVEALABLE_ATTRS = {
    "autocapitalize": "none",
    "autocomplete": "current-password",
    "spellcheck": "false",
}


@dataclass(frozen=True)
class Option:
    """One radio button, checkbox or entry of a select."""

    id: str
    label: str
    attrs: SafeString
    checked: bool
    hint: str
    reveal: SafeString


@dataclass(frozen=True)
class ErrorMessage:
    """One message below a field's label."""

    id: str
    text: str


class FieldParts:
    """One field, taken apart for the templates. Raises TypeError for unknown widgets."""

    def __init__(
        self,
        field: BoundField,
        hints: Mapping[str, str],
        reveals: Mapping[str, SafeString],
    ) -> None:
        self.field = field
        self.kind = kind_of(field.field.widget)
        self.id = field.auto_id or field.html_name
        self.hint = field.help_text
        self.hint_id = f"{self.id}-hint"
        self.errors = [
            ErrorMessage(f"{self.id}-error" + (f"-{number}" if number > 1 else ""), str(text))
            for number, text in enumerate(field.errors, start=1)
        ]
        self.has_options = self.kind in ("radios", "checkboxes")
        self.template = f"nhsuk/widgets/{'options' if self.has_options else self.kind}.html"

        widget = self._widget_context()
        self.value = widget["value"]
        self.attrs = flatatt(self._attrs(widget))
        if self.has_options:
            self.classes = field.field.widget.attrs.get("class", "")
            self.options = [
                self._option(option, hints, reveals)
                for _, group, _ in widget["optgroups"]
                for option in group
            ]
        elif self.kind == "select":
            self.optgroups = [
                (
                    name,
                    [(flatatt(_option_attrs(option)), option["label"]) for option in group],
                )
                for name, group, _ in widget["optgroups"]
            ]

    @property
    def described_by(self) -> str:
        """The ids of hint and errors, in the order in which they are read."""
        ids = [self.field.field.widget.attrs.get("aria-describedby", "")]
        if self.hint:
            ids.append(self.hint_id)
        ids.extend(error.id for error in self.errors)
        return " ".join(filter(None, ids))

    def _widget_context(self) -> dict[str, Any]:
        attrs = {
            "id": self.id,
            **({"disabled": True} if self.field.field.disabled else {}),
        }
        widget = self.field.field.widget
        return widget.get_context(self.field.html_name, self.field.value(), attrs)["widget"]

    def _attrs(self, widget: dict[str, Any]) -> dict[str, Any]:
        attrs = {**widget["attrs"], "name": widget["name"]}
        attrs["class"] = " ".join(filter(None, [self._input_classes(), attrs.get("class")]))
        if self.described_by:
            attrs["aria-describedby"] = self.described_by
        if self.kind == "textarea":
            del attrs["cols"]
        elif self.kind == "checkbox":
            attrs |= {"type": "checkbox", "value": widget["value"] or "on"}
        elif self.kind in ("password", "input"):
            attrs |= {"type": widget["type"], "value": widget["value"]}
        if self.kind == "password":
            attrs = REVEALABLE_ATTRS | attrs
        return attrs

    def _input_classes(self) -> str:
        classes = INPUT_CLASSES[self.kind]
        if self.errors and self.kind != "checkbox":
            classes += f" {classes}--error"
        return f"{classes} {REVEALABLE_CLASSES}" if self.kind == "password" else classes

    def _option(
        self,
        option: dict[str, Any],
        hints: Mapping[str, str],
        reveals: Mapping[str, SafeString],
    ) -> Option:
        value, id_ = str(option["value"]), option["attrs"]["id"]
        hint, reveal = hints.get(value, ""), reveals.get(value, SafeString())
        attrs = _option_attrs(option) | {"class": INPUT_CLASSES[self.kind]}
        attrs.pop("aria-describedby", None)
        if hint:
            attrs["aria-describedby"] = f"{id_}-item-hint"
        if reveal:
            attrs["data-aria-controls"] = f"conditional-{id_}"
        attrs |= {"name": option["name"], "type": option["type"]}
        return Option(id_, option["label"], flatatt(attrs), option["selected"], hint, reveal)


def _option_attrs(option: dict[str, Any]) -> dict[str, Any]:
    return {**option["attrs"], "value": str(option["value"])}


def kind_of(widget: forms.Widget) -> str:
    """The kind of input that draws this widget; TypeError if there is none."""
    for widget_class, kind in KINDS:
        if isinstance(widget, widget_class):
            return kind
    raise TypeError(f"The NHS template pack cannot draw a {type(widget).__name__}.")


def error_target(field: BoundField) -> str:
    """The id of the input that an error of this field leads to; empty if it is not shown."""
    if field.is_hidden:
        return ""
    id_ = field.auto_id or field.html_name
    return f"{id_}_0" if kind_of(field.field.widget) in ("radios", "checkboxes") else id_
