"""The password rules of the registration guide (CPMS-08)."""

from typing import Any

from django.core.exceptions import ValidationError

HINT = (
    "The password must be at least 8 characters long. It must also contain at least 1 upper case "
    "letter, at least 1 lower case letter, at least 1 number and at least 1 special character"
)
# The hash of a longer one would cost the server more than any person types.
MAX_LENGTH = 128

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
