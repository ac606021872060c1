"""A collaborative's approved plans against what is open today."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from capacity_plans.figures import financial_year
from capacity_plans.models import Line
from tests.factories.accounts import grant, person
from tests.factories.availability import bed_manager, change, ward_with_beds
from tests.factories.organisations import CollaborativeFactory, ServiceGroupFactory
from tests.factories.plans import decided, draft, line, plan
from tests.factories.sessions import plan as session_plan
from tests.factories.sessions import sessional_ward, week

pytestmark = pytest.mark.django_db
THIS_YEAR = financial_year(timezone.localdate())
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture
def ash():
    return ward_with_beds(4, free=1, name="Ash", commissioned_beds=4)


@pytest.fixture
def ours(ash):
    return CollaborativeFactory(members=[ash.unit.organisation])


@pytest.fixture
def reader(client, ours):
    nell = person("nell.nation")
    grant(nell, Capability.PLANS_VIEW, service_group=ours.service_group)
    client.force_login(nell)
    return nell


@pytest.fixture
def text_of(client, ours, reader):
    def text():
        page = client.get(reverse("plans:live", args=[ours.pk])).content.decode()
        return " ".join(TAGS.sub(" ", page.split("<main")[1].split("</main")[0]).split())

    return text


@pytest.mark.requirement("CPMS-03", "CPMS-31")
def test_each_line_is_compared_with_what_its_ward_records(text_of, ash, ours):
    version = draft(plan(ours), first_year=THIS_YEAR)
    line(version, ash)
    Line.objects.create(
        version=version, position=9, planned_name="New unit", service_type=ash.service_type,
        sex="mixed", baseline=2,
    )  # fmt: skip
    decided(version)
    ward_with_beds(2, name="Beech", commissioned_beds=3)
    beds = ash.beds.order_by("position")
    change(beds[2], BedState.CLOSED, by=bed_manager(ash), closed_reason="refurbishment")
    change(beds[3], BedState.ON_LEAVE, by=bed_manager(ash))
    page = text_of()
    assert "Commissioned 7 Planned today 6 Open 5 Closed 1 Occupied 4" in page
    assert "1 bed closed for refurbishment without an approved line" in page
    assert "2 beds planned, and no ward in the directory yet" in page
    assert "Not in the approved plan. 1 bed fewer recorded than commissioned." in page


def test_sessions_are_compared_with_those_of_today(text_of, ash, ours):
    clinic = sessional_ward(unit=ash.unit, service_type=ash.service_type, name="Clinic")
    session_plan(clinic, week((20, 4), days=range(7)))
    version = draft(plan(ours, kind="sessional"), first_year=THIS_YEAR)
    line(version, clinic)
    decided(version)
    page = text_of()
    assert "Sessions today" in page
    assert f"Planned today {clinic.sessions_a_day} Open 1" in page


def test_without_an_approved_plan_wards_are_shown_all_the_same(text_of, ash):
    page = text_of()
    assert "There is no approved plan" in page
    assert "Ash" in page


def test_a_collaborative_out_of_reach_is_not_found(client, reader, ours):
    secure = ServiceGroupFactory(code="secure", name="Adult Secure", position=2)
    other = CollaborativeFactory(name="Secure", service_group=secure)
    assert client.get(reverse("plans:live", args=[other.pk])).status_code == 404
    assert client.get(reverse("plans:live", args=[2**63 + 7])).status_code == 404


@pytest.mark.parametrize("number", [1, 5])
def test_the_number_of_queries_does_not_grow(
    client, reader, ours, ash, number, django_assert_num_queries
):
    version = draft(plan(ours), first_year=THIS_YEAR)
    line(version, ash)
    for at in range(number):
        ward = ward_with_beds(2, name=f"Ward {at}", commissioned_beds=2)
        line(version, ward)
        change(ward.beds.first(), BedState.CLOSED, by=bed_manager(ward), closed_reason="staffing")
        ward_with_beds(1, name=f"Other {at}", commissioned_beds=2)
    decided(version)
    address = reverse("plans:live", args=[ours.pk])
    client.get(address)
    with django_assert_num_queries(12):
        client.get(address)
