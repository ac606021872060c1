"""The kind of item that asks for access: a request's part, which becomes a grant."""

from approvals.kinds import Kind
from approvals.models import ACCESS, Item, Stage
from approvals.routing import Router, provider_of
from approvals.services import grant_item
from approvals.wording import AREAS, access_of


def route(item: Item) -> list[Stage]:
    return Router(item.person).route(item)


def mail_context(item: Item) -> dict[str, str]:
    return {"area": AREAS[item.capability], "access": access_of(item)}


ACCESS_KIND = Kind(
    code=ACCESS,
    label="Access",
    template="approvals/partials/access.html",
    describe=Item.describe,
    mail_context=mail_context,
    route=route,
    provider=provider_of,
    approve=grant_item,
)
