"""The topics of the help, read from `topics/*.md`.

A file is a few lines "key: value" (title, summary, roles, related), an empty line, and Markdown.
"##" begins a section, to which others may link. Links name pages as the code does
(`page:availability:search`) and topics by their file (`topic:find-a-bed#results`); a picture is a
file of `static/help`.
"""

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

TOPICS = Path(__file__).parent / "topics"
PICTURES = settings.BASE_DIR / "static" / "help"

# Whom a topic is for, in the order of the first page, by the word that files use.
ROLES = {
    "everyone": "Everyone",
    "searcher": "If you look for beds",
    "ward editor": "If you update beds",
    "provider approver": "Provider approvers",
    "commissioner approver": "Commissioner approvers",
    "regional approver": "Regional approvers",
    "planner": "If you plan capacity",
    "helpdesk": "Helpdesk",
}
KEYS = {"title", "summary", "roles", "related"}
# A topic whose sections are questions: each opens and closes.
QUESTIONS = "questions-and-answers"

# How the design system calls what Markdown makes.
CLASSES = {
    "h2": "nhsuk-heading-m",
    "h3": "nhsuk-heading-s",
    "ul": "nhsuk-list nhsuk-list--bullet",
    "ol": "nhsuk-list nhsuk-list--number",
    "table": "nhsuk-table",
    "thead": "nhsuk-table__head",
    "tbody": "nhsuk-table__body",
    "tr": "nhsuk-table__row",
    "th": "nhsuk-table__header",
    "td": "nhsuk-table__cell",
}
MARKDOWN = MarkdownIt("commonmark", {"html": False, "typographer": True})
MARKDOWN.enable(["table", "smartquotes"])
HEADING = ("heading_open", "h2")
SPACE = Token("text", "", 0, content=" ")


@dataclass(frozen=True)
class Section:
    """A part of a topic: as HTML, and as the words that are searched. The first has no title."""

    anchor: str
    title: str
    html: SafeString
    text: str


@dataclass(frozen=True)
class Topic:
    slug: str
    title: str
    summary: str
    roles: tuple[str, ...]
    related: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def url(self) -> str:
        return reverse("help_topic", args=[self.slug])

    @property
    def related_topics(self) -> list["Topic"]:
        return [topics()[slug] for slug in self.related]

    @property
    def contents(self) -> list[Section]:
        """The sections that a list at the top leads to."""
        return [section for section in self.sections if section.title]


class WrongText(Exception):
    """A file of the help that cannot be shown; says which and why."""


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its file's name; read when first asked for."""
    return {path.stem: read(path.stem, path.read_text()) for path in sorted(TOPICS.glob("*.md"))}


def topics_for(role: str) -> list[Topic]:
    """The topics of a role: what is for that role alone first, else in the order of titles."""
    found = [topic for topic in topics().values() if role in topic.roles]
    return sorted(found, key=lambda topic: (len(topic.roles), topic.title))


def read(slug: str, text: str) -> Topic:
    """A topic from the text of its file; raises WrongText."""
    head, _, body = text.partition("\n\n")
    about = dict(re.findall(r"^(\w+): *(.*?) *$", head, re.MULTILINE))
    if set(about) != KEYS or not about["title"] or not about["summary"]:
        raise WrongText(f"{slug}.md begins with the lines {', '.join(sorted(KEYS))}, each once")
    roles = _listed(about["roles"])
    if unknown := set(roles) - set(ROLES):
        raise WrongText(f"{slug}.md names roles that are not known: {', '.join(sorted(unknown))}")
    sections = tuple(_sections(MARKDOWN.parse(body)))
    return Topic(slug, about["title"], about["summary"], roles, _listed(about["related"]), sections)


def address_of(link: str) -> str:
    """Where a link of a text leads: 'page:home', 'topic:password#forgotten', or an address."""
    kind, _, name = link.partition(":")
    if kind == "page":
        return reverse(name)
    if kind == "topic":
        slug, hash_, anchor = name.partition("#")
        return reverse("help_topic", args=[slug]) + hash_ + anchor
    return link


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


def _sections(tokens: Sequence[Token]) -> Iterable[Section]:
    _dress(tokens)
    starts = [i for i, token in enumerate(tokens) if (token.type, token.tag) == HEADING]
    bounds = [*starts, len(tokens)] if starts[:1] == [0] else [0, *starts, len(tokens)]
    for start, end in pairwise(bounds):
        title = words_of(tokens[start + 1 : start + 2]) if start in starts else ""
        # The heading is three tokens: its start, its words, its end.
        inner = tokens[start + 3 if title else start : end]
        html = MARKDOWN.renderer.render(inner, MARKDOWN.options, {})
        # Markdown escapes what it is given, and lets no HTML through.
        yield Section(slugify(title), title, mark_safe(html), words_of(inner))  # noqa: S308


def words_of(tokens: Sequence[Token]) -> str:
    """What a person reads, on one line."""
    pieces = (
        child.content or " "
        for token in tokens
        for child in [*(token.children or []), SPACE]
        if child.type != "image"
    )
    return " ".join("".join(pieces).split())


def _dress(tokens: Sequence[Token]) -> None:
    """Put the design system's classes on elements, and addresses in links and pictures."""
    for token, inner in zip(tokens, [*tokens[1:], None], strict=True):
        if token.nesting == 1 and token.tag in CLASSES:
            token.attrSet("class", CLASSES[token.tag])
        if token.type == "th_open":
            token.attrSet("scope", "col")
        pictures = [child for child in (inner and inner.children) or [] if child.type == "image"]
        if token.type == "paragraph_open" and pictures:
            token.tag = "figure"
            token.attrSet("class", "nhsuk-image")
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", address_of(str(child.attrs["href"])))
            if child.type == "image":
                _dress_picture(child)
    opened = [token for token in tokens if token.type == "paragraph_open"]
    closed = [token for token in tokens if token.type == "paragraph_close"]
    for start, end in zip(opened, closed, strict=True):
        end.tag = start.tag


def _dress_picture(token: Token) -> None:
    """Its address, and its size, so that the page does not jump when it comes."""
    name = str(token.attrs["src"])
    with (PICTURES / name).open("rb") as picture:
        width, height = struct.unpack(">16xII", picture.read(24))
    token.attrSet("src", static(f"help/{name}"))
    token.attrSet("class", "nhsuk-image__img")
    token.attrSet("width", str(width))
    token.attrSet("height", str(height))
    token.attrSet("loading", "lazy")
