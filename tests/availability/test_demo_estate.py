"""What there is in the demonstration: places, beds, people."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import AuthenticatorDevice, Grant, User
from accounts.queries import may_administer, wards_editable_by, wards_viewable_by
from approvals.people.review.quarters import this_quarter
from approvals.people.review.queries import number_to_confirm
from approvals.queries import number_waiting_for
from availability.demo.estate import load_estate
from availability.demo.people import CYPMHS_SEARCHERS
from organisations.loading.directory import SHIPPED, load_directory
from organisations.models import Collaborative, Region, Unit, Ward
from organisations.postcodes import resolve


@pytest.fixture(scope="module", autouse=True)
def estate(shared):
    load_directory(SHIPPED)
    load_estate(seed=2026, now=timezone.now(), password="Correct-Horse-7")


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


def test_people_may_what_is_printed():
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
        Capability.PLANS_EDIT: {"planner": 1},
        Capability.PLANS_VIEW: {"national": 2},
    }
    for capability, holders in scopes.items():
        held = Grant.objects.live().filter(capability=capability)
        people = held.values_list("person__email", flat=True)
        assert Counter(one.removesuffix("@demo.example") for one in people) == holders
    needing = {name for holders in scopes.values() for name in holders} - {"national"}
    devices = AuthenticatorDevice.objects.filter(confirmed=True)
    assert set(devices.values_list("user__email", flat=True)) == {
        f"{name}@demo.example" for name in (*needing, "helpdesk", "helpdesk.two")
    }
    assert len({device.secret for device in devices}) == len(devices)


def test_something_waits_for_each_kind_of_approver():
    for name in ("trust.approver", "commissioner", "region", "helpdesk"):
        assert number_waiting_for(user(name)), name


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
