"""What the templates show of one field of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils.safestring import SafeString

from crispy_nhsuk.dates import DateInput, wrong_parts
from crispy_nhsuk.lookup import Found, LookupInput
from crispy_nhsuk.text import Textarea

# The first that fits decides how a widget is drawn.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DateInput, "date"),
    (LookupInput, "lookup"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
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
    "file": "nhsuk-file-upload__input",
    "lookup": "nhsuk-input",
    "date": "nhsuk-date-input__input nhsuk-input",
}
REVEALABLE_CLASSES = "nhsuk-password-input__input nhsuk-js-password-input-input"
REVEALABLE_ATTRS = {
    "autocapitalize": "none",
    "autocomplete": "current-password",
    "spellcheck": "false",
}


@dataclass(frozen=True)
class Extras:
    """What a layout says of a field beyond its form; hints and reveals by the option's value.

    The divider stands before the exclusive option, or after it where it comes first; before the
    last option where none is exclusive.
    """

    hints: Mapping[str, str] = field(default_factory=dict)
    reveals: Mapping[str, SafeString] = field(default_factory=dict)
    exclusive: str = ""
    divider: str = ""
    counted: bool = False


@dataclass(frozen=True)
class Option:
    """One radio button, checkbox or entry of a select; divider is the word above it."""

    id: str
    label: str
    attrs: SafeString
    checked: bool
    hint: str
    reveal: SafeString
    divider: str


@dataclass(frozen=True)
class DatePart:
    """The input for day, month or year."""

    id: str
    label: str
    attrs: SafeString
    is_wrong: bool


@dataclass(frozen=True)
class ErrorMessage:
    """One message below a field's label."""

    id: str
    text: str


class FoundParts:
    """The radios below a lookup; its errors are theirs."""

    kind, classes = "radios", ""

    def __init__(self, id_: str, name: str, found: Found, errors: Sequence[ErrorMessage]) -> None:
        self.legend, self.hint, self.errors = found.legend, found.hint, errors
        self.id, self.hint_id = f"{id_}-found", f"{id_}-found-hint"
        ids = [self.hint_id] if self.hint else []
        self.described_by = " ".join([*ids, *(error.id for error in errors)])
        self.options = []
        for number, option in enumerate(found.options):
            option_id = found_option_id(id_, number)
            is_last = number == len(found.options) - 1
            attrs = {
                "class": INPUT_CLASSES["radios"],
                "id": option_id,
                "name": f"{name}_choice",
                "type": "radio",
                "value": option.value,
                "checked": option.value == found.chosen,
                **({"aria-describedby": f"{option_id}-item-hint"} if option.hint else {}),
            }
            divider = "or" if found.has_divider and is_last and number else ""
            self.options.append(
                Option(
                    option_id,
                    option.label,
                    flatatt(attrs),
                    option.value == found.chosen,
                    option.hint,
                    SafeString(),
                    divider,
                )
            )


