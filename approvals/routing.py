"""Who decides what: the routing table, and what reads it (domain, Requests and decisions)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from accounts.choices import Capability
from accounts.models import AccessScope, User
from accounts.queries import people_holding
from approvals.choices import OrganisationType
from approvals.models import Item, Stage
from core.errors import DomainError
from organisations.choices import ApprovalLevel
from organisations.models import Collaborative, Organisation, Region, Unit
from organisations.postcodes import resolve

# The region that has no approver: its code in the directory.
OUTSIDE_ENGLAND = "outside-england"


class Asker(models.TextChoices):
    """Who asks, as far as it decides the way."""

    SINGLE_LEVEL = ApprovalLevel.SINGLE
    MULTI_LEVEL = ApprovalLevel.MULTI
    NHS_ENGLAND = "nhs_england", "NHS England"
    OTHER = "other", "Other organisations, and providers that the directory does not list"


@dataclass(frozen=True)
class Place:
    """Where an item belongs: its unit and provider, if it has any, and the region that decides."""

    asker: Asker
    unit: Unit | None
    provider: Organisation | None
    region: Region | None


def provider_of(item: Item) -> Organisation | None:
    """The provider whose closing ends the item: that of its unit, else the applicant's own."""
    unit = item.ward.unit if item.ward else item.unit
    return unit.organisation if unit else item.organisation or item.request.organisation


class Router:
    """Routes the items of one person; what it has looked up it remembers."""

    def __init__(self, person: User) -> None:
        self.person = person
        self._collaboratives: dict[tuple[int | None, int], list[Collaborative]] = {}
        self._held: dict[tuple[tuple[str, object], ...], bool] = {}
        self._region_of_work: list[Region | None] = []

    def route(self, item: Item) -> list[Stage]:
        """The stages of an item's way, unsaved, in order: for deciding and for telling people."""
        place = self.place_of(item)
        for approver in (*ROUTES[item.capability][place.asker], helpdesk):
            stage = approver(self, item, place)
            if stage and (approver is helpdesk or self.somebody_holds(stage)):
                return [stage]
        raise AssertionError("The helpdesk decides what nobody else can")

    def place_of(self, item: Item) -> Place:
        """Where the item belongs; its region is that of NHS England's staff, if they ask."""
        request = item.request
        unit = item.ward.unit if item.ward else item.unit
        provider = provider_of(item)
        own = item.collaborative.region if item.collaborative else unit.region if unit else None
        if request.organisation_type == OrganisationType.NHS_ENGLAND:
            return Place(Asker.NHS_ENGLAND, unit, provider, self.region_of_staff(item, own))
        is_provider = request.organisation_type == OrganisationType.PROVIDER
        if not is_provider or request.organisation is None or provider is None:
            return Place(Asker.OTHER, unit, provider, None)
        region = own or provider.region or self.region_of_work()
        return Place(Asker(provider.approval_level), unit, provider, region)

    def region_of_staff(self, item: Item, own: Region | None) -> Region | None:
        """Of the regions of NHS England's staff: the item's own, else where they work."""
        regions = list(item.request.regions.all())
        for wanted in (item.region or own, self.region_of_work()):
            if wanted in regions:
                return wanted
        return regions[0] if regions else None

    def region_of_work(self) -> Region | None:
        """The region of the person's place of work: for providers that span the country."""
        if not self._region_of_work:
            try:
                region_id = resolve(self.person.work_postcode).region_id
            except DomainError:
                region_id = None
            self._region_of_work = [
                Region.objects.filter(pk=region_id).first() if region_id else None
            ]
        return self._region_of_work[0]

    def collaboratives(self, item: Item, provider: Organisation) -> list[Collaborative]:
        """Those that have the provider as member, of the item's group if it has one."""
        key = (item.routing_group_id, provider.pk)
        if key not in self._collaboratives:
            found = Collaborative.objects.filter(members=provider)
            if item.routing_group_id:
                found = found.filter(service_group=item.routing_group_id)
            self._collaboratives[key] = list(found.order_by("service_group__position", "name"))
        return self._collaboratives[key]

    def somebody_holds(self, stage: AccessScope) -> bool:
        """Whether anybody but the applicant holds the right that the stage names."""
        key = tuple(sorted(stage.scope_columns.items()))
        if key not in self._held:
            self._held[key] = people_holding(stage).exclude(pk=self.person.pk).exists()
        return self._held[key]


def providers_approver(router: Router, item: Item, place: Place) -> Stage | None:
    return Stage(capability=Capability.APPROVE_STANDARD, organisation=place.provider)


def collaboratives_approver(router: Router, item: Item, place: Place) -> Stage | None:
    """The collaborative of the item's group that has the provider as member and covers the unit.

    Without a unit, that of the provider's own region is preferred.
    """
    if place.provider is None:
        return None
    found = router.collaboratives(item, place.provider)
    near = [one for one in found if place.region and one.region_id == place.region.pk]
    covering = near if place.unit else near or found
    if not covering:
        return None
    return Stage(capability=Capability.APPROVE_COMMISSIONER, collaborative=covering[0])


def approver_of_the_plans(router: Router, item: Item, place: Place) -> Stage | None:
    return Stage(capability=Capability.APPROVE_COMMISSIONER, collaborative=item.collaborative)


def regions_approver(router: Router, item: Item, place: Place) -> Stage | None:
    if place.region is None or place.region.code == OUTSIDE_ENGLAND:
        return None
    return Stage(capability=Capability.APPROVE_REGIONAL, region=place.region)


def helpdesk(router: Router, item: Item, place: Place) -> Stage | None:
    return Stage(capability=Capability.ADMINISTER)


Approver = Callable[[Router, Item, Place], Stage | None]


def ways(
    single: tuple[Approver, ...],
    multi: tuple[Approver, ...],
    nhs_england: tuple[Approver, ...] = (regions_approver,),
) -> dict[Asker, tuple[Approver, ...]]:
    """What is asked of whom, by who asks; other organisations' requests go to the helpdesk."""
    return {
        Asker.SINGLE_LEVEL: single,
        Asker.MULTI_LEVEL: multi,
        Asker.NHS_ENGLAND: nhs_england,
        Asker.OTHER: (),
    }


COLLABORATIVE = (collaboratives_approver, regions_approver)
PROVIDER = (providers_approver, regions_approver)
PLANS = (approver_of_the_plans, regions_approver)
REGION = (regions_approver,)

# What is asked → who asks → who decides: the first with somebody there who is not the applicant.
# The helpdesk is always the last.
ROUTES: dict[str, dict[Asker, tuple[Approver, ...]]] = {
    Capability.AVAILABILITY_VIEW: ways(COLLABORATIVE, PROVIDER),
    Capability.AVAILABILITY_EDIT: ways(COLLABORATIVE, PROVIDER),
    Capability.PLANS_VIEW: ways(REGION, REGION),
    Capability.PLANS_EDIT: ways(PLANS, PLANS),
    Capability.APPROVE_STANDARD: ways(COLLABORATIVE, COLLABORATIVE),
    Capability.APPROVE_COMMISSIONER: ways(REGION, REGION),
    Capability.APPROVE_REGIONAL: ways((), (), ()),
}
