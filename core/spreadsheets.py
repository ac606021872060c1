"""Files that people open in a spreadsheet."""

from typing import Any

# What a spreadsheet takes for a formula, or skips before one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def disarmed(value: Any) -> Any:
    """The value as a cell that is only ever text, whoever wrote it; numbers stay numbers."""
    text = value.replace("\0", "") if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.lstrip(" ").startswith(FORMULA) else text
