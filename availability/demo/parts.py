"""What apps above this one add to the demonstration, once its estate is there."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User

Part = Callable[[dict[str, User], datetime], None]

_parts: list[Part] = []


def register_part(part: Part) -> None:
    """Add a part at start-up: it gets the people by the name before the @, and the moment."""
    _parts.append(part)


def make_parts(people: dict[str, User], now: datetime) -> None:
    for part in _parts:
        part(people, now)
