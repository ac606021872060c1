"""The tiles of the home page and the entries of the navigation; each app registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.access import Rule
from accounts.models import User


@dataclass(frozen=True)
class Tile:
    """One thing that a person may do. `rule` is the one that its view asks."""

    title: str
    text: str
    url_name: str
    rule: Rule
    position: int
    count: Callable[[User], int] | None = None


_tiles: list[Tile] = []


def register_tile(tile: Tile) -> None:
    """Add a tile at start-up."""
    _tiles.append(tile)
    _tiles.sort(key=lambda tile: tile.position)


def tiles_for(user: User) -> list[Tile]:
    """Exactly the tiles that the person's access opens (CPMS-30)."""
    return [tile for tile in _tiles if tile.rule(user) is None]


@dataclass(frozen=True)
class Section:
    """A part of the home page below the tiles: a template, and what it shows as `section`."""

    template: str
    context: Any


_sections: list[Callable[[User], Section | None]] = []
_first_stops: list[Callable[[User], str | None]] = []


def register_home_section(section: Callable[[User], Section | None]) -> None:
    """Add a part of the home page at start-up; it gives None where it has nothing to show."""
    _sections.append(section)


def home_sections(user: User) -> list[Section]:
    """What other apps show on the person's home page."""
    return [shown for section in _sections if (shown := section(user))]


def register_first_stop(stop: Callable[[User], str | None]) -> None:
    """Add at start-up what a person has to finish first: it gives the address, or None."""
    _first_stops.append(stop)


def first_stop(user: User) -> str | None:
    """Where the person goes on before the home page (CPMS-14); None if there is nothing."""
    return next((url for stop in _first_stops if (url := stop(user))), None)


@dataclass(frozen=True)
class ProfileRow:
    """A row of a person's profile, in one of its sections: what it is, how it stands, where to.

    Who may not follow its link by the rule does not see it.
    """

    section: str
    key: str
    value: Callable[[User], str]
    url_name: str
    action: str
    rule: Rule | None = None


SECURITY = "Login and security"
AVAILABLE_ROLES, REQUEST_ACCESS = "Available roles", "Request access"
_profile_rows: list[ProfileRow] = []


def register_profile_row(row: ProfileRow) -> None:
    """Add a row to the profile at start-up."""
    _profile_rows.append(row)


def profile_rows(user: User, section: str) -> list[dict[str, str]]:
    """What other apps show in a section of the person's profile."""
    return [
        {
            "key": row.key,
            "value": row.value(user),
            "url": reverse(row.url_name),
            "action": row.action,
        }
        for row in _profile_rows
        if row.section == section and not (row.rule and row.rule(user))
    ]
