"""Looking for words in the help."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cpms.help.texts import Section, Topic, topics

LONGEST = 100
# Of an excerpt, in characters.
BEFORE, LENGTH = 60, 200
IN_TITLE, IN_HEADING = 20, 5
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a about am an and are as at be by can cannot do does for from get go how i if in is it me "
        "my no not of on or so that the there this to up use what when where which who why will "
        "with you your",
    )
)


@dataclass(frozen=True)
class Found:
    """A topic that fits, with an excerpt of the part that fits best, the words marked."""

    topic: Topic
    section: Section
    excerpt: SafeString

    @property
    def url(self) -> str:
        return f"{self.topic.url}#{self.section.anchor}" if self.section.title else self.topic.url


def search(text: str) -> list[Found]:
    """The topics in which at least half of the words occur, the best first.

    Words of titles count most, then those of headings. A word also finds longer ones, and a
    plural its singular.
    """
    words = _words(text)
    if not words:
        return []
    found = []
    for topic in topics().values():
        everything = " ".join((topic.title, topic.summary, *_texts(topic)))
        hit = [word for word in words if _times(word, everything)]
        if 2 * len(hit) >= len(words):
            weight = sum(_weight(word, topic) for word in hit) * len(hit)
            found.append((weight, _found(topic, hit)))
    found.sort(key=lambda one: (-one[0], one[1].topic.title))
    return [one for _, one in found]


def _words(text: str) -> list[str]:
    typed = list(dict.fromkeys(re.findall(r"\w+", text.lower())))
    meant = [word for word in typed if word not in COMMON] or typed
    return [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in meant]


def _texts(topic: Topic) -> Iterator[str]:
    for section in topic.sections:
        yield f"{section.title} {section.text}"


def _times(word: str, text: str) -> int:
    """How often the word stands in the text, or begins a longer one."""
    return len(_pattern(word).findall(text))


def _pattern(*words: str) -> re.Pattern[str]:
    """Two letters begin too many words to stand for them."""
    beginnings = "|".join(re.escape(word) + (r"\b" if len(word) < 3 else "") for word in words)
    return re.compile(rf"\b((?:{beginnings})\w*)", re.IGNORECASE)


def _weight(word: str, topic: Topic) -> int:
    headings = " ".join((topic.summary, *(section.title for section in topic.sections)))
    text = " ".join(section.text for section in topic.sections)
    return (
        IN_TITLE * _times(word, topic.title)
        + IN_HEADING * _times(word, headings)
        + _times(word, text)
    )


def _found(topic: Topic, words: list[str]) -> Found:
    def fits(section: Section) -> tuple[int, int]:
        times = [
            IN_HEADING * _times(word, section.title) + _times(word, section.text) for word in words
        ]
        return sum(map(bool, times)), sum(times)

    section = max(topic.sections, key=fits)
    return Found(topic, section, _excerpt(section.text or topic.summary, words))


def _excerpt(text: str, words: list[str]) -> SafeString:
    pattern = _pattern(*words)
    first = pattern.search(text)
    start = max(0, first.start() - BEFORE) if first else 0
    start = text.find(" ", start) + 1 if start else 0
    end = start + LENGTH
    end = text.rfind(" ", start, end) if end < len(text) else len(text)
    # Every other piece is what the pattern's group found.
    pieces = enumerate(pattern.split(text[start:end]))
    marked = format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", p) if i % 2 else p,) for i, p in pieces)
    )
    return format_html("{}{}{}", "… " if start else "", marked, " …" if end < len(text) else "")
