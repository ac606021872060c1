"""All collaboratives on one page: sums that are those of what is below, of what one may read."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import Capability
from capacity_plans.figures import Need, PlannedLine, Segment, Step, project
from capacity_plans.overview.adding import added_by, by_segment, part_of
from tests.factories.accounts import grant, person
from tests.factories.organisations import (
    CollaborativeFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    WardFactory,
)
from tests.factories.plans import assumption, change, decided, draft, line, plan

TAGS = re.compile(r"<[^>]+>")
APRIL = date(2026, 4, 1)
SEGMENTS = st.builds(
    Segment, st.integers(1, 3), st.sampled_from(["male", "female"]), st.integers(0, 1)
)
LINES = st.builds(
    PlannedLine,
    st.uuids(),
    SEGMENTS,
    st.integers(0, 40),
    st.lists(st.builds(Step, st.dates(APRIL, date(2029, 3, 31)), st.integers(-9, 9)), max_size=3),
)
NEEDS = st.builds(
    Need,
    SEGMENTS,
    st.integers(0, 900),
    st.decimals("0.1", "400", places=1),
    st.integers(50, 100),
    st.integers(0, 100),
    st.decimals("-20", "20", places=1),
)


@pytest.mark.requirement("CPMS-03")
@settings(max_examples=30)
@given(st.lists(st.tuples(st.lists(LINES, max_size=5), st.lists(NEEDS, max_size=4)), max_size=5))
def test_collaboratives_and_segments_come_to_the_same_total(plans):
    projections = [project(lines, needs, first=APRIL, months=36) for lines, needs in plans]
    month = slice(17, 18)
    regions = added_by(((n % 2, part_of(one.total, month)) for n, one in enumerate(projections)), 1)
    segments = by_segment((one, 17) for one in projections)
    for name in ("beds", "requirement", "inside_flow", "in_use", "compared", "gap"):
        sums = [
            sum((row[0] for one in found.values() if (row := getattr(one, name))), Decimal(0))
            for found in (regions, segments)
        ]
        assert sums[0] == sums[1], name


@pytest.fixture
def nell(client, db):
    """Nell, who reads the plans of two service groups nationwide."""
    user = person("nell.nation")
    for group in (
        ServiceGroupFactory(),
        ServiceGroupFactory(code="secure", name="Adult Secure", position=2),
    ):
        grant(user, Capability.PLANS_VIEW, service_group=group)
    client.force_login(user)
    return user


@pytest.fixture
def estate(nell):
    """Three approved plans in two regions and two groups, one of them for later; one missing."""
    london = RegionFactory(code="Y56", name="London", position=3)
    secure = ServiceGroupFactory(code="secure")
    low = ServiceTypeFactory(code="low", name="Low secure", group=secure, position=1)
    found = {}
    for name, region, group, beds, fields in (
        ("North", RegionFactory(), None, 10, {}),
        ("City", london, None, 7, {}),
        ("Secure", london, secure, 30, {}),
        ("Later", london, None, 5, {"first_year": 2028}),
    ):
        collaborative = CollaborativeFactory(
            name=name, region=region, **({"service_group": group} if group else {})
        )
        version = draft(plan(collaborative), **fields)
        kind = {"service_type": low} if group else {}
        row = line(version, WardFactory(name=f"Ward of {name}", commissioned_beds=beds, **kind))
        change(row, date(2026, 10, 1), 1)
        if name != "City":
            assumption(version, row, admissions=146, length_of_stay=Decimal(30), occupancy=80)
        found[name] = decided(version)
    CollaborativeFactory(name="Without", region=london)
    return found


@pytest.fixture
def page_of(client, nell):
    def page(query="?month=2026-11"):
        answer = client.get(reverse("plans:overview") + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return page


def cells(page, name, table="by-collaborative"):
    of_table = page.split(f'id="{table}"')[1].split("</table>")[0]
    found = re.search(rf'<th scope="row">(<a [^>]*>)?{name}<.*?</tr>', of_table, re.S)
    return [TAGS.sub("", cell) for cell in re.findall(r"<td>(.*?)</td>", found[0], re.S)]


@pytest.mark.requirement("CPMS-03", "CPMS-31")
def test_the_nation_is_the_sum_of_its_regions_and_these_of_their_collaboratives(page_of, estate):
    page = page_of()
    assert cells(page, "North") == ["11", "15.0", "−4.0", "109.1%"]
    assert cells(page, "City") == ["8", "–", "–", "–"]
    assert cells(page, "Secure")[:3] == ["31", "15.0", "+16.0"]
    assert cells(page, "All of London")[:3] == ["39", "15.0", "+16.0"]
    assert cells(page, "All")[:3] == ["50", "30.0", "+12.0"]
    assert cells(page, "All", "by-segment") == cells(page, "All")
    assert cells(page, "Adult Secure: Low secure, mixed", "by-segment") == cells(page, "Secure")
    assert cells(page, "Planned", "by-month")[6:8] == ["50", "50"]
    assert reverse("plans:version", args=[estate["City"].pk]) in page


def test_who_has_no_approved_plan_for_the_year_is_named(page_of, estate):
    missing = page_of().split("Without an approved plan for 2026/27")[1].split("</ul>")[0]
    assert "Without, London" in missing
    assert "Later, London (approved for 2028/29 to 2030/31)" in TAGS.sub("", missing)
    assert "North" not in missing


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("month=2026-09", "47"),
        ("month=2026-11&region={region}", "39"),
        ("month=2026-11&group={group}", "31"),
        ("month=2028-04", "56"),
        ("kind=sessional", None),
        ("month=2050-01", None),
        ("month=2026-13&kind=sessional", None),
        # What the address never says
        ("month=2026-11&region=%00&group=99999999999999999999&kind=tents&x=1", "50"),
    ],
)
def test_a_month_a_region_and_a_group_can_be_chosen(page_of, estate, query, total):
    collaborative = estate["Secure"].plan.collaborative
    asked = query.format(region=collaborative.region_id, group=collaborative.service_group_id)
    page = page_of(f"?{asked}")
    if total is None:
        assert "No approved plan counts" in page
    else:
        assert cells(page, "All")[0] == total


def test_who_reads_one_collaborative_sees_that_alone(client, estate):
    carl = person("carl.collaborative")
    grant(carl, Capability.PLANS_VIEW, collaborative=estate["City"].plan.collaborative)
    client.force_login(carl)
    page = client.get(reverse("plans:overview") + "?month=2026-11").content.decode()
    assert cells(page, "All")[0] == "8"
    assert "North" not in page
    assert "Without, London" not in page


@pytest.mark.parametrize("number", [0, 6])
def test_the_number_of_queries_does_not_grow(page_of, estate, number, django_assert_num_queries):
    for at in range(number):
        version = draft(plan(CollaborativeFactory(name=f"More {at}")))
        assumption(version, line(version, WardFactory(name="Ash")))
        decided(version)
    with django_assert_num_queries(11):
        page_of()
    with django_assert_num_queries(8):
        page_of()


def test_long_tables_are_folded(page_of, estate):
    folded = page_of().split("<details")
    assert "Month by month in 2026/27</caption>" in folded[1].partition("</details>")[2]
    assert "By type, sex and security: beds in November 2026</caption>" in folded[1]
    assert "Each region month by month in 2026/27</caption>" in folded[2]


def test_its_heading_says_what_is_shown(client, estate, nell):
    address = reverse("plans:overview")
    assert "All regions," in client.get(address).content.decode()
    petra = person("petra.planner")
    grant(petra, Capability.PLANS_EDIT, collaborative=estate["North"].plan.collaborative)
    client.force_login(petra)
    page = client.get(address).content.decode()
    assert "All regions" not in page
    assert "North," in page
