"""What a page says."""

import html
import re


def text_of(response) -> str:
    """Its words, without the marks between them."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())
