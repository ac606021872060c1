"""What follows from a plan, by the formulas of the domain."""

from datetime import date
from decimal import Decimal

import pytest

from capacity_plans.figures import (
    Need,
    PlannedLine,
    Segment,
    Step,
    chance_of_no_bed,
    on_day,
    project,
)
from capacity_plans.projections import projection_of
from capacity_plans.words import segment_name
from tests.factories.organisations import WardFactory
from tests.factories.plans import assumption, change, draft, line

ACUTE = Segment(1, "female", 0)
APRIL = date(2026, 4, 1)


def beds(*steps, baseline=10, months=12):
    one = PlannedLine("ash", ACUTE, baseline, steps)
    return project([one], [], first=APRIL, months=months).total.beds


def test_a_month_has_the_beds_of_its_last_day():
    assert beds(Step(date(2026, 6, 30), 2))[:4] == (10, 10, 12, 12)


def test_what_is_temporary_ends_after_its_last_day():
    closing = Step(date(2026, 5, 10), -4, until=date(2026, 6, 30))
    assert beds(closing)[:4] == (10, 6, 6, 10)
    ash = PlannedLine("ash", ACUTE, 10, [closing])
    days = date(2026, 5, 9), date(2026, 5, 10), date(2026, 6, 30), date(2026, 7, 1)
    assert [on_day(ash, day) for day in days] == [10, 6, 6, 10]


def test_a_day_below_zero_inside_a_month_is_named():
    steps = [Step(date(2026, 5, 3), -12), Step(date(2026, 5, 20), 12)]
    found = project([PlannedLine("ash", ACUTE, 10, steps)], [], first=APRIL, months=12)
    assert found.total.beds[1] == 10
    assert found.below_zero == {"ash": date(2026, 5, 3)}


def test_what_is_needed_is_admissions_by_stay_by_days_by_occupancy():
    need = Need(ACUTE, admissions=365, length_of_stay=Decimal(17), occupancy=85, inside_flow=60)
    figures = project([PlannedLine("ash", ACUTE, 15)], [need], first=APRIL, months=12).segments[
        ACUTE
    ]
    assert figures.requirement[0] == 20
    assert figures.inside_flow[0] == 12
    assert figures.gap[0] == -5
    assert figures.occupancy[0] == Decimal("113.3")


def test_each_financial_year_has_its_days_and_its_growth():
    """The second one has the 29th of February 2028."""
    need = Need(ACUTE, 732, Decimal(50), occupancy=100, yearly_change=Decimal(10))
    found = project([], [need], first=APRIL, months=36).total.requirement
    assert found[::12] == tuple(map(Decimal, ("100.3", "110.0", "121.3")))
    assert found[11] == found[0]


@pytest.mark.django_db
def test_a_transfer_takes_here_and_gives_there():
    version = draft()
    ash, beech = line(version), line(version, WardFactory(name="Beech"))
    assumption(version, ash)
    change(ash, date(2026, 7, 1), 3, "transfer", to_line=beech)
    found = projection_of(
        version, version.lines.all(), ash.changes.all(), version.assumptions.all()
    )
    assert found.lines[ash.pk][3] == ash.baseline - 3
    assert found.lines[beech.pk][3] == beech.baseline + 3
    assert set(found.total.beds) == {ash.baseline + beech.baseline}


# A hundred years of printed tables agree on these (offered load, servers, chance of loss).
@pytest.mark.parametrize(
    ("offered", "servers", "chance"),
    [(1, 1, 0.5), (2, 2, 0.4), (3, 5, 0.1101), (5, 10, 0.0184), (10, 10, 0.2146), (20, 30, 0.0085)],
)
def test_the_chance_of_no_bed_is_that_of_published_tables(offered, servers, chance):
    assert chance_of_no_bed(servers, Decimal(offered)) == pytest.approx(chance, abs=0.00005)


def test_a_segment_says_its_security_level_where_its_type_does_not():
    types = {1: "Medium secure", 2: "Learning disability"}
    assert segment_name(Segment(1, "male", 2), types) == "Medium secure, male"
    assert segment_name(Segment(2, "male", 2), types) == "Learning disability, male, medium secure"
