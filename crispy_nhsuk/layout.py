"""Layout objects of the NHS design system. Text is escaped, unless it was marked safe."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

__all__ = [
    "Button",
    "ButtonGroup",
    "Conditional",
    "Details",
    "Fieldset",
    "Link",
    "Question",
    "SecondaryButton",
]


class Question(LayoutObject):
    """One field, with what its form does not say: size of the label, hints of options, and so on.

    heading=True makes the label or legend the page's h1. hints are keyed by the option's value.
    exclusive is the value of the checkbox that unticks the others and is unticked by them; the form
    still has to refuse both together. divider is a word, such as "or", before the exclusive option
    (after it where it comes first), or before the last option. counted tells below a textarea how
    much of its field's max_length is left.
    """

    def __init__(
        self,
        field: str,
        *,
        size: str | None = None,
        heading: bool = False,
        inline: bool = False,
        hints: Mapping[str, str] | None = None,
        exclusive: str = "",
        divider: str = "",
        counted: bool = False,
        prefix: str = "",
        suffix: str = "",
    ) -> None:
        self.fields = [field]
        self.extra_context: dict[str, Any] = {
            "page_heading": heading,
            "inline": inline,
            "option_hints": hints,
            "exclusive": exclusive,
            "divider": divider,
            "counted": counted,
            "prefix": prefix,
            "suffix": suffix,
        }
        if size is not None or heading:
            self.extra_context["label_size"] = "l" if size is None else size

    def render(
        self,
        form: BaseForm,
        context: Context,
        template_pack: str = TEMPLATE_PACK,
        **kwargs: Any,
    ) -> SafeString:
        extra_context = {
            **self.extra_context,
            "reveals": self._reveals(form, context, template_pack),
        }
        return render_field(
            self.fields[0],
            form,
            context,
            template_pack=template_pack,
            extra_context=extra_context,
        )

    def _reveals(
        self, form: BaseForm, context: Context, template_pack: str
    ) -> dict[str, SafeString]:
        return {}


class Conditional(Question):
    """Options that reveal further fields: Conditional("employed", {"yes": ["employer"]})."""

    def __init__(
        self,
        field: str,
        reveals: Mapping[str, Sequence[str | LayoutObject]],
        **options: Any,
    ) -> None:
        super().__init__(field, **options)
        self.reveals = {
            value: [
                Question(child, size="") if isinstance(child, str) else child for child in children
            ]
            for value, children in reveals.items()
        }

    def _reveals(
        self, form: BaseForm, context: Context, template_pack: str
    ) -> dict[str, SafeString]:
        return {
            value: _render_all(children, form, context, template_pack)
            for value, children in self.reveals.items()
        }


class _Drawn(LayoutObject):
    """A layout object that its own template draws, with `item` and the drawn `content`."""

    def __init__(self, *fields: str | LayoutObject) -> None:
        self.fields = list(fields)

    def render(
        self,
        form: BaseForm,
        context: Context,
        template_pack: str = TEMPLATE_PACK,
        **kwargs: Any,
    ) -> SafeString:
        content = _render_all(self.fields, form, context, template_pack)
        return render_to_string(
            self.get_template_name(template_pack), {"item": self, "content": content}
        )


class Fieldset(_Drawn):
    """Related fields under a legend; heading=True makes the legend the page's h1."""

    template = "%s/layout/fieldset.html"

    def __init__(
        self,
        legend: str,
        *fields: str | LayoutObject,
        size: str = "m",
        heading: bool = False,
    ) -> None:
        super().__init__(*fields)
        self.legend, self.size, self.heading = legend, size, heading


class Details(_Drawn):
    """Text that opens below a summary."""

    template = "%s/layout/details.html"

    def __init__(self, summary: str, text: str) -> None:
        super().__init__()
        self.summary, self.text = summary, text


class Button(_Drawn):
    """The button that submits the form; a second click within a second is ignored."""

    template = "%s/layout/button.html"
    variant = ""

    def __init__(self, text: str, *, name: str = "", value: str = "") -> None:
        super().__init__()
        self.text, self.name, self.value = text, name, value


class SecondaryButton(Button):
    """Another way to submit the form, such as Previous or Add."""

    variant = "secondary"


class Link(_Drawn):
    """A link beside buttons, such as Cancel."""

    template = "%s/layout/link.html"

    def __init__(self, text: str, href: str) -> None:
        super().__init__()
        self.text, self.href = text, href


class ButtonGroup(_Drawn):
    """Buttons and links in a row. The first button is the one that the Enter key presses."""

    template = "%s/layout/button_group.html"


def _render_all(
    fields: Sequence[str | LayoutObject],
    form: BaseForm,
    context: Context,
    template_pack: str,
) -> SafeString:
    return format_html_join(
        "",
        "{}",
        ((render_field(field, form, context, template_pack=template_pack),) for field in fields),
    )
