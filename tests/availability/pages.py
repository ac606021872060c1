"""Where a page is, what it says, and what it has to bear."""

import html
import re

from django.urls import reverse

HOSTILE = ["\x00", "a" * 10_000, "9" * 5_000, "-1", str(2**64), "' OR 1=1"]


def to(name, of, **query):
    return reverse(f"availability:{name}", args=[of.pk], query=query)


def text_of(response) -> str:
    """Its words, without the marks between them."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())
