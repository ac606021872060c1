"""Who decides what: what reads the routing table (domain, Requests and decisions)."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils.text import Truncator

from accounts.choices import Capability
from accounts.models import AccessScope, Grant, User
from accounts.queries import people_holding
from approvals.choices import ApplicantKind, ApproverKind, OrganisationType
from approvals.models import Item, Route, Stage
from core.errors import DomainError
from organisations.models import Collaborative, Organisation, Region, Unit
from organisations.postcodes import resolve

# The region that has no approver: its code in the directory.
OUTSIDE_ENGLAND = "outside-england"

NOBODY_THERE = "nobody is there who could decide"
LEADS: dict[str, str] = {
    ApplicantKind.SINGLE_LEVEL: "Single-level provider",
    ApplicantKind.MULTI_LEVEL: "Multi-level provider",
    ApplicantKind.NHS_ENGLAND: "Staff of NHS England",
    ApplicantKind.OTHER: "Other organisation, or one that the directory does not list",
}
HELPDESK_DECIDES = "the helpdesk decides"


@dataclass(frozen=True)
class Place:
    """Where an item belongs: its unit and provider, if it has any, and the region that decides."""

    asker: ApplicantKind
    unit: Unit | None
    provider: Organisation | None
    region: Region | None


@dataclass(frozen=True)
class Found:
    """Whom a route's approver is for an item: the right, and why it is that one."""

    stage: Stage
    words: str


def provider_of(item: Item) -> Organisation | None:
    """The provider whose closing ends the item: that of its unit, else the applicant's own."""
    unit = item.ward.unit if item.ward else item.unit
    own = item.request.organisation if item.request else None
    return unit.organisation if unit else item.organisation or own


class Router:
    """Routes items; what it has looked up it remembers, so that many cost little more than one.

    `levels` says which level providers have by their ids, where it is not what was loaded: of
    organisations that have been locked since, or that are to be switched. `without` counts as
    holding nothing: an approver who is to leave.
    """

    def __init__(
        self, *, levels: Mapping[int, str] | None = None, without: User | None = None
    ) -> None:
        self._levels = levels or {}
        self._without = without
        self._collaboratives: dict[tuple[int | None, int], list[Collaborative]] = {}
        self._holders: dict[tuple[tuple[str, object], ...], list[int]] = {}
        self._regions_of_work: dict[int, Region | None] = {}

    def at(self, levels: Mapping[int, str]) -> "Router":
        """The same, with what it remembers, as if providers had these levels."""
        other = copy(self)
        other._levels = levels
        return other

    @cached_property
    def table(self) -> dict[tuple[str, str], list[str]]:
        """Who decides, by what is asked and who asks: 1 query."""
        rows = Route.objects.values_list("capability", "asker", "approvers")
        return {(capability, asker): approvers for capability, asker, approvers in rows}

    @cached_property
    def regions(self) -> dict[int, Region]:
        """All regions by their ids: 1 query."""
        return Region.objects.in_bulk()

    def route(self, item: Item) -> list[Stage]:
        """The stages of an item's way, unsaved, in order: for deciding and for telling people.

        The first approver of the table with somebody there who is not the applicant, and the
        helpdesk if there is none; the stage says why it is that one, and who was passed over.
        """
        place = self.place_of(item)
        kinds = self.table.get((item.capability, place.asker), [])
        return [self.first_of(kinds, item, place, lead=LEADS[place.asker])]

    def hold(self, stages: Iterable[Stage]) -> None:
        """Whoever decides there keeps the right until the end of the transaction.

        Without it, a right could end unseen between the routing and the commit.
        """
        rights = Q(pk__in=[])
        for right in {tuple(stage.scope_columns.items()) for stage in stages}:
            rights |= Q(*right)
        held = Grant.objects.live().filter(rights).order_by("pk")
        list(held.select_for_update(no_key=True, of=("self",)))
        # It may have ended before.
        self._holders.clear()

    def above(self, stage: Stage, item: Item) -> Stage | None:
        """One level up from where an item waits, unsaved; None if nobody there could decide.

        Provider's approver → collaborative's → region's → helpdesk, whatever the table says.
        """
        place = self.place_of(item)
        lead = f"Not decided in time by {stage.decider}; one level up"
        kinds = list(UPWARDS[stage.capability])
        if item.collaborative and ApproverKind.COLLABORATIVE in kinds:
            kinds[0] = ApproverKind.PLANS
        above = self.first_of(kinds, item, place, lead=lead)
        is_higher = above.capability != stage.capability
        return above if is_higher and self.somebody_else_holds(above, item.person) else None

    def first_of(self, kinds: list[str], item: Item, place: Place, *, lead: str) -> Stage:
        passed_over = []
        found = None
        for kind in kinds:
            one = APPROVERS[kind](self, item, place)
            if isinstance(one, Found) and self.somebody_else_holds(one.stage, item.person):
                found = one
                break
            name, why = (
                (one.stage.decider, NOBODY_THERE)
                if isinstance(one, Found)
                else (ApproverKind(kind).label, one)
            )
            passed_over.append(f"{name} ({why})")
        found = found or Found(Stage(capability=Capability.ADMINISTER), HELPDESK_DECIDES)
        words = f"{lead}: {found.words}."
        if passed_over:
            words += f" Passed over: {'; '.join(passed_over)}."
        found.stage.because = Truncator(words).chars(LONGEST)
        return found.stage

    def place_of(self, item: Item) -> Place:
        """Where the item belongs; its region is that of NHS England's staff, if they ask."""
        request = item.request
        unit = item.ward.unit if item.ward else item.unit
        provider = provider_of(item)
        of_place = item.collaborative or unit
        own = self.region(of_place.region_id if of_place else None)
        of_provider = self.region(provider.region_id if provider else None)
        if request is None:
            return Place(ApplicantKind.OTHER, unit, provider, own or of_provider)
        if request.organisation_type == OrganisationType.NHS_ENGLAND:
            return Place(ApplicantKind.NHS_ENGLAND, unit, provider, self.region_of_staff(item, own))
        is_provider = request.organisation_type == OrganisationType.PROVIDER
        if not is_provider or request.organisation is None or provider is None:
            return Place(ApplicantKind.OTHER, unit, provider, None)
        region = own or of_provider or self.region_of_work(item.person)
        level = self._levels.get(provider.pk, provider.approval_level)
        return Place(ApplicantKind(level), unit, provider, region)

    def region_of_staff(self, item: Item, own: Region | None) -> Region | None:
        """Of the regions of NHS England's staff: the item's own, else where they work."""
        regions = list(item.request.regions.all()) if item.request else []
        for wanted in (item.region or own, self.region_of_work(item.person)):
            if wanted in regions:
                return wanted
        return regions[0] if regions else None

    def region(self, key: int | None) -> Region | None:
        return self.regions[key] if key else None

    def region_of_work(self, person: User) -> Region | None:
        """The region of a person's place of work: for providers that span the country."""
        if person.pk not in self._regions_of_work:
            try:
                key = resolve(person.work_postcode).region_id
            except DomainError:
                key = None
            self._regions_of_work[person.pk] = self.region(key)
        return self._regions_of_work[person.pk]

    def collaboratives(self, item: Item, provider: Organisation) -> list[Collaborative]:
        """Those that have the provider as member, of the item's group if it has one."""
        key = (item.routing_group_id, provider.pk)
        if key not in self._collaboratives:
            found = Collaborative.objects.filter(members=provider)
            if item.routing_group_id:
                found = found.filter(service_group=item.routing_group_id)
            self._collaboratives[key] = list(found.order_by("service_group__position", "name"))
        return self._collaboratives[key]

    def somebody_else_holds(self, stage: AccessScope, person: User) -> bool:
        """Whether anybody but the person holds the right that the stage names."""
        key = tuple(stage.scope_columns.items())
        if key not in self._holders:
            people = people_holding(stage)
            if self._without:
                people = people.exclude(pk=self._without.pk)
            # Of two, one is another.
            self._holders[key] = list(people.values_list("pk", flat=True)[:2])
        return any(holder != person.pk for holder in self._holders[key])


