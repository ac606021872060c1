"""Words that a password must not be made of, whatever stands in place of their letters."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

FILE = Path(__file__).with_name("words.txt")
SHORTEST = 3

# What people write in place of letters.
SIGNS = {
    "a": "a@4",
    "b": "b8",
    "c": "c(",
    "e": "e3€",
    "g": "g9",
    "h": "h#",
    "i": "i1!|",
    "l": "l1!|",
    "o": "o0",
    "s": "s5$",
    "t": "t7+",
    "z": "z2",
}
# The same, the other way about; some signs stand for either of two letters.
PLAIN = tuple(
    str.maketrans(
        {sign: letter for letter, signs in SIGNS.items() if letter != other for sign in signs[1:]}
    )
    for other in "il"
)
# As many signs at either end of a word may belong to it.
MOST_SIGNS_AT_END = 3


@cache
def own_words() -> frozenset[str]:
    """Those of the file beside this one, and of the name of the service and of its owner."""
    lines = (line.strip() for line in FILE.read_text(encoding="utf-8").splitlines())
    listed = {line for line in lines if line and not line.startswith("#")}
    names = f"{settings.SERVICE_NAME} {settings.SERVICE_SHORT_NAME} {settings.SERVICE_OWNER}"
    named = {word for word in re.findall(r"[a-z]+", names.lower()) if len(word) >= SHORTEST}
    return frozenset(listed | named)


def is_made_of_own_words(text: str) -> bool:
    """Whether nothing but our words stands in lower-case text, between digits and symbols."""
    if not any(map(str.isalpha, text)):
        return False
    reached = [True] + [False] * len(text)
    for start in range(len(text)):
        if not reached[start]:
            continue
        if not text[start].isalpha():
            reached[start + 1] = True
        for word in own_words():
            if stands_at(word, text, start):
                reached[start + len(word)] = True
    return reached[-1]


def stands_at(word: str, text: str, start: int) -> bool:
    """Whether the word begins there, perhaps with signs in place of letters."""
    written = text[start : start + len(word)]
    return len(written) == len(word) and all(
        sign in SIGNS.get(letter, letter) for sign, letter in zip(written, word, strict=True)
    )


def guessed_as(text: str) -> set[str]:
    """The words that lower-case text may be, without digits and symbols at its ends.

    E.g. 'p@ssw0rd' and 'password' among others for 'p@ssw0rd1!'.
    """
    letters = [place for place, character in enumerate(text) if character.isalpha()]
    if not letters:
        return set()
    first, last = letters[0], letters[-1] + 1
    cores = {
        text[start:end]
        for start in range(max(first - MOST_SIGNS_AT_END, 0), first + 1)
        for end in range(last, min(last + MOST_SIGNS_AT_END, len(text)) + 1)
    }
    words = cores | {core.translate(table) for core in cores for table in PLAIN}
    return {word for word in words if len(word) >= SHORTEST}