class FieldParts:
    """One field, taken apart for the templates.

    Raises TypeError for widgets that no template draws, and for a count without a limit.
    """

    def __init__(self, field: BoundField, extras: Extras) -> None:
        self.field = field
        self.kind = kind_of(field.field.widget)
        self.id = field.auto_id or field.html_name
        self.hint = field.help_text
        self.hint_id = f"{self.id}-hint"
        self.errors = [
            ErrorMessage(f"{self.id}-error" + (f"-{number}" if number > 1 else ""), str(text))
            for number, text in enumerate(field.errors, start=1)
        ]
        self.found = None
        if isinstance(field.field.widget, LookupInput) and field.field.widget.found:
            found = field.field.widget.found
            self.found = FoundParts(self.id, field.html_name, found, self.errors)
            self.errors = []
        self.limit = _limit(field) if extras.counted else None
        self.has_options = self.kind in ("radios", "checkboxes")
        self.has_legend = self.has_options or self.kind == "date"
        self.template = f"nhsuk/widgets/{'options' if self.has_options else self.kind}.html"
        self.group_attrs = flatatt(self._group_attrs())

        widget = self._widget_context()
        self.value = widget["value"]
        if self.kind == "date":
            self.date_parts = self._date_parts(widget["subwidgets"])
            return
        self.hidden = widget.get("hidden", ())
        self.attrs = flatatt(self._attrs(widget))
        if self.has_options:
            self.classes = field.field.widget.attrs.get("class", "")
            options = [option for _, group, _ in widget["optgroups"] for option in group]
            divided = _divided_option(options, extras.exclusive)
            self.options = [self._option(option, extras, option is divided) for option in options]
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
        """The ids of count, hint and errors, in the order in which they are read."""
        ids = [self.field.field.widget.attrs.get("aria-describedby", "")]
        if self.limit:
            ids.append(f"{self.id}-info")
        if self.hint:
            ids.append(self.hint_id)
        ids.extend(error.id for error in self.errors)
        return " ".join(filter(None, ids))

    def _group_attrs(self) -> dict[str, Any]:
        attrs = {"class": "nhsuk-form-group"}
        if self.errors:
            attrs["class"] += " nhsuk-form-group--error"
        if self.kind == "password":
            attrs["class"] += " nhsuk-password-input"
            attrs["data-module"] = "nhsuk-password-input"
        if self.kind == "file":
            attrs["class"] += " nhsuk-file-upload"
            attrs["data-module"] = "nhsuk-file-upload"
        if self.limit:
            attrs["class"] += " nhsuk-character-count"
            attrs |= {"data-module": "nhsuk-character-count", "data-maxlength": str(self.limit)}
        return attrs

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
        elif self.kind in ("password", "input", "lookup"):
            attrs |= {"type": widget["type"], "value": widget["value"]}
        elif self.kind == "file":
            attrs["type"] = "file"
        if self.kind == "password":
            attrs = REVEALABLE_ATTRS | attrs
        if self.limit:
            # The count tells who types too much; the browser would cut off what is pasted.
            attrs.pop("maxlength", None)
        return attrs

    def _input_classes(self) -> str:
        classes = INPUT_CLASSES[self.kind]
        if self.errors and self.kind not in ("checkbox", "file"):
            classes += f" {classes}--error"
        if self.limit:
            classes += " nhsuk-js-character-count"
        return f"{classes} {REVEALABLE_CLASSES}" if self.kind == "password" else classes

    def _option(self, option: dict[str, Any], extras: Extras, is_divided: bool) -> Option:
        value, id_ = str(option["value"]), option["attrs"]["id"]
        hint, reveal = extras.hints.get(value, ""), extras.reveals.get(value, SafeString())
        attrs = _option_attrs(option) | {"class": INPUT_CLASSES[self.kind]}
        attrs.pop("aria-describedby", None)
        if hint:
            attrs["aria-describedby"] = f"{id_}-item-hint"
        if reveal:
            attrs["data-aria-controls"] = f"conditional-{id_}"
        if value == extras.exclusive:
            attrs["data-behaviour"] = "exclusive"
        attrs |= {"name": option["name"], "type": option["type"]}
        return Option(
            id_,
            option["label"],
            flatatt(attrs),
            option["selected"],
            hint,
            reveal,
            extras.divider if is_divided else "",
        )

    def _date_parts(self, widgets: Sequence[dict[str, Any]]) -> list[DatePart]:
        wrong = wrong_parts(self.field)
        drawn = []
        for part, widget in zip(DateInput.PARTS, widgets, strict=True):
            classes = INPUT_CLASSES["date"] + f" nhsuk-input--width-{DateInput.WIDTHS[part]}"
            if part in wrong:
                classes += " nhsuk-input--error"
            attrs = {
                **widget["attrs"],
                "class": classes,
                "name": widget["name"],
                "type": "text",
                "value": widget["value"],
            }
            drawn.append(DatePart(attrs["id"], part.capitalize(), flatatt(attrs), part in wrong))
        return drawn


def _limit(field: BoundField) -> int:
    limit: int | None = getattr(field.field, "max_length", None)
    if not limit or not isinstance(field.field.widget, Textarea):
        raise TypeError(
            f"{field.name} cannot be counted: it needs max_length and crispy_nhsuk.text.Textarea."
        )
    return limit


def _divided_option(options: Sequence[dict[str, Any]], exclusive: str) -> dict[str, Any] | None:
    """The option above which a divider stands, if any."""
    if not exclusive:
        return options[-1] if len(options) > 1 else None
    values = [str(option["value"]) for option in options]
    position = values.index(exclusive) if exclusive in values else len(values)
    # Between the exclusive option and the others, also where it comes first.
    position = max(position, 1)
    return options[position] if position < len(options) else None


def found_option_id(id_: str, number: int) -> str:
    return f"{id_}-found-{number}"


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
    kind = kind_of(field.field.widget)
    if isinstance(field.field.widget, LookupInput) and field.field.widget.found:
        return found_option_id(id_, 0)
    if kind in ("radios", "checkboxes"):
        return f"{id_}_0"
    if kind == "date":
        return f"{id_}_{DateInput.PARTS.index(wrong_parts(field)[0])}"
    return id_