# Whom an approver of the table is for an item, or in words why there is no such.
Approver = Callable[[Router, Item, Place], Found | str]


def providers_approver(router: Router, item: Item, place: Place) -> Found | str:
    if place.provider is None:
        return "no provider is known"
    stage = Stage(capability=Capability.APPROVE_STANDARD, organisation=place.provider)
    return Found(stage, "the provider's own approvers decide")


def collaboratives_approver(router: Router, item: Item, place: Place) -> Found | str:
    """The collaborative of the item's group that has the provider as member and covers the unit.

    Without a unit, that of the provider's own region is preferred.
    """
    if place.provider is None:
        return "no provider is known"
    found = router.collaboratives(item, place.provider)
    near = [one for one in found if place.region and one.region_id == place.region.pk]
    covering = near if place.unit else near or found
    if not covering:
        where = f" and covers {place.region}" if found else ""
        return f"no collaborative has {place.provider.name} as member{where}"
    stage = Stage(capability=Capability.APPROVE_COMMISSIONER, collaborative=covering[0])
    which = f" and covers {place.region}" if near else ""
    return Found(
        stage, f"the collaborative that has {place.provider.name} as member{which} decides"
    )


def approver_of_the_plans(router: Router, item: Item, place: Place) -> Found | str:
    if item.collaborative is None:
        return "the plans are not of one collaborative"
    stage = Stage(capability=Capability.APPROVE_COMMISSIONER, collaborative=item.collaborative)
    return Found(stage, "the collaborative whose plans they are decides")


def regions_approver(router: Router, item: Item, place: Place) -> Found | str:
    if place.region is None:
        return "no region is known"
    if place.region.code == OUTSIDE_ENGLAND:
        return f"{place.region} has no approver"
    stage = Stage(capability=Capability.APPROVE_REGIONAL, region=place.region)
    return Found(stage, f"the regional approver of {place.region} decides")


LONGEST = Stage._meta.get_field("because").max_length or 0
APPROVERS: dict[str, Approver] = {
    ApproverKind.PROVIDER: providers_approver,
    ApproverKind.COLLABORATIVE: collaboratives_approver,
    ApproverKind.PLANS: approver_of_the_plans,
    ApproverKind.REGION: regions_approver,
}
# From whose right an item moves up to whom.
UPWARDS: dict[str, list[str]] = {
    Capability.APPROVE_STANDARD: [ApproverKind.COLLABORATIVE, ApproverKind.REGION],
    Capability.APPROVE_COMMISSIONER: [ApproverKind.REGION],
    Capability.APPROVE_REGIONAL: [],
    Capability.ADMINISTER: [],
}
