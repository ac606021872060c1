"""Reads of what is open today, against the approved plans."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, reduce
from operator import add
from typing import Any

from django.db.models import BigIntegerField, Count, DateTimeField, F, Q, QuerySet, Sum, Value
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import Grant
from accounts.queries import Asker, live_grants
from availability.choices import BedState
from availability.models import Bed, Session, WardTotals
from availability.models.wards import COUNTED
from availability.queries import current_entries
from availability.sessions.plan import day_begins
from capacity_plans.choices import VersionStatus
from capacity_plans.figures import PlannedLine, financial_year, on_day
from capacity_plans.live.comparing import Recorded, unplanned
from capacity_plans.models import Change, Line, UnplannedClosure, Version
from capacity_plans.projections import steps_of
from core.statements import Objects, Statement, later
from organisations.choices import WardKind
from organisations.models import Collaborative, CollaborativeMember, Ward
from organisations.queries import still_open


def overseen_by(user: Any) -> QuerySet[Collaborative]:
    """The collaboratives whose unplanned closures the person hears of.

    Those whose plans the person may change, or that the person approves for, or for their region.
    """
    grants = live_grants(user)
    own = grants.filter(
        capability__in=(Capability.PLANS_EDIT, Capability.APPROVE_COMMISSIONER),
        collaborative__isnull=False,
    )
    regional = grants.filter(capability=Capability.APPROVE_REGIONAL, region__isnull=False)
    return Collaborative.objects.filter(
        Q(pk__in=own.values("collaborative")) | Q(region__in=regional.values("region")),
        service_group__open_to_plans=True,
    )


def closures_for(user: Any) -> QuerySet[UnplannedClosure]:
    """The unplanned closures that the person hears of, and that last, by collaborative."""
    found = UnplannedClosure.objects.filter(collaborative__in=overseen_by(user), ended_at=None)
    return found.select_related("ward__unit__organisation", "collaborative").order_by(
        "collaborative__name", "since", "pk"
    )


def all_closures_for(user: Any) -> list[UnplannedClosure]:
    """These, for the pages of many collaboratives; 1 query."""
    return closures_with(user.role_in_use).found({"person": user.pk})


@cache
def closures_with(role_in_use: str) -> Objects[UnplannedClosure]:
    return Objects.of(closures_for(Asker(role_in_use)))


def people_to_tell(collaboratives: Collection[Collaborative]) -> dict[int, set[int]]:
    """Who edits or approves the plans of each, by its id: the ids of people. 1 query."""
    regions = {one.region_id for one in collaboratives}
    rows = Grant.objects.live().filter(
        Q(
            capability__in=(Capability.PLANS_EDIT, Capability.APPROVE_COMMISSIONER),
            collaborative__in=collaboratives,
        )
        | Q(capability=Capability.APPROVE_REGIONAL, region__in=regions)
    )
    people: dict[int, set[int]] = {one.pk: set() for one in collaboratives}
    for person, collaborative, region in rows.values_list("person", "collaborative", "region"):
        for one in collaboratives:
            if one.pk == collaborative or (region and one.region_id == region):
                people[one.pk].add(person)
    return people


def recorded_beds(wards: Iterable[int]) -> dict[int, Recorded]:
    """What each of the wards with beds records now, by its id; 2 queries, 1 if none is closed.

    Beds neither close nor become occupied by themselves, so that the totals are right for these.
    """
    totals = {row.pk: row for row in WardTotals.objects.filter(ward__in=wards)}
    closed: dict[int, dict[str, int]] = defaultdict(dict)
    closing = [key for key, row in totals.items() if row.closed]
    for ward, reason, number in (
        closed_entries(closing)
        .values_list("bed__ward", "closed_reason")
        .annotate(number=Count("pk"))
        if closing
        else ()
    ):
        closed[ward][reason] = number
    return {
        key: Recorded(row.beds, row.occupied + row.on_leave, closed[key])
        for key, row in totals.items()
        if row.beds
    }


def closed_entries(wards: Collection[int]) -> QuerySet[Any]:
    """What was last recorded of the beds of the wards that are closed."""
    entries = current_entries(Bed.objects.filter(ward__in=wards)).filter(state=BedState.CLOSED)
    return entries.select_related(None).order_by()


def recorded_sessions(wards: Iterable[int], day: date) -> dict[int, Recorded]:
    """What each of the sessional wards records for the day, by its id; 1 query."""
    rows = (
        Session.objects.filter(
            ward__in=wards,
            begins_at__gte=day_begins(day),
            begins_at__lt=day_begins(day + timedelta(1)),
        )
        .order_by()
        .values_list("ward", "closed_reason")
        .annotate(
            taking_place=Count("pk", filter=Q(capacity__gt=0)),
            booked=Count("pk", filter=Q(booked__gt=0)),
            number=Count("pk"),
        )
    )
    found: dict[int, Recorded] = {}
    for ward, reason, taking_place, booked, number in rows:
        one = Recorded(number, 0, {reason: number}) if reason else Recorded(taking_place, booked)
        found[ward] = found.get(ward, Recorded()) + one
    return found


def open_now(version: Version) -> int:
    """How many beds, or sessions today, the wards of a version's lines have open. 1 query."""
    today = timezone.localdate()
    rows = open_in(version.plan.kind).rows(
        {
            "version": version.pk,
            "begins": day_begins(today),
            "ends": day_begins(today + timedelta(1)),
        }
    )
    return int(rows[0][0] or 0) if rows else 0


