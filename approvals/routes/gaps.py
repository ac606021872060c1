"""The organisations without an approver (CT-04): what is asked there goes one level up."""

from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.choices import Capability
from accounts.models import Grant
from approvals.routing import OUTSIDE_ENGLAND
from organisations.choices import ApprovalLevel, AsksAs
from organisations.models import Collaborative, Organisation, Region
from organisations.queries import still_open

MOST_SHOWN = 200


@dataclass(frozen=True)
class Gap:
    """Where some kind of approver is missing: the first of them, by name."""

    title: str
    places: list[Model]
    admin: str
    more: bool


def gaps() -> list[Gap]:
    """Multi-level providers, collaboratives and regions without an approver: 3 queries."""
    providers = Organisation.objects.filter(
        still_open(""), approval_level=ApprovalLevel.MULTI, kind__asks_as=AsksAs.PROVIDER
    )
    return [
        gap(
            "Multi-level providers without a provider approver",
            without(providers, Capability.APPROVE_STANDARD, "organisation"),
        ),
        gap(
            "Collaboratives without a commissioner approver",
            without(Collaborative.objects.all(), Capability.APPROVE_COMMISSIONER, "collaborative"),
        ),
        gap(
            "Regions without a regional approver",
            without(
                Region.objects.exclude(code=OUTSIDE_ENGLAND), Capability.APPROVE_REGIONAL, "region"
            ),
        ),
    ]


def without(places: QuerySet, capability: str, scope: str) -> QuerySet:
    """Those of the places for which nobody holds the right."""
    held = Grant.objects.live().filter(Q(capability=capability), **{scope: OuterRef("pk")})
    return places.filter(~Exists(held)).order_by("name")


def gap(title: str, places: QuerySet) -> Gap:
    found = list(places[: MOST_SHOWN + 1])
    page = f"admin:{places.model._meta.label_lower.replace('.', '_')}_change"
    return Gap(title, found[:MOST_SHOWN], page, more=len(found) > MOST_SHOWN)
