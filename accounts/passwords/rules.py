"""What a password has to be: the rules of the registration guide (CPMS-08), and hard to guess."""

import re
import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

from accounts.passwords.breached import is_breached
from accounts.passwords.history import was_used
from accounts.passwords.words import guessed_as, is_made_of_own_words

HINT = (
    "The password must be at least 8 characters long. It must also contain at least 1 upper case "
    "letter, at least 1 lower case letter, at least 1 number and at least 1 special character"
)
# The hash of a longer one would cost the server more than any person types.
MAX_LENGTH = 128

# What to do instead, said with every refusal of what can be guessed.
INSTEAD = (
    "Choose another: three words that have nothing to do with each other or with your work, "
    "a number and a special character are hard to guess"
)

# Shorter parts of names and addresses are in many passwords by accident.
SHORTEST_PART = 4

KINDS = (
    ("1 upper case letter", str.isupper),
    ("1 lower case letter", str.islower),
    ("1 number", str.isdigit),
    ("1 special character", lambda character: not character.isalnum()),
)


class CharacterKindsValidator:
    """Each kind of character at least once; special is what is neither letter nor digit."""

    def validate(self, password: str, user: Any = None) -> None:
        missing = [name for name, is_kind in KINDS if not any(map(is_kind, password))]
        if missing:
            *most, last = missing
            words = f"{', '.join(most)} and {last}" if most else last
            raise ValidationError(
                f"Password must also contain at least {words}", code="password_lacks_kinds"
            )

    def get_help_text(self) -> str:
        return HINT


class UnlikeThePersonValidator(UserAttributeSimilarityValidator):
    """Neither like the person's names and address nor with one of them in it."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = without_accents(password)
        if user and any(part in folded for part in personal_parts(user)):
            raise ValidationError(
                "Password must not contain your name or a part of your email address",
                code="password_contains_person",
            )
        super().validate(password, user)


class HardToGuessValidator(CommonPasswordValidator):
    """No common word with digits and symbols around it or in place of its letters.

    Nor a row of the words that the NHS's people choose (words.txt), e.g. 'Nh5hospital1!'.
    """

    def validate(self, password: str, user: Any = None) -> None:
        text = without_accents(password)
        if guessed_as(text) & self.passwords or is_made_of_own_words(text):
            raise ValidationError(
                "This password is easy to guess, because it is made of common words, even if "
                f"numbers or symbols stand for some of their letters. {INSTEAD}",
                code="password_too_common",
            )
        super().validate(password, user)


class NotBreachedValidator:
    """None that is known from a breach elsewhere, as far as an operator has loaded such a list."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_breached(password):
            raise ValidationError(
                "This password is known from a data breach of some other service, so that "
                f"programs try it. {INSTEAD}",
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return "Not a password that is known from a data breach."


class NotUsedBeforeValidator:
    """None of the person's last PASSWORD_HISTORY passwords, the present one included."""

    def validate(self, password: str, user: Any = None) -> None:
        if user and user.pk and was_used(user, password):
            raise ValidationError(
                f"You have used this password before. Choose one that is not among your last "
                f"{settings.PASSWORD_HISTORY}",
                code="password_used_before",
            )

    def get_help_text(self) -> str:
        return "Not one of the last passwords."


def personal_parts(user: Any) -> set[str]:
    """What somebody who knows the person would guess: names, the address before the @, and the
    words of each."""
    wholes = [
        without_accents(text)
        for text in (user.first_name, user.surname, user.email.partition("@")[0])
    ]
    words = [word for whole in wholes for word in re.split(r"[\W_]+", whole)]
    return {part for part in (*wholes, *words) if sum(map(str.isalnum, part)) >= SHORTEST_PART}


def without_accents(text: str) -> str:
    """E.g. 'chloe' for 'Chloë'."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
