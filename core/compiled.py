"""Fragments in compiled templates (Jinja2), beside the pages of Django's that they stand in."""

from typing import Any

from django.template import engines
from django.utils.safestring import SafeString, mark_safe


def compiled(name: str, context: dict[str, Any]) -> SafeString:
    """A fragment `<name>.jinja` with this context alone: no context processor runs."""
    # The fragment has escaped what it was given.
    return mark_safe(engines["jinja2"].get_template(f"{name}.jinja").render(context))  # noqa: S308
