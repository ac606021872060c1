"""The names of beds, as people type many at once."""

import re

from availability.models import Bed
from availability.services import MOST_BEDS_AT_ONCE
from core.errors import DomainError
from core.patients import has_nhs_number

LONGEST_NAME = Bed._meta.get_field("name").max_length or 0
# 'Bed 1-12', '1-12'; a number right after a letter or a dash is a part of the name.
MANY = re.compile(r"(?P<stem>(?:.*\s)?)(?P<first>\d{1,4})\s*[-\u2013]\s*(?P<last>\d{1,99})")


def names_of(text: str) -> list[str]:
    """The names of a text with one, or a row of them like 'Bed 1-12', in each line.

    DomainError, in words, for what gives no names, too many, the same twice, or one that is wrong.
    """
    names: list[str] = []
    for line in text.splitlines():
        if line := " ".join(line.split()):
            names += row_of(line)
        refuse_too_many(len(names))
    if not names:
        raise DomainError("Enter the name of at least one bed")
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise DomainError(f"{name} is there twice. Each bed needs a name of its own")
        seen.add(name.casefold())
    return names


def row_of(line: str) -> list[str]:
    found = MANY.fullmatch(line)
    if found is None:
        return [checked(line)]
    first, last = int(found["first"]), int(found["last"])
    if last < first:
        raise DomainError(f"In {line} the second number must be the larger one")
    refuse_too_many(last - first + 1)
    return [checked(f"{found['stem']}{number}") for number in range(first, last + 1)]


def checked(name: str) -> str:
    """The name, if a bed can have it."""
    if not name:
        raise DomainError("Enter the name of the bed")
    if len(name) > LONGEST_NAME:
        raise DomainError(f"The name of a bed can have {LONGEST_NAME} characters at most")
    if has_nhs_number(name):
        raise DomainError("Remove the NHS number. Nothing about a patient may be entered here")
    return name


def refuse_too_many(number: int) -> None:
    if number > MOST_BEDS_AT_ONCE:
        raise DomainError(f"Add {MOST_BEDS_AT_ONCE} beds at a time at most")
