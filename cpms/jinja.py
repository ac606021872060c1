"""The environment of compiled templates: fragments that pages show often, or many times each."""

from typing import Any

from django.template.defaultfilters import linebreaks_filter
from jinja2 import Environment, StrictUndefined

from availability import links, words
from core.links import page, place


def environment(**options: Any) -> Environment:
    """As Django asks for it. A name that is not there is an error, a block leaves no blank line."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)  # noqa: S701 - Django's options say that it escapes
    made.globals["url"] = place
    made.filters |= {
        "address": links.address,
        "in_directory": links.in_directory,
        "linebreaks": linebreaks_filter,
        "page": page,
        "since": words.since,
    }
    return made
