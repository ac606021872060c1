from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.choices import Capability
from accounts.models import User
from accounts.tiles import tiles_for
from core.links import place


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The navigation of a signed-in person, and the role in use.

    The entries are made where a page shows them: the admin and parts of pages do not. The role is
    False for who has no other to choose.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    several = len(user.all_capabilities) > 1
    return {
        "navigation": SimpleLazyObject(partial(entries_for, user, request.path)),
        "role_in_use": several and in_use(user),
    }


def entries_for(user: User, path: str) -> list[dict[str, Any]]:
    """Home, and one entry for each tile."""
    entries: list[dict[str, Any]] = [
        {"title": "Home", "text": "", "url": place("home"), "count": None}
    ]
    for tile in tiles_for(user):
        count = tile.count(user) if tile.count else None
        entries.append(
            {
                "title": tile.title,
                "text": tile.text,
                "url": place(tile.url_name),
                "count": count,
            }
        )
    for entry in entries:
        entry["current"] = entry["url"] == path
    return entries


def in_use(user: User) -> str:
    """The role in use, as the header names it (CQRS-15)."""
    return str(Capability(user.role_in_use).label) if user.role_in_use else "All my roles"