@cache
def open_in(kind: str) -> Statement:
    """How many are open in all wards of the `version`."""
    wards = Line.objects.filter(version=later("version", BigIntegerField), ward__isnull=False)
    found: QuerySet[Any] = WardTotals.objects.filter(ward__in=wards.values("ward"))
    columns = [F(column) for column in COUNTED if column != BedState.CLOSED]
    number: Any = Sum(reduce(add, columns))
    if kind == WardKind.SESSIONAL:
        found, number = (
            Session.objects.filter(
                ward__in=wards.values("ward"),
                begins_at__gte=later("begins", DateTimeField),
                begins_at__lt=later("ends", DateTimeField),
                capacity__gt=0,
            ),
            Count("pk"),
        )
    one = found.order_by().annotate(all=Value(1)).values("all").annotate(number=number)
    return Statement.of(one.values_list("number"))


@dataclass(frozen=True)
class Found:
    """Beds that are closed without an approved line, and since when."""

    beds: int
    since: datetime


def unplanned_now(today: date) -> dict[tuple[int, int], Found]:
    """By collaborative and ward: what is closed that no approved line covers. 6 queries.

    A ward that stands in an approved plan is that plan's; any other is its provider's
    collaborative's for its service group, of the unit's region if there are several. Where no
    approved plan says anything of today, there is nothing to compare with.
    """
    wards = closing_wards()
    plans = list(in_force(today).select_related("plan"))
    comparing = {version.plan.collaborative_id for version in plans}
    planned = planned_on(today, plans, wards)
    closed: dict[int, list[datetime]] = defaultdict(list)
    for ward, starts_at in closed_entries([ward.pk for ward in wards]).values_list(
        "bed__ward", "starts_at"
    ):
        closed[ward].append(starts_at)
    found = {}
    owners = owners_of(wards)
    for ward in wards:
        in_plans = {key[0]: beds for key, beds in planned.items() if key[1] == ward.pk}
        recorded = Recorded(ward.totals.beds, 0, {"": len(closed[ward.pk])})
        for owner in in_plans or comparing.intersection(owners[ward.pk]):
            beds = unplanned(ward.commissioned_beds or 0, in_plans.get(owner), recorded)
            if beds:
                # What was closed first is what the plan covers.
                starts = sorted(closed[ward.pk])
                found[owner, ward.pk] = Found(beds, starts[len(starts) - beds])
    return found


def closing_wards() -> list[Ward]:
    """The wards with a closed bed, of service groups that are open to plans; 1 query."""
    wards = Ward.objects.filter(
        still_open("", "unit__", "unit__organisation__"),
        kind=WardKind.INPATIENT,
        totals__closed__gt=0,
        service_type__group__open_to_plans=True,
    )
    return list(wards.select_related("unit", "service_type", "totals"))


def in_force(day: date) -> QuerySet[Version]:
    """The approved versions of bed plans that say something of the day."""
    year = financial_year(day)
    return Version.objects.filter(
        status=VersionStatus.APPROVED,
        plan__kind=WardKind.INPATIENT,
        first_year__lte=year,
        first_year__gt=year - F("years"),
    )


def planned_on(
    day: date, versions: Collection[Version], wards: Collection[Ward]
) -> dict[tuple[int, int], int]:
    """By collaborative and ward: what these versions have on the day; 2 queries."""
    lines = Line.objects.filter(version__in=versions, ward__in=wards).select_related(
        "version__plan"
    )
    by_key = {line.pk: line for line in lines}
    changes = Change.objects.filter(Q(line__in=by_key) | Q(to_line__in=by_key))
    steps = steps_of(changes)
    return {
        (line.version.plan.collaborative_id, line.ward_id or 0): on_day(
            PlannedLine(line.pk, line.segment, line.baseline, steps[line.pk]), day
        )
        for line in by_key.values()
    }


def owners_of(wards: Collection[Ward]) -> dict[int, list[int]]:
    """The collaboratives that have a ward's provider as member, by the ward's id; 1 query."""
    rows = CollaborativeMember.objects.filter(
        organisation__in={ward.unit.organisation_id for ward in wards}
    ).values_list(
        "organisation", "collaborative__service_group", "collaborative", "collaborative__region"
    )
    members: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for organisation, group, key, region in rows:
        members[organisation, group].append((key, region))
    found = {}
    for ward in wards:
        of_group = members[ward.unit.organisation_id, ward.service_type.group_id]
        near = [key for key, region in of_group if region == ward.unit.region_id]
        found[ward.pk] = near or [key for key, _ in of_group]
    return found
