"""Other occupancies, the chance of finding no bed, and all assumptions changed at once."""

import time
from datetime import date
from decimal import Decimal

import pytest

from capacity_plans.choices import VersionStatus
from capacity_plans.figures import chance_of_no_bed
from capacity_plans.life.adjusting import adjust_assumptions, adjustment_of
from capacity_plans.life.comparing import load
from capacity_plans.life.services import copy_version
from capacity_plans.life.what_if import MOST, WhatIf, beds_for, chance_at, chance_in_words
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from tests.factories.organisations import WardFactory
from tests.factories.plan_life import approved, planner
from tests.factories.plans import assumption, change, draft, line, plan


# Offered traffic for a blocking of 1 % and 5 %, from the published tables of Erlang's formula B
@pytest.mark.parametrize(
    ("beds", "offered", "chance"),
    [
        (1, "0.0101", 0.01),
        (5, "1.361", 0.01),
        (10, "4.461", 0.01),
        (20, "12.031", 0.01),
        (50, "37.901", 0.01),
        (100, "84.064", 0.01),
        (5, "2.218", 0.05),
        (10, "6.216", 0.05),
        (20, "15.249", 0.05),
        (50, "44.533", 0.05),
        (100, "95.240", 0.05),
    ],
)
def test_the_chance_is_that_of_the_published_tables(beds, offered, chance):
    assert chance_of_no_bed(beds, Decimal(offered)) == pytest.approx(chance, rel=0.002)
    # A little less, so that rounding in the table does not ask for another bed.
    assert beds_for(Decimal(offered) * Decimal("0.999"), chance) == beds


def test_huge_numbers_take_no_time():
    begun = time.perf_counter()
    assert chance_at("", MOST, Decimal(MOST)) is not None
    assert chance_at("", MOST + 1, Decimal(1)) is None
    assert chance_at("", 1, Decimal(MOST + 1)) is None
    assert chance_at("", MOST, Decimal("0.1")).percent == "<0.1%"
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (1.0, "everybody"),
        (0.999, "nearly everybody"),
        (0.95, "nearly everybody"),
        (0.94, "about 9 in 10 patients"),
        (0.42, "about 4 in 10 patients"),
        (0.1, "about 1 in 10 patients"),
        (0.0033, "about 1 in 300 patients"),
        (0.0, "hardly anybody"),
    ],
)
def test_the_chance_is_said_in_words(chance, words):
    assert chance_in_words(chance) == words


@pytest.fixture
def version(db):
    version = draft()
    first = line(version)
    second = line(version, WardFactory(name="Tamarind", sex="female", commissioned_beds=20))
    assumption(version, first)
    assumption(version, second, admissions=100, length_of_stay=Decimal("60"), referrals=200)
    change(second, date(2026, 9, 1), number=2)
    return version


def test_at_a_glance_the_sum_is_that_of_the_types(version):
    found = WhatIf(load(version), date(2027, 3, 1))
    one, two, together = found.glances
    # 120 admissions of 30 days fill 9.86 beds; 100 of 60 days 16.44.
    assert one.cells[0] in ((85, "11.6", "+0.4"), (85, "19.3", "+2.7"))
    assert {one.planned, two.planned} == {"12", "22"}
    assert together.planned == "34"
    assert together.cells == [
        (85, "30.9", "+3.1"),
        (90, "29.3", "+4.7"),
        (95, "27.7", "+6.3"),
        (98, "26.9", "+7.1"),
    ]
    assert [chance.enough for chance in found.chances] != []


@pytest.mark.parametrize(
    ("typed", "of_100"),
    [("+10%", 110), ("-5%", 95), ("−5 %", 95), ("90", 90), ("30.5", Decimal("30.5"))],
)
def test_what_is_typed_is_a_part_or_a_value(typed, of_100):
    assert adjustment_of(typed).of(Decimal(100)) == of_100


@pytest.mark.parametrize("typed", ["+10", "10%", "-101%", "x", "1e9", "٣", "9999999", "+%", "\0"])
def test_what_might_be_meant_either_way_is_refused(typed):
    assert adjustment_of(typed) is None


def test_all_types_are_changed_at_once_in_a_scenario_alone(version):
    petra = planner(version.plan.collaborative)
    scenario = copy_version(
        version=version, by=petra, status=VersionStatus.SCENARIO, name="Shorter stays"
    )
    adjust_assumptions(
        version=scenario,
        by=petra,
        occupancy=adjustment_of("95"),
        length_of_stay=adjustment_of("-10%"),
        referrals=adjustment_of("+10%"),
    )
    rows = scenario.assumptions.order_by("pk")
    assert [row.length_of_stay for row in rows] == [Decimal("27"), Decimal("54")]
    assert [(row.occupancy, row.referrals, row.revision) for row in rows] == [
        (95, None, 1),
        (95, 220, 1),
    ]
    assert {row.occupancy for row in version.assumptions.all()} == {85}
    assert AuditEvent.objects.filter(event="plan.assumptions_adjusted").count() == 1
    with pytest.raises(DomainError, match=r"occupancy of 114. It must be from 50 to 100"):
        adjust_assumptions(version=scenario, by=petra, occupancy=adjustment_of("+20%"))
    assert {row.occupancy for row in scenario.assumptions.all()} == {95}


def test_as_many_referrals_as_may_be_typed_may_be_adjusted(version):
    version.assumptions.filter(referrals=200).update(referrals=500_000)
    petra = planner(version.plan.collaborative)
    adjust_assumptions(version=version, by=petra, referrals=adjustment_of("+100%"))
    assert version.assumptions.filter(referrals=1_000_000).exists()
    with pytest.raises(DomainError, match="from 0 to 1,000,000"):
        adjust_assumptions(version=version, by=petra, referrals=adjustment_of("+1%"))


def test_what_was_submitted_is_not_changed(version):
    done = approved(version)
    with pytest.raises(Conflict):
        adjust_assumptions(version=done, by=done.item.person, occupancy=adjustment_of("95"))
    with pytest.raises(DomainError, match="access"):
        other = draft(plan(done.plan.collaborative, kind="sessional"))
        carol = done.item.decisions.get().by
        adjust_assumptions(version=other, by=carol, occupancy=adjustment_of("95"))
