"""How long something lasted, as a person would say it."""

from datetime import timedelta

from availability.words import plural

UNITS = (("day", 24 * 60), ("hour", 60), ("minute", 1))


def how_long(length: timedelta) -> str:
    """E.g. 'less than a minute', '20 minutes', '3 hours 5 minutes', '2 days 4 hours'."""
    minutes = int(length / timedelta(minutes=1))
    if minutes < 1:
        return "less than a minute"
    parts = []
    for name, size in UNITS:
        number, minutes = divmod(minutes, size)
        parts.append(plural(number, name) if number else "")
    first = next(position for position, part in enumerate(parts) if part)
    return " ".join(filter(None, parts[first : first + 2]))
