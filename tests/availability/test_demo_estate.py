"""What there is in the demonstration: places, beds, people."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count, Max, Sum
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import AuthenticatorDevice, Grant, User
from accounts.queries import may_administer, wards_editable_by, wards_viewable_by
from approvals.people.review.quarters import this_quarter
from approvals.people.review.queries import number_to_confirm
from approvals.queries import number_waiting_for
from availability.choices import BedState
from availability.demo.people import CYPMHS_SEARCHERS
from availability.models import Bed, BedEntry, WardConfirmation, WardDay, WardTotals
from availability.saved_searches.queries import own_searches, read
from organisations.models import Collaborative, Region, Unit, Ward
from organisations.postcodes import resolve

pytestmark = pytest.mark.usefixtures("demonstration")


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


def test_wards_cover_all_groups_and_regions_and_say_that_they_are_invented():
    groups = Counter(Ward.objects.values_list("service_type__group__code", flat=True))
    assert set(groups) == {"cypmhs", "adult-secure", "perinatal", "adult-eating-disorders"}
    assert groups.most_common(1)[0][0] == "cypmhs"
    regions = set(Ward.objects.values_list("unit__region__name", flat=True))
    assert regions == set(
        Region.objects.exclude(code="outside-england").values_list("name", flat=True)
    )
    for ward in Ward.objects.all():
        assert "invented" in ward.referral_hours
        assert ward.telephone.startswith("01632 960")
    assert Ward.objects.distinct("telephone").order_by("telephone").count() == Ward.objects.count()


@pytest.mark.requirement("CPMS-23")
def test_the_guides_own_example_is_there_exactly():
    ward = Ward.objects.select_related("totals").get(name="CAMHS-Kennet-ED")
    assert str(ward) == (
        "The Huntercombe Group: Huntercombe Hospital - Maidenhead: CAMHS-Kennet-ED"
    )
    assert ward.service_type.name == "Eating disorders"
    assert ward.totals.available >= 1
    assert ward.totals.occupied >= 5
    collaborative = Collaborative.objects.get(name="Thames Valley CYPMHS")
    member = collaborative.collaborativemember_set.get(organisation=ward.unit.organisation)
    assert member.source == "Invented for the demonstration"


@pytest.mark.parametrize("name", ["provider.approver", "commissioner", "region", "helpdesk"])
def test_each_level_of_approvers_has_somebody_to_confirm(name):
    assert number_to_confirm(user(name), this_quarter())


def test_people_may_what_is_printed(settings):
    settings.SECOND_FACTOR_KEYS = [os.environ["SECOND_FACTOR_KEYS"]]
    kennet = Ward.objects.get(name="CAMHS-Kennet-ED")
    assert list(wards_editable_by(user("ward"))) == [kennet]
    for name in (*CYPMHS_SEARCHERS, "guest"):
        groups = wards_viewable_by(user(name)).values_list("service_type__group__code", flat=True)
        assert set(groups) == {"cypmhs"}, name
    assert wards_viewable_by(user("national")).count() == Ward.objects.count()
    assert may_administer(user("helpdesk"))
    assert may_administer(user("helpdesk.two"))
    scopes = {
        Capability.APPROVE_COMMISSIONER: {"commissioner": Collaborative.objects.count()},
        Capability.APPROVE_REGIONAL: {"region": Region.objects.count()},
        Capability.APPROVE_STANDARD: {"provider.approver": 1, "trust.approver": 1},
        Capability.PLANS_EDIT: {"planner": 1, "plan.staff": 7},
        Capability.PLANS_VIEW: {"national": 2},
    }
    for capability, holders in scopes.items():
        held = Grant.objects.live().filter(capability=capability)
        people = held.values_list("person__email", flat=True)
        assert Counter(one.removesuffix("@demo.example") for one in people) == holders
    needing = {name for holders in scopes.values() for name in holders}
    needing -= {"national", "plan.staff"}
    devices = AuthenticatorDevice.objects.filter(confirmed=True)
    assert set(devices.values_list("user__email", flat=True)) == {
        f"{name}@demo.example" for name in (*needing, "helpdesk", "helpdesk.two")
    }
    assert len({device.secret for device in devices}) == len(devices)


def test_something_waits_for_each_kind_of_approver():
    for name in ("trust.approver", "commissioner", "region", "helpdesk"):
        assert number_waiting_for(user(name)), name


def test_the_searcher_has_saved_a_search():
    (search,) = own_searches(user("searcher"))
    assert search.name == "Psychiatric intensive care (PICU), female, age 15, near SL6 0PQ"
    (form,) = read([search])
    assert form.is_valid()


def test_a_team_shares_an_account():
    assert user("shared").is_shared


def test_the_guests_access_ends_after_a_week():
    guest = user("guest")
    in_a_week = timezone.now() + timedelta(days=7, minutes=1)
    assert Grant.objects.live().filter(person=guest).count() == 1
    assert not Grant.objects.live(in_a_week).filter(person=guest).exists()


def test_work_postcodes_are_places_that_the_directory_knows():
    for one in User.objects.all():
        assert resolve(one.work_postcode).postcode == one.work_postcode
    assert Unit.objects.filter(postcode=user("ward").work_postcode).exists()


def test_figures_look_like_life_and_agree():
    now = timezone.now()
    latest = BedEntry.objects.order_by("bed_id", "-starts_at").distinct("bed_id")
    counted: dict[int, Counter[str]] = {}
    for entry in latest.select_related("bed"):
        counted.setdefault(entry.bed.ward_id, Counter())[entry.state] += 1
    wards = Ward.objects.filter(kind="inpatient").select_related("totals")
    wards = wards.annotate(
        number=Count("beds", distinct=True), changed=Max("beds__entries__starts_at")
    )
    confirmed = dict(WardConfirmation.objects.values_list("ward").annotate(at=Max("at")))
    assert len(wards) >= 300
    assert Bed.objects.count() >= 3500
    for ward in wards:
        said = ward.totals
        now_there = counted[ward.pk]
        assert {state: getattr(said, state) for state in BedState} == {
            state: now_there[state] for state in BedState
        }
        assert said.beds == ward.commissioned_beds == ward.number
        assert 8 <= said.beds <= 16
        assert said.changed_at == ward.changed <= now
        assert said.confirmed_at == confirmed[ward.pk] <= now
    sums = WardTotals.objects.aggregate(*(Sum(state) for state in BedState))
    assert 0.85 <= sums["occupied__sum"] / sum(sums.values()) <= 0.95
    assert all(sums.values())
    ages = [now - ward.totals.confirmed_at for ward in wards]
    assert 0.6 <= sum(age < timedelta(hours=9) for age in ages) / len(ages) <= 0.85
    assert 0.05 <= sum(age > timedelta(hours=24) for age in ages) / len(ages) <= 0.2
    assert BedEntry.objects.count() > 1.5 * Bed.objects.count()
    assert WardDay.objects.values("day").distinct().count() >= 14
