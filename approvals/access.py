"""The kind of item that asks for access: a request's part, which becomes a grant."""

from collections.abc import Sequence

from accounts.choices import Capability
from approvals.diligence import ABOUT_A_PERSON
from approvals.kinds import Kind
from approvals.models import ACCESS, Item, Stage
from approvals.routing import Router, provider_of
from approvals.services import grant_item
from approvals.wording import AREAS, access_of


def route(items: Sequence[Item]) -> list[list[Stage]]:
    router = Router()
    return [router.route(item) for item in items]


def mail_context(item: Item) -> dict[str, str]:
    return {"area": AREAS[item.capability], "access": access_of(item)}


# What many ask for, and what lets nobody change plans or decide on others.
SIMPLE = (Capability.AVAILABILITY_VIEW, Capability.AVAILABILITY_EDIT, Capability.PLANS_VIEW)


def is_simple(item: Item) -> bool:
    return item.capability in SIMPLE


ACCESS_KIND = Kind(
    code=ACCESS,
    label="Access",
    template="approvals/partials/access.html",
    describe=Item.describe,
    mail_context=mail_context,
    route=route,
    provider=provider_of,
    approve=grant_item,
    questions=ABOUT_A_PERSON,
    can_end=True,
    is_simple=is_simple,
)
