"""Beds that are closed without an approved plan: kept, shown, and told of once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState, ClosedReason
from capacity_plans.figures import financial_year
from capacity_plans.live.services import note_closures
from capacity_plans.models import UnplannedClosure
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from tests.availability.pages import text_of
from tests.factories.accounts import commissioner, grant, person
from tests.factories.availability import bed_manager, bed_since, change, ward_with_beds
from tests.factories.organisations import (
    CollaborativeFactory,
    RegionFactory,
    UnitFactory,
    WardFactory,
)
from tests.factories.plans import change as planned_change
from tests.factories.plans import decided, draft, line, plan

pytestmark = pytest.mark.django_db
THIS_YEAR = financial_year(timezone.localdate())


@pytest.fixture
def ash():
    return ward_with_beds(3, name="Ash", commissioned_beds=3)


@pytest.fixture
def ours(ash):
    return CollaborativeFactory(members=[ash.unit.organisation])


@pytest.fixture
def people(ours):
    """Who is to hear of it, and who is not."""
    paula, rhoda, nell = (person(name) for name in ("paula.planner", "rhoda.region", "nell.nation"))
    grant(paula, Capability.PLANS_EDIT, collaborative=ours)
    grant(rhoda, Capability.APPROVE_REGIONAL, region=ours.region)
    grant(nell, Capability.PLANS_VIEW, service_group=ours.service_group)
    return {"planner": paula, "approver": commissioner(ours), "region": rhoda, "reader": nell}


def close(ward, number, reason=ClosedReason.REFURBISHMENT):
    for bed in ward.beds.order_by("position")[:number]:
        change(bed, BedState.CLOSED, by=bed_manager(ward), closed_reason=reason)


def approve(ours, ward, closing=0, **fields):
    """The plan with the ward, and so many beds closed from a month ago on."""
    version = draft(plan(ours), **{"first_year": THIS_YEAR, **fields})
    of_ward = line(version, ward)
    if closing:
        a_month_ago = timezone.localdate() - timedelta(days=30)
        planned_change(of_ward, a_month_ago, closing, "decrease")
    return decided(version)


@pytest.mark.requirement("CPMS-03")
def test_a_closure_without_an_approved_line_is_kept_and_told_of_once(ash, ours, people):
    approve(ours, ash)
    close(ash, 2)
    note_closures()
    found = UnplannedClosure.objects.get()
    assert (found.collaborative, found.ward, found.beds) == (ours, ash, 2)
    told = OutgoingMail.objects.filter(kind="unplanned_closure")
    assert {mail.person for mail in told} == {
        people["planner"],
        people["approver"],
        people["region"],
    }
    assert "Ash" in told[0].text
    assert "2 beds closed since" in told[0].text
    note_closures()
    close(ash, 3)
    note_closures()
    found.refresh_from_db()
    assert found.beds == 3
    assert told.count() == 3
    assert Notification.objects.filter(kind="unplanned_closure").count() == 3
    assert AuditEvent.objects.filter(event="closure.found").count() == 1


def test_what_an_approved_line_covers_is_no_unplanned_closure(ash, ours, people):
    approve(ours, ash, closing=2)
    close(ash, 2)
    note_closures()
    assert not UnplannedClosure.objects.exists()
    close(ash, 3)
    note_closures()
    assert UnplannedClosure.objects.get().beds == 1


def test_beds_that_a_transfer_brings_are_planned(ash, ours):
    version = draft(plan(ours), first_year=THIS_YEAR)
    to, other = line(version, ash), line(version, WardFactory(name="Beech"))
    today = timezone.localdate()
    planned_change(to, today, 2, "decrease")
    planned_change(other, today, 2, "transfer", to_line=to)
    decided(version)
    close(ash, 2)
    note_closures()
    assert UnplannedClosure.objects.get().beds == 2


@pytest.mark.parametrize("first_year", [None, THIS_YEAR - 3, THIS_YEAR + 1])
def test_without_an_approved_plan_of_today_nothing_is_unplanned(
    client, ash, ours, people, first_year
):
    """There is none, it is over by now, or it begins later: nothing to compare with."""
    if first_year:
        approve(ours, ash, first_year=first_year)
    else:
        line(draft(plan(ours), first_year=THIS_YEAR), ash)
    close(ash, 2)
    note_closures()
    assert not UnplannedClosure.objects.exists()
    assert not OutgoingMail.objects.filter(kind="unplanned_closure").exists()
    client.force_login(people["planner"])
    page = text_of(client.get(reverse("plans:live", args=[ours.pk])))
    assert "closures are not compared" in page
    assert "2 beds closed for refurbishment." in page
    assert "Unplanned" not in page


def test_a_plan_speaks_of_its_first_and_its_last_year(ash, ours):
    approve(ours, ash, first_year=THIS_YEAR - 2)
    close(ash, 2)
    note_closures()
    assert UnplannedClosure.objects.get().beds == 2


def test_a_draft_covers_nothing(ash, ours):
    approve(ours, ash)
    of_ward = line(draft(plan(ours), first_year=THIS_YEAR), ash)
    planned_change(of_ward, timezone.localdate(), 2, "decrease")
    close(ash, 2)
    note_closures()
    assert UnplannedClosure.objects.get().beds == 2


def test_it_lasts_from_when_the_first_bed_beyond_the_plan_was_closed(ash, ours):
    ward = WardFactory(name="Beech", commissioned_beds=3)
    refurbished = {"closed_reason": "refurbishment"}
    for number, hours in enumerate((90, 50, 10)):
        bed_since(ward, (hours, BedState.CLOSED, refurbished), name=f"Bed {number}")
    approve(ours, ward, closing=1)
    note_closures()
    ago = timezone.now() - UnplannedClosure.objects.get().since
    assert timedelta(hours=49) < ago < timedelta(hours=51)


def test_it_ends_when_the_beds_open_and_begins_anew_afterwards(ash, ours, people):
    approve(ours, ash)
    close(ash, 1)
    note_closures()
    first = UnplannedClosure.objects.get()
    bed = ash.beds.order_by("position")[0]
    change(bed, BedState.AVAILABLE, by=bed_manager(ash))
    note_closures()
    first.refresh_from_db()
    assert first.ended_at
    assert AuditEvent.objects.filter(event="closure.ended").count() == 1
    close(ash, 1)
    note_closures()
    assert UnplannedClosure.objects.filter(ended_at=None).count() == 1
    assert OutgoingMail.objects.filter(kind="unplanned_closure").count() == 6


def test_a_ward_in_another_collaboratives_plan_is_that_ones(ash, ours):
    other = CollaborativeFactory(name="Other CYPMHS", members=[ash.unit.organisation])
    approve(other, ash, closing=1)
    close(ash, 1)
    note_closures()
    assert not UnplannedClosure.objects.exists()


def test_of_several_collaboratives_the_one_of_the_region_hears(ours, ash):
    london = RegionFactory(code="Y56", name="London", position=3)
    there = CollaborativeFactory(
        name="London CYPMHS", region=london, members=[ash.unit.organisation]
    )
    unit = UnitFactory(ods_code="NV299", name="London house", region=london)
    thames = ward_with_beds(1, unit=unit, name="Thames", commissioned_beds=1)
    for collaborative in (ours, there):
        approve(collaborative, WardFactory())
    close(thames, 1)
    close(ash, 1)
    note_closures()
    assert {one.collaborative: one.ward.name for one in UnplannedClosure.objects.all()} == {
        ours: "Ash",
        there: "Thames",
    }


def test_the_database_allows_one_that_lasts(ash, ours):
    fields = {"collaborative": ours, "ward": ash, "beds": 1, "since": timezone.now()}
    UnplannedClosure.objects.create(**fields, ended_at=timezone.now())
    UnplannedClosure.objects.create(**fields)
    with pytest.raises(IntegrityError, match="unplanned_closure_once_open"), transaction.atomic():
        UnplannedClosure.objects.create(**fields)


@pytest.mark.parametrize(
    ("who", "sees"), [("planner", True), ("approver", True), ("region", True), ("reader", False)]
)
def test_it_is_shown_to_who_plans_and_approves(client, ash, ours, people, who, sees):
    approve(ours, ash)
    close(ash, 2)
    note_closures()
    client.force_login(people[who])
    for address in (reverse("plans:plans"), reverse("plans:live", args=[ours.pk])):
        page = client.get(address).content.decode()
        assert ("Closed without an approved plan" in page) == sees, address
    assert "2 beds closed for refurbishment without an approved line" in page


def test_finding_them_asks_as_often_for_many_wards(ash, ours, people, django_assert_num_queries):
    approve(ours, ash)
    close(ash, 1)
    for at in range(4):
        close(ward_with_beds(1, name=f"Ward {at}", commissioned_beds=1), 1)
    note_closures()
    with django_assert_num_queries(13):
        note_closures()
