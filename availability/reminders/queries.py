"""Which wards go unconfirmed, and who is to hear of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce, Now

from accounts.choices import Capability
from accounts.models import Grant
from accounts.queries import live_grants, may_administer, open_wards
from availability.freshness import Limit, allowed, past
from availability.models import Bed, BedEntry, SessionPattern, WardReminder
from availability.queries import SHOWN_WITH_WARD, free_now
from availability.sessions.free import free_sessions_by
from organisations.choices import ApprovalLevel, WardKind
from organisations.models import CollaborativeMember, Ward

IN_ORDER = ("unit__organisation__name", "unit__name", "name", "pk")


def recorded() -> QuerySet[Ward]:
    """The open wards with beds in use, or a pattern of sessions, with all that a list shows."""
    in_use = Bed.objects.filter(ward=OuterRef("pk"), retired_at=None)
    pattern = SessionPattern.objects.filter(ward=OuterRef("pk"))
    wards = open_wards().filter(
        Q(Exists(in_use), kind=WardKind.INPATIENT) | Q(Exists(pattern), kind=WardKind.SESSIONAL)
    )
    return wards.select_related(*SHOWN_WITH_WARD, "unit__region")


def due(limit: Limit) -> list[Ward]:
    """The wards past the limit of which nobody was reminded since they were last confirmed.

    What was never confirmed counts from the first that is known of its beds, or sessions. 1 query.
    """
    bed = BedEntry.objects.filter(bed__ward=OuterRef("pk")).order_by("starts_at")
    session = SessionPattern.objects.filter(ward=OuterRef("pk")).order_by("at")
    first = Coalesce(Subquery(bed.values("starts_at")[:1]), Subquery(session.values("at")[:1]))
    told = WardReminder.objects.filter(ward=OuterRef("pk"), limit=limit, at__gte=OuterRef("since"))
    wards = recorded().annotate(
        since=Case(
            When(totals__confirmed_at=None, then=first),
            default=F("totals__confirmed_at"),
            output_field=DateTimeField(),
        )
    )
    late = wards.filter(~Exists(told), since__lt=Now() - allowed(limit))
    return list(late.order_by(*IN_ORDER))


def editors_of(wards: Sequence[Ward]) -> dict[int, list[Ward]]:
    """For each person who looks after some of these, by id, which: 1 query.

    Those of the ward itself; where there are none, those of its unit, else of its organisation.
    Who edits a whole organisation is not told of each ward that has editors of its own.
    """
    if not wards:
        return {}
    grants = Grant.objects.live().filter(
        Q(ward__in=wards)
        | Q(unit__in={ward.unit_id for ward in wards})
        | Q(organisation__in={ward.unit.organisation_id for ward in wards}),
        capability=Capability.AVAILABILITY_EDIT,
    )
    holders = by_scope(grants)
    return turned(
        (
            ward,
            holders["ward", ward.pk]
            or holders["unit", ward.unit_id]
            or holders["organisation", ward.unit.organisation_id],
        )
        for ward in wards
    )


def approvers_of(wards: Sequence[Ward]) -> dict[int, list[Ward]]:
    """For each approver of those who edit some of these, by id, which: 2 queries.

    As the routing table begins: of a multi-level provider its own; else those of the collaborative
    that has the provider as member, for the ward's service group and region; else the region's.
    """
    if not wards:
        return {}
    organisations = {ward.unit.organisation_id for ward in wards}
    members = CollaborativeMember.objects.filter(organisation__in=organisations)
    collaboratives: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for organisation, group, region, key in members.values_list(
        "organisation", "collaborative__service_group", "collaborative__region", "collaborative"
    ):
        collaboratives[organisation, group, region].append(key)
    grants = Grant.objects.live().filter(
        Q(capability=Capability.APPROVE_STANDARD, organisation__in=organisations)
        | Q(
            capability=Capability.APPROVE_COMMISSIONER,
            collaborative__in={key for keys in collaboratives.values() for key in keys},
        )
        | Q(
            capability=Capability.APPROVE_REGIONAL,
            region__in={ward.unit.region_id for ward in wards},
        )
    )
    holders = by_scope(grants)

    def approvers(ward: Ward) -> set[int]:
        provider = ward.unit.organisation
        own = holders["organisation", provider.pk]
        if own and provider.approval_level == ApprovalLevel.MULTI:
            return own
        place = provider.pk, ward.service_type.group_id, ward.unit.region_id
        found = [holders["collaborative", key] for key in collaboratives.get(place, ())]
        return set().union(*found) or holders["region", ward.unit.region_id]

    return turned((ward, approvers(ward)) for ward in wards)


def by_scope(grants: QuerySet[Grant]) -> dict[tuple[str, int | None], set[int]]:
    """Who holds them, by the kind of scope and its id."""
    kinds = ("ward", "unit", "organisation", "collaborative", "region")
    holders: dict[tuple[str, int | None], set[int]] = defaultdict(set)
    for person, *scopes in grants.values_list("person", *kinds):
        for kind, key in zip(kinds, scopes, strict=True):
            if key is not None:
                holders[kind, key].add(person)
    return holders


def turned(found: Iterable[tuple[Ward, set[int]]]) -> dict[int, list[Ward]]:
    wards_of: dict[int, list[Ward]] = defaultdict(list)
    for ward, people in found:
        for key in people:
            wards_of[key].append(ward)
    return wards_of


def overseen_by(user: Any) -> QuerySet[Ward]:
    """The wards with beds that the person approves for; for the helpdesk all.

    Of a provider its own, of a collaborative its members' for its service group, of a region those
    in it.
    """
    wards = recorded()
    if may_administer(user):
        return wards
    rights = live_grants(user)
    own = rights.filter(capability=Capability.APPROVE_STANDARD)
    commissioned = rights.filter(capability=Capability.APPROVE_COMMISSIONER)
    regional = rights.filter(capability=Capability.APPROVE_REGIONAL)
    member = CollaborativeMember.objects.filter(
        collaborative__in=commissioned.values("collaborative"),
        collaborative__service_group=OuterRef("service_type__group"),
        organisation=OuterRef("unit__organisation"),
    )
    return wards.filter(
        Q(unit__organisation__in=own.values("organisation"))
        | Exists(member)
        | Q(unit__region__in=regional.values("region"))
    )


def out_of_date(user: Any) -> QuerySet[Ward]:
    """Of those, the ones whose figures are out of date, the longest first."""
    late = overseen_by(user).filter(past(Limit.STALE))
    return late.order_by(F("totals__confirmed_at").asc(nulls_first=True), *IN_ORDER)


def free_recorded() -> Case:
    """Of a ward, its free beds, or its free places in sessions within two weeks."""
    is_sessional = When(kind=WardKind.SESSIONAL, then=free_sessions_by(None))
    return Case(is_sessional, default=free_now(), output_field=IntegerField())
