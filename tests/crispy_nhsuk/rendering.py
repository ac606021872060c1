"""Forms made on the spot and drawn with the template pack."""

from typing import Any

from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import render_crispy_form
from django import forms

from crispy_nhsuk.helper import NHSFormHelper


def form_with(
    data: dict[str, Any] | None = None,
    initial: dict[str, Any] | None = None,
    **fields: forms.Field,
) -> forms.Form:
    """A form of these fields, with errors if there is data that does not fit."""
    return type("TestForm", (forms.Form,), fields)(data, initial=initial)


def drawn(form: forms.Form, *layout: str | LayoutObject, label_size: str = "") -> str:
    """The form's layout without form tag and error summary."""
    helper = NHSFormHelper()
    helper.layout = Layout(*layout)
    helper.form_tag = False
    helper.disable_csrf = True
    helper.label_size = label_size
    form.error_summary_drawn = True
    return render_crispy_form(form, helper)
