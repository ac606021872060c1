"""Reminders, one level up, the end of what nobody decides; and nothing without a decider."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.choices import Capability
from accounts.leaving import revoke_grants
from accounts.models import Grant
from approvals.choices import ItemStatus, Outcome, StageEnd
from approvals.helpdesk.services import reroute_item
from approvals.levels.services import switch_level
from approvals.models import Item, Stage
from approvals.overdue import expire_old, move_overdue_up, move_up, remind_deciders, waiting
from approvals.services import decide
from approvals.tasks import see_to_what_waits
from approvals.working_days import after_working_days
from notifications.models import Notification
from organisations.choices import ApprovalLevel
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.approvals import YES, submitted_items

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def rita(ward):
    user = person("rita.region")
    grant(user, Capability.APPROVE_REGIONAL, region=ward.unit.region)
    return user


@pytest.fixture
def item(ward, carol):
    return submitted_items(ward=ward)[1]


def told(user, kind):
    return Notification.objects.filter(person=user, kind=kind).count()


def waits_at(item):
    return item.stages.get(is_current=True)


def due(moment):
    Stage.objects.filter(is_current=True).update(due_at=moment)


def late():
    due(timezone.now() - MINUTE)


@pytest.mark.requirement("CT-12")
def test_deciders_are_reminded_once_when_one_of_their_two_working_days_is_over(item, carol):
    assert remind_deciders() == 0
    due(after_working_days(timezone.now(), 1) + MINUTE)
    assert remind_deciders() == 0
    due(after_working_days(timezone.now(), 1) - MINUTE)
    assert remind_deciders() == 2
    assert told(carol, "decision_reminder") == 1
    assert remind_deciders() == 0
    assert waits_at(item).reminded_at


@pytest.mark.requirement("CT-12")
def test_what_is_not_decided_in_time_goes_up_level_by_level_to_the_helpdesk(
    ward, item, carol, rita
):
    provider = ward.unit.organisation
    amina, helen = person("amina.approver"), helpdesk()
    grant(amina, Capability.APPROVE_STANDARD, organisation=provider)
    stage = waits_at(item)
    Stage.objects.filter(pk=stage.pk).update(
        capability=Capability.APPROVE_STANDARD, organisation=provider, collaborative=None
    )
    Stage.objects.filter(is_current=True).exclude(pk=stage.pk).update(is_current=False)
    assert move_overdue_up() == 0
    for who, capability in (
        (carol, Capability.APPROVE_COMMISSIONER),
        (rita, Capability.APPROVE_REGIONAL),
        (helen, Capability.ADMINISTER),
    ):
        late()
        assert move_overdue_up() == 1
        assert waits_at(item).capability == capability
        assert told(who, "moved_up") == 1
    late()
    assert move_overdue_up() == 0
    ended = item.stages.exclude(is_current=True).values_list("ended", flat=True)
    assert list(ended) == [StageEnd.MOVED_UP] * 3
    assert "Not decided in time by Regional approver" in waits_at(item).because


@pytest.mark.requirement("CT-12")
def test_what_went_up_comes_down_again_by_the_helpdesk_alone(ward, item, carol, rita):
    """Not by what routes it anew: a switch, or a right that ends."""
    amina, helen = person("amina.approver"), helpdesk()
    grant(amina, Capability.APPROVE_STANDARD, organisation=ward.unit.organisation)
    late()
    move_overdue_up()
    assert waits_at(item).capability == Capability.APPROVE_REGIONAL
    switch_level(provider=ward.unit.organisation, to=ApprovalLevel.MULTI, by=carol)
    assert waits_at(item).capability == Capability.APPROVE_REGIONAL
    revoke_grants(person=rita, by=helen, because="Left")
    assert waits_at(item).capability == Capability.ADMINISTER
    reroute_item(item=item, to=None, reason="She is back", by=helen)
    assert waits_at(item).capability == Capability.APPROVE_STANDARD


@pytest.mark.requirement("CT-12")
def test_it_never_goes_up_to_who_asked_nor_to_where_nobody_is(ward, carol, rita):
    item = submitted_items(person=rita, ward=ward)[1]
    late()
    assert move_overdue_up() == 0
    assert waits_at(item).capability == Capability.APPROVE_COMMISSIONER
    helpdesk()
    assert move_overdue_up() == 2
    assert waits_at(item).capability == Capability.ADMINISTER
    assert "(nobody is there who could decide)" in waits_at(item).because


@pytest.mark.requirement("CT-12")
def test_the_helpdesk_is_reminded_every_day(ward):
    helen = helpdesk()
    submitted_items(ward=ward)
    late()
    for reminders in (1, 2):
        see_to_what_waits()
        see_to_what_waits()
        assert told(helen, "decision_reminder") == reminders
        Stage.objects.update(reminded_at=F("reminded_at") - timedelta(days=1))


def test_what_was_decided_meanwhile_stays_decided(item, carol, rita):
    late()
    stage = waiting().get(item=item)
    decide(item=item, outcome=Outcome.APPROVED, by=carol, answers=YES)
    assert not move_up(stage=stage)
    assert not item.stages.filter(is_current=True).exists()


@pytest.mark.requirement("CT-12")
def test_what_nobody_decides_for_long_ends_and_who_asked_is_told(item):
    helpdesk()
    days = timedelta(days=settings.REQUEST_EXPIRES_DAYS)
    Item.objects.update(submitted_at=timezone.now() - days + MINUTE)
    assert expire_old() == 0
    Item.objects.filter(pk=item.pk).update(submitted_at=timezone.now() - days)
    assert expire_old() == 1
    item.refresh_from_db()
    assert item.status == ItemStatus.EXPIRED
    assert told(item.person, "access_expired") == 1


@pytest.mark.requirement("CT-04")
def test_what_waits_for_a_right_that_ran_out_by_time_moves(item, carol, rita):
    Grant.objects.filter(person=carol).update(
        valid_from=timezone.now() - timedelta(days=9), valid_until=timezone.now() - MINUTE
    )
    see_to_what_waits()
    assert waits_at(item).capability == Capability.APPROVE_REGIONAL
    assert item.stages.get(position=1).ended == StageEnd.NOBODY


@pytest.mark.requirement("CT-04")
def test_of_a_multi_level_provider_without_approver_requests_go_one_level_up(ward, rita):
    organisation = ward.unit.organisation
    organisation.approval_level = ApprovalLevel.MULTI
    organisation.save()
    item = submitted_items(ward=ward)[1]
    assert waits_at(item).capability == Capability.APPROVE_REGIONAL
