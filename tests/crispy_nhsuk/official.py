"""What the design system's own macros make, and HTML in a form that can be compared."""

from html.parser import HTMLParser
from typing import Any

import jinja2

_macros = jinja2.Environment(
    loader=jinja2.PackageLoader("nhsuk_frontend_jinja"),
    autoescape=True,
    lstrip_blocks=True,
    trim_blocks=True,
    undefined=jinja2.ChainableUndefined,
)


def official(component: str, macro: str, params: dict[str, Any]) -> str:
    """The HTML of one of the design system's macros."""
    source = (
        f'{{% from "nhsuk/components/{component}/macro.jinja" import {macro} %}}'
        f"{{{{ {macro}(params) }}}}"
    )
    return _macros.from_string(source).render(params=params)


class _Lines(HTMLParser):
    """One line for each tag and text, whatever the order of attributes and the white space."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        values["class"] = " ".join(sorted((values.get("class") or "").split()))
        shown = " ".join(f"{name}={value or ''!r}" for name, value in sorted(values.items()))
        self.lines.append(f"<{tag} {shown}>")

    def handle_endtag(self, tag: str) -> None:
        self.lines.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.lines.append(" ".join(data.split()))


def lines(html: str) -> list[str]:
    """The HTML as lines to compare."""
    parser = _Lines()
    parser.feed(html)
    parser.close()
    return parser.lines
