"""The plans of the demonstration: of many collaboratives, in every state, with a history."""

from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.queries import planners_editable_by
from approvals.queries import number_waiting_for
from capacity_plans.choices import VersionStatus
from capacity_plans.demo.making import make_plans
from capacity_plans.demo.stories import WITHOUT_WARDS
from capacity_plans.editing.problems import problems_of
from capacity_plans.files.queries import VersionRows
from capacity_plans.models import Plan, UnplannedClosure, Version
from capacity_plans.projections import projection_of
from capacity_plans.queries import versions_readable_by
from notifications.models import OutgoingMail

pytestmark = [pytest.mark.usefixtures("demonstration"), pytest.mark.requirement("CPMS-03")]


def user(name):
    return User.objects.get(email=f"{name}@demo.example")


def test_six_collaboratives_and_more_have_plans_in_every_state():
    assert Plan.objects.values("collaborative").distinct().count() >= 6
    assert Plan.objects.filter(kind="sessional").exists()
    states = Counter(Version.objects.values_list("status", flat=True))
    assert states.keys() == set(VersionStatus.values)
    assert (states["submitted"], states["returned"]) == (1, 1)
    returned = Version.objects.get(status="returned")
    assert returned.item.decisions.get().reason


def test_no_version_is_impossible_and_one_collaborative_has_too_few():
    gaps = []
    for version in Version.objects.select_related("plan__collaborative"):
        assert problems_of(version) == []
        rows = VersionRows(version)
        total = projection_of(version, rows.lines, rows.changes, rows.assumptions).total
        assert all(total.beds)
        if version.status == VersionStatus.APPROVED:
            gaps.append(min(total.gap))
    assert min(gaps) < -10 < 0 < max(gaps)


def test_history_goes_back_for_years():
    oldest = Version.objects.filter(status="superseded").earliest("created_at")
    assert (timezone.now() - oldest.created_at).days > 700
    assert oldest.item.decisions.get().at < timezone.now() - timedelta(days=700)


def test_its_people_read_change_and_decide():
    planner = user("planner")
    assert planners_editable_by(planner).get().name == WITHOUT_WARDS
    mine = Version.objects.filter(plan__collaborative__name=WITHOUT_WARDS)
    assert mine.get(status="draft") in versions_readable_by(planner)
    assert mine.filter(status="scenario").count() == 2
    assert number_waiting_for(user("commissioner"))
    for name in ("region", "national", "commissioner"):
        read = versions_readable_by(user(name)).values("plan__collaborative").distinct()
        assert read.count() >= 6, name


@pytest.mark.parametrize("name", ["planner", "commissioner", "region"])
def test_beds_are_closed_without_a_plan_and_who_plans_was_told(client, name):
    client.force_login(user(name))
    page = client.get(reverse("plans:plans")).content.decode()
    assert "Closed without an approved plan" in page
    assert UnplannedClosure.objects.filter(
        collaborative__name=WITHOUT_WARDS, beds=2, ended_at=None
    ).exists()
    mail = OutgoingMail.objects.get(kind="unplanned_closure", person=user(name))
    assert "2 beds closed since" in mail.text


def test_made_once():
    before = Version.objects.count()
    make_plans({}, timezone.now())
    assert Version.objects.count() == before
