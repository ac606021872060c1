"""The tiles of the home page and the entries of the navigation; each app registers its own."""

from collections.abc import Callable
from dataclasses import dataclass

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
