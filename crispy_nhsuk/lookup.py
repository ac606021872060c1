"""A text input in which something is looked up, with radios of what was found for its text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

LONGEST_KEPT = 2_000


@dataclass(frozen=True)
class FoundOption:
    """One radio below the input."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Found:
    """What a field found for a text that does not settle it; the last option may be set apart."""

    legend: str
    options: Sequence[FoundOption]
    chosen: str = ""
    hint: str = ""
    has_divider: bool = False


class LookupInput(forms.TextInput):
    """Sends `name` (the text), `name_choice`, and `name_found`, the text that the choice is for.

    Its field sets `shown`, which gives text and choice for a value, and `found` when it cleans a
    text for which a radio must be chosen.
    """

    shown: Callable[[Any], tuple[str, str]]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})
        self.found: Found | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """{"text", "choice", "found"} as typed; anything but text is a kept answer, as it is."""
        text = data.get(name)
        if text is not None and not isinstance(text, str):
            return text
        return {
            "text": sent_text(text),
            "choice": sent_text(data.get(f"{name}_choice")),
            "found": sent_text(data.get(f"{name}_found")),
        }

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        text, choice = self.shown(value)
        context = super().get_context(name, text, attrs)
        id_ = context["widget"]["attrs"].get("id", name)
        context["widget"]["attrs"] |= {
            "data-lookup-target": f"{id_}_choice",
            "data-lookup-found": f"{id_}_found",
        }
        context["widget"]["hidden"] = [
            (f"{id_}_choice", f"{name}_choice", "" if self.found else choice),
            (f"{id_}_found", f"{name}_found", text if self.found or choice else ""),
        ]
        return context


def sent_text(text: Any) -> str:
    """Typed text as it can be kept: bounded, without the NUL that PostgreSQL refuses."""
    return text.replace("\0", "")[:LONGEST_KEPT] if isinstance(text, str) else ""
