"""Who decides what: the routing table, and the one function that reads it (domain, Requests)."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.choices import Capability
from accounts.models import AccessScope, User
from accounts.queries import people_holding
from approvals.models import Item, Stage
from core.errors import DomainError
from organisations.choices import ApprovalLevel
from organisations.models import Collaborative, Organisation, Region, Unit
from organisations.postcodes import resolve


@dataclass(frozen=True)
class Place:
    """Where an item belongs: its unit, if it has one, the provider, and the region of either."""

    unit: Unit | None
    provider: Organisation
    region: Region | None


def place_of(item: Item) -> Place:
    """The unit's provider and region; for what has no unit, the applicant's own provider."""
    unit = item.ward.unit if item.ward else item.unit
    provider = unit.organisation if unit else item.organisation or item.request.provider
    if provider is None:
        raise ValueError("An item of a provider's staff lies in a provider")
    region = (unit and unit.region) or provider.region or region_of_work(item.person)
    return Place(unit, provider, region)


def region_of_work(person: User) -> Region | None:
    """The region of the person's place of work: for providers that span the country."""
    try:
        region_id = resolve(person.work_postcode).region_id
    except DomainError:
        return None
    return Region.objects.get(pk=region_id) if region_id else None


def providers_approver(item: Item, place: Place) -> Stage | None:
    return Stage(capability=Capability.APPROVE_STANDARD, organisation=place.provider)


def collaboratives_approver(item: Item, place: Place) -> Stage | None:
    """The collaborative of the item's group that has the provider as member and covers the unit.

    Without a unit, that of the provider's own region is preferred.
    """
    found = list(
        Collaborative.objects.filter(service_group=item.routing_group, members=place.provider)
    )
    near = [one for one in found if place.region and one.region_id == place.region.pk]
    covering = near if place.unit else near or found
    if not covering:
        return None
    return Stage(capability=Capability.APPROVE_COMMISSIONER, collaborative=covering[0])


def regions_approver(item: Item, place: Place) -> Stage | None:
    if place.region is None:
        return None
    return Stage(capability=Capability.APPROVE_REGIONAL, region=place.region)


def helpdesk(item: Item, place: Place) -> Stage | None:
    return Stage(capability=Capability.ADMINISTER)


Approver = Callable[[Item, Place], Stage | None]

# What is asked, and the provider's level → who decides: the first with somebody there who is not
# the applicant. The helpdesk is always the last.
ROUTES: dict[tuple[str, str], tuple[Approver, ...]] = {
    (Capability.AVAILABILITY_VIEW, ApprovalLevel.SINGLE): (collaboratives_approver,),
    (Capability.AVAILABILITY_VIEW, ApprovalLevel.MULTI): (providers_approver,),
    (Capability.AVAILABILITY_EDIT, ApprovalLevel.SINGLE): (collaboratives_approver,),
    (Capability.AVAILABILITY_EDIT, ApprovalLevel.MULTI): (providers_approver,),
}
LAST_RESORTS: tuple[Approver, ...] = (regions_approver, helpdesk)


def route(item: Item) -> list[Stage]:
    """The stages of an item's way, unsaved, in order. Used for deciding and for telling people."""
    place = place_of(item)
    approvers = ROUTES[(item.capability, place.provider.approval_level)] + LAST_RESORTS
    for approver in approvers:
        stage = approver(item, place)
        if stage and (approver is helpdesk or somebody_holds(stage, other_than=item.person)):
            return [stage]
    raise AssertionError("The helpdesk decides what nobody else can")


def somebody_holds(stage: AccessScope, *, other_than: User) -> bool:
    return people_holding(stage).exclude(pk=other_than.pk).exists()
