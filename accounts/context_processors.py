from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.tiles import tiles_for


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The navigation of a signed-in person: home and one entry for each tile."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
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
    return {"navigation": entries}
