from collections.abc import Sequence
from typing import Any

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crispy_nhsuk.fields import Extras, FieldParts, error_target
from crispy_nhsuk.summary import SummaryRow

register = template.Library()


@register.simple_tag(takes_context=True)
def field_parts(context: Context) -> FieldParts:
    """The parts of the field that crispy-forms is drawing."""
    return FieldParts(
        context["field"],
        Extras(
            hints=context.get("option_hints") or {},
            reveals=context.get("reveals") or {},
            exclusive=context.get("exclusive") or "",
            divider=context.get("divider") or "",
            counted=bool(context.get("counted")),
        ),
    )


@register.inclusion_tag("nhsuk/error_summary.html")
def error_summary(form: BaseForm | str | None) -> dict[str, Any]:
    """The errors of a form with links to its inputs, drawn once however often it is asked for."""
    if not isinstance(form, BaseForm) or getattr(form, "error_summary_drawn", False):
        return {"entries": []}
    form.error_summary_drawn = True  # type: ignore[attr-defined]
    entries = [("", message) for message in form.non_field_errors()]
    for bound_field in form:
        target = error_target(bound_field) if bound_field.errors else ""
        entries += [(target, message) for message in bound_field.errors]
    return {"entries": entries}


@register.inclusion_tag("nhsuk/error_summary.html")
def problem_summary(message: str, target: str = "") -> dict[str, Any]:
    """What else is wrong on a page, if anything is; `target` is the id of what it is about."""
    return {"entries": [(target, message)] if message else []}


@register.simple_tag
def error_title_prefix(form: BaseForm | str | None) -> str:
    """What the title of a page begins with while its form has errors."""
    return "Error: " if isinstance(form, BaseForm) and form.errors else ""


@register.simple_tag
def nhs_tag(text: str, colour: str = "") -> SafeString:
    """A status tag in one of the design system's colours; the default is blue on white."""
    classes = f"nhsuk-tag nhsuk-tag--{colour}" if colour else "nhsuk-tag"
    return format_html('<strong class="{}">{}</strong>', classes, text)


@register.simple_block_tag
def cell(content: SafeString, heading: str, classes: str = "") -> SafeString:
    """A cell of a responsive table; on a phone its column's heading stands before what it says."""
    return format_html(
        '<td role="cell" class="nhsuk-table__cell"><span class="nhsuk-table-responsive__heading"'
        ' aria-hidden="true">{}</span><span{}>{}</span></td>',
        heading,
        format_html(' class="{}"', classes) if classes else "",
        content,
    )


@register.inclusion_tag("nhsuk/summary_list.html")
def summary_list(rows: Sequence[SummaryRow]) -> dict[str, Any]:
    """The rows as a summary list."""
    return {"rows": rows, "has_changes": any(row.change_url for row in rows)}
