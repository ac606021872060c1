from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.choices import Capability
from accounts.models import User
from accounts.tiles import tiles_for


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The navigation of a signed-in person: home, one entry for each tile, and the role in use.

    The role is False for who has no other to choose.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    several = len(user.all_capabilities) > 1
    entries: list[dict[str, Any]] = [
        {"title": "Home", "text": "", "url": reverse("home"), "count": None}
    ]
    for tile in tiles_for(user):
        count = tile.count(user) if tile.count else None
        entries.append(
            {
                "title": tile.title,
                "text": tile.text,
                "url": reverse(tile.url_name),
                "count": count,
            }
        )
    for entry in entries:
        entry["current"] = entry["url"] == request.path
    return {"navigation": entries, "role_in_use": several and in_use(user)}


def in_use(user: User) -> str:
    """The role in use, as the header names it (CQRS-15)."""
    return str(Capability(user.role_in_use).label) if user.role_in_use else "All my roles"
