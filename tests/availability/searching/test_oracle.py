"""The search against a plain reading of its rules: random estates, random searches."""

import random
from bisect import bisect_right
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

import pytest
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState, EntryOrigin
from availability.conditions import Condition
from availability.models import Bed, BedEntry, WardTotals
from availability.searching import finding
from availability.searching.choices import lists_for
from availability.searching.criteria import Chosen, Criteria, end_of
from availability.searching.finding import find
from organisations.choices import SecurityLevel, Sex
from organisations.models import Feature, Unit, Ward
from organisations.postcodes import Place
from tests.counts import LONG, often
from tests.factories.accounts import grant, searcher
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
)

ESTATES, SEARCHES, WARDS = often(50), 100 if LONG else 30, 40
# Far fewer than in life, so that some searches find all of them and some read on by index.
COUNTED_TO = 8
RADII = (10, 25, 50, 100)
HOUR = timedelta(hours=1)


class Estate:
    """Wards, and what a person can ask of them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.now = timezone.now()
        groups = [
            ServiceGroupFactory(),
            ServiceGroupFactory(code="perinatal", name="Perinatal", position=2),
            ServiceGroupFactory(code="adult-secure", name="Adult Secure", position=3),
        ]
        self.sam = searcher(groups[0])
        grant(self.sam, Capability.AVAILABILITY_VIEW, service_group=groups[1])
        self.types = [
            ServiceTypeFactory(group=group, code=f"t{n}", name=f"Type {n}", position=n)
            for n, group in enumerate([groups[0], groups[0], groups[1], groups[2]], 1)
        ]
        self.regions = [RegionFactory(), RegionFactory(code="Y62", name="North West", position=2)]
        self.features = [
            Feature.objects.create(code=f"f{n}", name=f"Feature {n}", position=n) for n in range(3)
        ]
        providers = [OrganisationFactory(ods_code=f"R{n:02}", name=f"R{n}") for n in range(4)]
        self.collaboratives = {}
        for n, group in enumerate(groups[:2]):
            members = providers[n : n + 2]
            one = CollaborativeFactory(name=f"C{n}", service_group=group, members=members)
            self.collaboratives[one] = members
        units = [self.unit(n, providers) for n in range(12)]
        self.wards = [self.ward(n, units) for n in range(WARDS)]
        self.group_of = {one.pk: one.group for one in self.types}
        self.known = [
            group
            for group in groups[:2]
            if any(one.service_type.group_id == group.pk for one in self.wards)
        ]

    def unit(self, n: int, providers: list) -> Unit:
        # Two at one place now and then, as in life
        spread = self.chance.choice([0.05, 0.3, 1.2, 3])
        return UnitFactory(
            organisation=self.chance.choice(providers),
            ods_code=f"U{n}",
            region=self.chance.choice(self.regions),
            latitude=52.5 + self.chance.uniform(-spread, spread),
            longitude=-1.5 + self.chance.uniform(-spread, spread),
            closed_on="2020-01-01" if self.chance.random() < 0.1 else None,
        )

    def ward(self, n: int, units: list[Unit]) -> Ward:
        chance = self.chance
        youngest = chance.choice([0, 12, 18])
        ward = Ward.objects.create(
            unit=chance.choice(units),
            name=f"Ward {n}",
            service_type=chance.choice(self.types),
            sex=chance.choice(Sex.values),
            minimum_age=youngest,
            maximum_age=chance.choice([None, youngest + 6]),
            security_level=chance.choice(SecurityLevel.values),
            commissioned_beds=4,
            telephone="01632 960000",
            closed_on="2020-01-01" if chance.random() < 0.05 else None,
        )
        ward.has = set(chance.sample(self.features, chance.randint(0, 3)))
        ward.features.set(ward.has)
        ward.members_of = {
            (one.pk, one.service_group_id)
            for one, members in self.collaboratives.items()
            if ward.unit.organisation in members
        }
        if chance.random() < 0.95:
            self.fill(ward)
        return ward

    def fill(self, ward: Ward) -> None:
        chance = self.chance
        totals = WardTotals(ward=ward, can_take=chance.choice([None, None, None, 0, 1, 2]))
        ward.conditions = []
        for n in range(chance.randint(0, 4)):
            condition = self.condition()
            bed = Bed.objects.create(ward=ward, name=f"Bed {n}", position=n)
            BedEntry.objects.create(
                bed=bed,
                starts_at=self.now - 100 * HOUR,
                origin=EntryOrigin.SETUP,
                state=condition.state,
                **condition.details,
            )
            totals.count(condition, +1)
            if condition.ends_at:
                ends = [condition.ends_at, totals.next_end_at]
                totals.next_end_at = min(filter(None, ends))
            ward.conditions.append(condition)
        hours = chance.choice([None, 1, 11, 13, 23, 25, 80])
        totals.confirmed_at = None if hours is None else self.now - hours * HOUR
        totals.save()
        ward.kept = totals

    def condition(self) -> Condition:
        state = self.chance.choice(
            [BedState.AVAILABLE, BedState.AVAILABLE, BedState.OCCUPIED, *BedState.values]
        )
        due = self.now + self.chance.choice([-30, -1, 5, 30, 60, 200]) * HOUR
        if state == BedState.RESERVED:
            return Condition(state, due_at=due, held_for="Oxford")
        if state == BedState.CLOSED:
            return Condition(state, closed_reason="staffing")
        if state == BedState.ISOLATED:
            return Condition(state)
        if state != BedState.PREPARING and self.chance.random() < 0.5:
            return Condition(state)
        return Condition(state, due_at=due)

    def criteria(self) -> Criteria:
        chance = self.chance

        def sometimes(value, likely=0.2):
            return value if chance.random() < likely else None

        group = chance.choice(self.known) if self.known else None
        day = timezone.localdate() + timedelta(days=chance.randint(0, 9))
        return Criteria(
            place=Place(
                "XX1 1XX",
                52.5 + chance.uniform(-1, 1),
                -1.5 + chance.uniform(-1, 1),
                "unit",
                None,
            ),
            radius=sometimes(chance.choice(RADII)),
            service_group=sometimes(chosen(group)) if group else None,
            service_type=sometimes(chosen(chance.choice(self.types))),
            sex=sometimes(chance.choice([Sex.MALE, Sex.FEMALE])) or "",
            age=sometimes(chance.choice([0, 11, 12, 18, 24, 25])),
            security=sometimes(chance.choice(SecurityLevel.values), 0.1),
            beds=sometimes(chance.randint(1, 3)),
            by=sometimes(day),
            with_preparing=chance.random() < 0.2,
            features=tuple(
                map(chosen, chance.sample(self.features, chance.choice([0, 0, 0, 1, 2])))
            ),
            region=sometimes(chosen(chance.choice(self.regions)), 0.1),
            collaborative=sometimes(chosen(chance.choice([*self.collaboratives])), 0.1),
            fresh_only=chance.random() < 0.15,
            include_full=chance.random() < 0.4,
        )


def chosen(row) -> Chosen:
    return Chosen(row.pk, getattr(row, "code", ""), row.name)


def miles(place: Place, unit: Unit) -> float:
    north, there = radians(place.latitude), radians(unit.latitude)
    half = sin((there - north) / 2) ** 2
    half += cos(north) * cos(there) * sin(radians(unit.longitude - place.longitude) / 2) ** 2
    return 2 * 3958.7613 * asin(sqrt(half))


def free(ward: Ward, asked: Criteria, now: datetime) -> int:
    """Beds that are available, or by themselves will be; no more than the staff can take."""
    moment = end_of(asked.by) if asked.by else now
    number = sum(
        one.at(moment) == Condition(BedState.AVAILABLE)
        or (asked.with_preparing and one.state == BedState.PREPARING)
        for one in ward.conditions
    )
    return number if ward.kept.can_take is None else min(number, ward.kept.can_take)


def is_stale(ward: Ward, now: datetime) -> bool:
    confirmed = ward.kept.confirmed_at
    hours = ward.service_type.group.stale_after_hours
    return confirmed is None or now - confirmed > hours * HOUR


def failures(ward: Ward, asked: Criteria, now: datetime) -> list[tuple[str, str]]:
    """Which criteria a ward does not meet."""
    kind, unit = ward.service_type, ward.unit
    has = {feature.pk for feature in ward.has}
    checks = {
        ("radius", ""): asked.radius is None or miles(asked.place, unit) < asked.radius,
        ("service_group", ""): not asked.service_group or asked.service_group.pk == kind.group_id,
        ("service_type", ""): not asked.service_type or asked.service_type.pk == kind.pk,
        ("sex", ""): not asked.sex or ward.sex in (asked.sex, Sex.MIXED),
        ("age", ""): asked.age is None
        or ward.minimum_age <= asked.age <= (200 if ward.maximum_age is None else ward.maximum_age),
        ("security", ""): asked.security is None or asked.security == ward.security_level,
        ("region", ""): not asked.region or asked.region.pk == unit.region_id,
        ("collaborative", ""): not asked.collaborative
        or (asked.collaborative.pk, kind.group_id) in ward.members_of,
        ("fresh", ""): not asked.fresh_only or not is_stale(ward, now),
        ("full", ""): asked.include_full or free(ward, asked, now) >= (asked.beds or 1),
    }
    checks |= {("features", one.code): one.pk in has for one in asked.features}
    return [source for source, is_met in checks.items() if not is_met]


def place_in_list(ward: Ward, asked: Criteria, now: datetime) -> tuple:
    away = miles(asked.place, ward.unit)
    too_few = free(ward, asked, now) < (asked.beds or 1)
    return bisect_right(RADII, away), too_few, is_stale(ward, now), round(away, 6), ward.pk


@pytest.mark.django_db
@pytest.mark.requirement("CPMS-02", "CPMS-22")
@pytest.mark.parametrize("seed", range(ESTATES))
def test_it_finds_what_a_plain_reading_of_the_rules_finds(seed, monkeypatch):
    monkeypatch.setattr(finding, "COUNTED_TO", COUNTED_TO)
    monkeypatch.setattr(finding, "PAGE_SIZE", 5)
    print(f"seed {seed}")
    estate = Estate(random.Random(seed))
    own = {"cypmhs", "perinatal"}
    offered = [
        ward
        for ward in estate.wards
        if hasattr(ward, "kept")
        and ward.closed_on is None
        and ward.unit.closed_on is None
        and ward.service_type.group.code in own
    ]
    by_index = 0
    groups = lists_for(estate.sam).searchable
    for _ in range(SEARCHES):
        asked = estate.criteria()
        failed = {ward: failures(ward, asked, estate.now) for ward in offered}
        fit = [ward for ward in offered if not failed[ward]]
        expected = sorted(fit, key=lambda ward: place_in_list(ward, asked, estate.now))
        for number in (1, 2):
            results = find(groups, asked, number, person=estate.sam.pk)
            shown = [(one.ward.pk, one.ward.free) for one in results.results]
            page = expected[5 * number - 5 : 5 * number]
            assert shown == [(ward.pk, free(ward, asked, estate.now)) for ward in page], asked
            assert results.has_next == (len(expected) > 5 * number)
        count = len(expected)
        by_index += count > COUNTED_TO
        assert results.count == (f"{COUNTED_TO}+" if count > COUNTED_TO else str(count))
        if results.nearly is None:
            assert count > finding.FEW
            continue
        close = [ward for ward in offered if len(failed[ward]) == 1]
        close.sort(key=lambda ward: (round(miles(asked.place, ward.unit), 6), ward.pk))
        relaxed: dict = {}
        for ward in close:
            relaxed[failed[ward][0]] = relaxed.get(failed[ward][0], 0) + 1
        assert results.nearly.relaxed == relaxed
        assert [one.result.ward.pk for one in results.nearly.wards] == [
            ward.pk for ward in close[:5]
        ]
    assert by_index
