"""Whose accounts an approver sees and looks after: by where people work, and where access lies."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.choices import APPROVER_CAPABILITIES, Capability
from accounts.models import Grant, User
from accounts.queries import live_grants
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.models import Invitation
from approvals.models import AccessRequest
from organisations.models import Collaborative, CollaborativeMember, Organisation, Unit, Ward

# The organisation in whose units and wards a grant lies.
LIES_IN = Coalesce(
    "organisation_id",
    "unit__organisation_id",
    "ward__unit__organisation_id",
    output_field=BigIntegerField(),
)


def grants_in(organisations: Collection[int]) -> Q:
    """The condition that a grant lies in one of the organisations."""
    return (
        Q(organisation__in=organisations)
        | Q(unit__organisation__in=organisations)
        | Q(ward__unit__organisation__in=organisations)
    )


def with_predecessors(organisations: Collection[int]) -> list[int]:
    """These, and those that have become parts of them: a query for each merger in a row, and one.

    What people said before a merger names the organisation that they worked for then.
    """
    found = newest = set(organisations)
    while newest:
        parts = Organisation.objects.order_by().filter(
            successor__in=newest, closed_on__lte=timezone.localdate()
        )
        newest = set(parts.values_list("pk", flat=True)) - found
        found = found | newest
    return sorted(found)


def works_at() -> Case:
    """For a person: the organisation that they work for, as they said in their latest request.

    Of who has sent none: that of the invitation, else where their first access lies, or lay last.
    """
    of_person = {"person": OuterRef("pk")}
    requests = AccessRequest.objects.filter(**of_person).order_by("-submitted_at", "-pk")
    invitations = Invitation.objects.filter(**of_person, organisation__isnull=False)
    grants = (
        Grant.objects.filter(**of_person)
        .annotate(lies_in=LIES_IN)
        .filter(lies_in__isnull=False)
        .order_by(F("revoked_at").desc(nulls_first=True), "pk")
    )
    return Case(
        When(Exists(requests), then=Subquery(requests.values("organisation_id")[:1])),
        default=Coalesce(
            Subquery(invitations.order_by("-pk").values("organisation_id")[:1]),
            Subquery(grants.values("lies_in")[:1]),
            output_field=BigIntegerField(),
        ),
        output_field=BigIntegerField(),
    )


@dataclass(frozen=True)
class Reach:
    """What a person approves for, with the rights of some capabilities: 6 queries, none for the
    helpdesk, and one more for each merger in a row.

    Without a person: what anybody approves for with them.
    """

    user: User | None
    capabilities: Collection[str] = APPROVER_CAPABILITIES

    @cached_property
    def is_everything(self) -> bool:
        return (
            self.user is not None
            and Capability.ADMINISTER in self.capabilities
            and Capability.ADMINISTER in self.user.capabilities
        )

    def rights(self, capability: str) -> QuerySet[Grant]:
        if capability not in self.capabilities:
            return Grant.objects.none()
        held = Grant.objects.live() if self.user is None else live_grants(self.user)
        return held.filter(capability=capability)

    # Few enough to be named: what is then asked about people goes by indexes, however many are
    # there. Joined, a planner takes them for a large part of everybody.
    @cached_property
    def regions(self) -> list[int]:
        rights = self.rights(Capability.APPROVE_REGIONAL)
        return list(rights.values_list("region_id", flat=True))

    @cached_property
    def collaboratives(self) -> list[int]:
        """One's own, and those of one's region."""
        rights = self.rights(Capability.APPROVE_COMMISSIONER)
        found = Collaborative.objects.order_by().filter(
            Q(pk__in=rights.values("collaborative")) | Q(region__in=self.regions)
        )
        return list(found.values_list("pk", flat=True))

    @cached_property
    def organisations(self) -> QuerySet[Organisation]:
        """One's own, the members of those collaboratives, those of one's region, and their
        predecessors.

        A provider without a region of its own is of those in which it has units.
        """
        rows = Organisation.objects.order_by()
        return rows if self.is_everything else rows.filter(pk__in=self.organisation_ids)

    @cached_property
    def organisation_ids(self) -> list[int]:
        """Of `organisations`, unless those are all."""
        rows = Organisation.objects.order_by()
        rights = self.rights(Capability.APPROVE_STANDARD)
        members = CollaborativeMember.objects.filter(collaborative__in=self.collaboratives)
        units = Q(region__isnull=True, units__region__in=self.regions)
        found = rows.filter(
            Q(pk__in=rights.values("organisation"))
            | Q(pk__in=members.values("organisation"))
            | Q(region__in=self.regions)
            | Q(pk__in=Organisation.objects.order_by().filter(units).values("pk"))
        )
        return with_predecessors(found.values_list("pk", flat=True))

    @cached_property
    def grants(self) -> QuerySet[Grant]:
        """All grants, past ones too, that lie in what the person approves for."""
        rows = Grant.objects.order_by()
        if self.is_everything:
            return rows
        return rows.filter(
            grants_in(self.organisation_ids)
            | Q(collaborative__in=self.collaboratives)
            | Q(region__in=self.regions)
        )

    @cached_property
    def people(self) -> QuerySet[User]:
        """Who has or had access there, asked from there, or was invited to it; not the anonymous.

        For the helpdesk everybody.
        """
        known = User.objects.filter(anonymised_at__isnull=True)
        if self.is_everything:
            return known
        return known.filter(pk__in=self.tied_to(self.organisation_ids, with_places_above=True))

    def tied_to(
        self, keys: Collection[int], *, with_places_above: bool = False
    ) -> QuerySet[Any, Any]:
        """The ids of people of the organisations, and of one's collaboratives and regions.

        2 queries, at once.
        """
        units = list(Unit.objects.filter(organisation__in=keys).values_list("pk", flat=True))
        wards = list(Ward.objects.filter(unit__in=units).values_list("pk", flat=True))
        ties = [
            Grant.objects.order_by().filter(organisation__in=keys).values("person"),
            Grant.objects.order_by().filter(unit__in=units).values("person"),
            Grant.objects.order_by().filter(ward__in=wards).values("person"),
            AccessRequest.objects.order_by().filter(organisation__in=keys).values("person"),
            Invitation.objects.order_by()
            .filter(organisation__in=keys, status=InvitationStatus.ACCEPTED)
            .values("person"),
        ]
        if with_places_above:
            places, regions = self.collaboratives, self.regions
            ties += [
                Grant.objects.order_by().filter(collaborative__in=places).values("person"),
                Grant.objects.order_by().filter(region__in=regions).values("person"),
                AccessRequest.objects.order_by().filter(regions__in=regions).values("person"),
            ]
        first, *others = ties
        return first.union(*others)

    @cached_property
    def works_here(self) -> Q:
        """Of people `with_place`: who works there.

        Who plans for a collaborative, or approves for it, is of it wherever they work.
        """
        above = Grant.objects.filter(person=OuterRef("pk"), revoked_at__isnull=True).filter(
            Q(collaborative__in=self.collaboratives) | Q(region__in=self.regions)
        )
        regional = AccessRequest.objects.filter(regions__in=self.regions)
        return (
            Q(works_at__in=self.organisation_ids)
            | Q(Exists(above))
            | Q(latest_request__in=regional.values("pk"))
        )

    @cached_property
    def staff(self) -> QuerySet[User]:
        """Those of the people whose accounts the person looks after: who works there."""
        if self.is_everything:
            return self.people
        return with_place(self.people).filter(self.works_here)


def with_place(people: QuerySet[User]) -> QuerySet[User]:
    latest = AccessRequest.objects.filter(person=OuterRef("pk")).order_by("-submitted_at")
    return people.alias(works_at=works_at(), latest_request=Subquery(latest.values("pk")[:1]))
