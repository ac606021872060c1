"""The demonstration's one password: made on the machine that runs it, and kept in a file there."""

import os
import secrets
from pathlib import Path

from django.contrib.auth.password_validation import validate_password

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


def read_or_make(file: Path) -> str:
    """The password in the file; where there is none, a new one that only the owner can read.

    ValidationError if a password in the file breaks the rules of passwords.
    """
    if not file.exists():
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(f"{make()}\n")
    password = file.read_text(encoding="utf-8").strip()
    validate_password(password)
    return password


def make() -> str:
    """E.g. 'Ruvok-Pilam-4831'."""
    return f"{word()}-{word()}-{secrets.randbelow(9000) + 1000}"


def word() -> str:
    letters = [secrets.choice(CONSONANTS if place % 2 == 0 else VOWELS) for place in range(5)]
    return "".join(letters).capitalize()
