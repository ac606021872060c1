"""Where a page of the table is, for one of its objects; and what is sent to it."""

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from django.utils.http import urlencode

from organisations.models import Ward
from tests.sweeps.authorization.estate import ELSEWHERE, ISSUER, Estate
from tests.sweeps.authorization.lines import Page


def address_of(page: Page, estate: Estate, who: str, place: str) -> str:
    query = f"?{page.query}" if page.query else ""
    if page.query == "every item":
        query = "?" + urlencode({"item": list(estate.objects["item"].values())}, doseq=True)
    if page.name.startswith("/admin/"):
        key = row_of(page, place) if page.of == "row" else "no-such-thing"
        return page.name.replace("sample", str(key)) + query
    return reverse(page.name, args=arguments(page, estate, who, place)) + query


def arguments(page: Page, estate: Estate, who: str, place: str) -> list[Any]:
    match page.of:
        case "":
            return []
        case "first question":
            return ["name" if place == "known" else "nosuchquestion"]
        case "first step":
            return ["email" if place == "known" else "nosuchquestion"]
        case "session" if place in ("existing", "present"):
            kind = ELSEWHERE if place == "existing" else ""
            return [estate.sessions.get((kind, who), 999_999_999)]
        case "device":
            return [place]
        case "guide":
            return ["find-a-bed" if place == "known" else "nosuchguide"]
        case "issuer":
            return [ISSUER.id if place == "known" else "nosuchissuer"]
        case "identity" if place == "own":
            return [estate.identities.get(who, 999_999_999)]
        case "export token" if place == "own":
            return [estate.tokens.get(who, 999_999_999)]
        case "calendar address" if place == "own":
            return [estate.objects["calendar of"].get(who, 999_999_999)]
        case "own hold" if place == "own":
            return [estate.holds.get(who, 999_999_999)]
        case "saved search" if place == "own":
            return [estate.searches.get(who, 999_999_999)]
        case "notification" if place == "own":
            return [estate.notifications.get(who, 999_999_999)]
        case "own item" if place == "own":
            own = estate.own_items.get(who)
            return [own.pk if own else 999_999_999]
        case "question":
            return ["organisation" if place == "known" else "nosuchquestion"]
        case "what to find":
            return [place]
        case "token" | "calendar":
            return ["not-a-token"]
        case "app":
            return ["accounts"]
        case "content type":
            return [ContentType.objects.get_for_model(Ward).pk, estate.objects["ward"]["own"]]
        case "row" | "record":
            return [row_of(page, place)]
        case "item" | "way" if place == "own":
            own = estate.own_items.get(who)
            return [own.pk if own else next(iter(estate.own_items.values())).pk]
        case "table":
            named = "nosuchtable" if place == "missing" else "places"
            return [estate.objects["table"][place], named, "csv"]
        case "resource of a ward":
            return [f"ward-{estate.objects['ward'][place]}"]
        case "resource of a provider":
            return [f"organisation-{estate.objects['provider'][place]}"]
        case kind:
            found = estate.objects[kind][place]
            return list(found) if isinstance(found, tuple) else [found]


def model_of(page: Page) -> type[Model]:
    """The model of a page of the admin."""
    label = page.name.removeprefix("admin:").removeprefix("/admin/").replace("/", "_")
    return apps.get_model(*label.split("_")[:2])


def row_of(page: Page, place: str) -> Any:
    """The key of some row of the admin's model, or of none."""
    row = model_of(page)._default_manager.order_by("pk").first() if place == "existing" else None
    return row.pk if row else "999999999"
