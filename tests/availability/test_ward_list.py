"""The list of the wards that somebody keeps."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.services import limit_intake
from tests.availability.pages import text_of
from tests.factories.accounts import grant
from tests.factories.availability import bed_manager, bed_since, ward_with_beds
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db


def test_one_ward_leads_straight_to_its_board(client, ward, wendy):
    response = client.get(reverse("availability:wards"))
    assert response.status_code == 302
    assert response.url == reverse("availability:board", args=[ward.pk])


def test_several_wards_are_listed_with_their_counts(client, ward, wendy):
    other = ward_with_beds(2, free=1, name="CAMHS-Thames-GAU")
    grant(wendy, Capability.AVAILABILITY_EDIT, ward=other)
    elsewhere = ward_with_beds(2, name="CAMHS-Loddon-PICU")
    said = text_of(client.get(reverse("availability:wards")))
    assert ward.name in said
    assert other.name in said
    assert "Not confirmed yet" in said
    assert elsewhere.name not in said


def test_the_list_counts_what_time_has_made_free_and_what_the_staff_can_take(client, ward, wendy):
    other = WardFactory(name="CAMHS-Thames-GAU")
    over = {"due_at": timezone.now() - timedelta(hours=1), "held_for": "Night team"}
    for number in range(3):
        bed_since(other, (3, BedState.RESERVED, over), name=f"Bed {number}")
    bed_since(other, (3, BedState.CLOSED, {"closed_reason": "acuity"}), name="Bed 4")
    grant(wendy, Capability.AVAILABILITY_EDIT, ward=other)
    said = text_of(client.get(reverse("availability:wards")))
    assert "Free now 3 Occupied 0 Other beds 1 closed" in said
    limit_intake(ward=other, can_take=2, by=wendy)
    assert "Free now 2" in text_of(client.get(reverse("availability:wards")))


@pytest.mark.parametrize("number", [3, 30])
def test_the_list_costs_the_same_for_any_number_of_wards(client, number, django_assert_num_queries):
    wards = [ward_with_beds(1, name=f"Ward {n}") for n in range(number)]
    client.force_login(bed_manager(wards[0]))
    with django_assert_num_queries(6):
        assert client.get(reverse("availability:wards")).status_code == 200


def test_an_editor_whose_wards_all_closed_is_told(client, ward, wendy):
    ward.closed_on = timezone.localdate()
    ward.save()
    assert "Contact the helpdesk" in text_of(client.get(reverse("availability:wards")))
