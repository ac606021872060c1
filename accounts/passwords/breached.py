"""Passwords that are known from breaches elsewhere, if an operator has loaded any."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.db import connection

from accounts.models import BreachedPassword

LINE = re.compile(rb"\s*([0-9A-Fa-f]{40})(?::(\d{1,12}))?\s*")
# No line of such a file is longer; what is, is read in pieces, none of which is one.
LONGEST_LINE = 100
# So many rows are written, and held in memory, at once.
BATCH = 50_000


def digest_of(sha1: str) -> int:
    """The first 64 bits of a SHA-1 in hexadecimal, as the signed number that PostgreSQL has."""
    return int.from_bytes(bytes.fromhex(sha1[:16]), signed=True)


def is_breached(password: str) -> bool:
    """Whether it is among those that were loaded. One query."""
    # How such lists are published, and no way of keeping a password.
    sha1 = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
    return BreachedPassword.objects.filter(digest=digest_of(sha1)).exists()


@dataclass
class Outcome:
    """What became of the lines of a file so far."""

    added: int = 0
    known: int = 0
    rarer: int = 0
    rejected: int = 0

    @property
    def lines(self) -> int:
        return self.added + self.known + self.rarer + self.rejected


def load(
    file: BinaryIO, *, at_least: int = 1, progress: Callable[[Outcome], None] | None = None
) -> Outcome:
    """Add the SHA-1 hashes of a file: lines 'HASH:COUNT' or 'HASH', in any order.

    A line whose count is below `at_least` is left out; one without a count is not. What is there
    already stays, so a load that was broken off can be run again. Memory does not grow with it.
    """
    outcome = Outcome()
    digests = digests_in(file, at_least, outcome)
    while batch := list(islice(digests, BATCH)):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_breachedpassword (digest)"
                " SELECT DISTINCT unnest(%s::bigint[]) ORDER BY 1 ON CONFLICT DO NOTHING",
                [batch],
            )
            outcome.added += cursor.rowcount
            outcome.known += len(batch) - cursor.rowcount
        if progress:
            progress(outcome)
    return outcome


def digests_in(file: BinaryIO, at_least: int, outcome: Outcome) -> Iterator[int]:
    """What is to be added, while the outcome counts the lines that are not."""
    for line in iter(lambda: file.readline(LONGEST_LINE), b""):
        found = LINE.fullmatch(line)
        if not found:
            outcome.rejected += 1
        elif found[2] and int(found[2]) < at_least:
            outcome.rarer += 1
        else:
            yield digest_of(found[1].decode())
