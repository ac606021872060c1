"""The list of wards whose figures are out of date."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.models import WardTotals
from tests.availability.pages import text_of
from tests.factories.accounts import commissioner, grant, person, ward_editor
from tests.factories.availability import ward_with_beds
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
LIST = reverse("availability:out_of_date")


@pytest.fixture
def ward():
    return ward_with_beds(2, free=1, telephone="01632 960101 ext 7")


@pytest.fixture
def carol(client, ward):
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    client.force_login(carol)
    return carol


def confirmed(ward, *, days):
    at = timezone.now() - timedelta(days=days, minutes=1)
    WardTotals.objects.filter(ward=ward).update(confirmed_at=at)


def test_it_says_since_when_and_whom_to_telephone(client, ward, carol):
    confirmed(ward, days=3)
    answer = client.get(LIST)
    said = text_of(answer)
    assert "1 ward " in said
    assert "Confirmed 3 days ago" in said
    assert 'href="tel:01632960101;ext=7"' in answer.content.decode()
    confirmed(ward, days=0)
    assert "Every ward that you approve for was confirmed in time" in text_of(client.get(LIST))


def test_a_commissioner_sees_the_members_wards_of_the_own_group_and_a_region_its_own(
    client, ward, carol
):
    secure = ServiceTypeFactory(
        code="medium-secure",
        name="Medium secure",
        group=ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2),
    )
    of_group = ward_with_beds(1, name="Secure ward", service_type=secure)
    london = UnitFactory(
        ods_code="XX101",
        name="Far away",
        organisation=OrganisationFactory(ods_code="XX1", name="Elsewhere"),
        region=RegionFactory(code="Y56", name="London", position=3),
    )
    far = ward_with_beds(1, name="London ward", unit=london)

    def shown():
        said = text_of(client.get(LIST))
        return [one.name in said for one in (ward, of_group, far)]

    assert shown() == [True, False, False]
    rita = person("rita.regional")
    grant(rita, Capability.APPROVE_REGIONAL, region=ward.unit.region)
    client.force_login(rita)
    assert shown() == [True, True, False]
    client.force_login(ward_editor(ward))
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 3),
        ({"age": "2"}, 2),
        ({"age": "7"}, 1),
        ({"age": "never"}, 1),
        ({"name": "kennet huntercombe"}, 1),
        ({"name": "nowhere"}, 0),
        ({"region": "own", "group": "own"}, 3),
    ],
)
def test_it_is_narrowed_and_the_file_holds_the_same(client, ward, carol, asked, found):
    confirmed(ward_with_beds(1, name="Three days"), days=3)
    confirmed(ward_with_beds(1, name="=One day"), days=1)
    own = {"region": ward.unit.region_id, "group": ward.service_type.group_id}
    asked = {name: own[name] if value == "own" else value for name, value in asked.items()}
    said = text_of(client.get(LIST, asked))
    assert (f"{found} ward" in said) if found else ("No such ward" in said)
    file = client.get(reverse("availability:out_of_date_file"), asked)
    rows = list(csv.reader(file.getvalue().decode("utf-8-sig").splitlines()))
    assert len(rows) == 1 + found
    assert not any(cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize(
    "asked",
    [
        {"region": "\0"},
        {"region": "9" * 30},
        {"group": "x"},
        {"age": "\0"},
        {"name": "\0"},
        {"name": "a" * 101},
    ],
)
def test_bad_input_is_said(client, ward, carol, asked):
    answer = client.get(LIST, asked)
    assert answer.status_code == 200
    assert "There is a problem" in text_of(answer)
    assert client.get(reverse("availability:out_of_date_file"), asked).status_code == 302


@pytest.mark.parametrize("number", [2, 12])
def test_it_costs_the_same_for_any_number_of_wards(
    client, ward, carol, number, django_assert_num_queries
):
    for position in range(number):
        ward_with_beds(1, name=f"Ward {position}")
    with django_assert_num_queries(10):
        client.get(LIST)
