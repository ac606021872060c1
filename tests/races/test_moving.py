"""Decisions against what ends or moves an item in the same moment, on real PostgreSQL."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Capability, LeavingReason
from accounts.leaving import disable_person, revoke_grants
from accounts.models import Grant
from approvals.choices import ItemStatus, Outcome, StageEnd
from approvals.levels.services import switch_level
from approvals.models import Decision, Item, Stage
from approvals.moving import withdraw, without_decider
from approvals.overdue import move_up
from approvals.services import decide
from core.errors import Conflict, DomainError
from organisations.choices import ApprovalLevel
from organisations.models import Organisation
from tests.counts import LONG, often
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory
from tests.races import at_once

ROUNDS = often(400)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def collaborative(ward):
    helpdesk()
    return CollaborativeFactory(members=[ward.unit.organisation])


@pytest.fixture
def carol(collaborative):
    return commissioner(collaborative)


def asked(number, ward) -> Item:
    """A new item, asked by somebody new."""
    return submitted_items(person=person(f"applicant.{number}"), ward=ward)[1]


def approve_against(item, by, other):
    """Whether it was approved, and whether `other` was done, both at once."""

    def one(position):
        try:
            if position == 0:
                decide(item=item, outcome=Outcome.APPROVED, by=by, answers=YES)
                return True
            return other() is not False
        except (DomainError, Conflict):
            return False

    return at_once(one, 2)


def check(item):
    """Whatever happened, the item has one state, in which all agree."""
    item = Item.objects.get(pk=item.pk)
    current = Stage.objects.filter(item=item, is_current=True).count()
    granted = Grant.objects.filter(person=item.person, capability=item.capability).count()
    ends = Decision.objects.filter(item=item, terminal=True).count()
    assert current == (1 if item.status == ItemStatus.SUBMITTED else 0)
    approved = 1 if item.status == ItemStatus.APPROVED else 0
    assert (granted, ends) == (approved, approved)
    return item


@pytest.mark.requirement("CT-04")
def test_a_decision_against_the_revocation_of_its_right(ward, collaborative, carol):
    seen = set()
    for number in range(ROUNDS):
        item = asked(number, ward)

        def revoke(number=number):
            # So that now one of them is first, now the other.
            time.sleep(number % 8 / 100)
            revoke_grants(person=carol, by=None, because="Left")

        approved, _ = approve_against(item, carol, revoke)
        item = check(item)
        if approved:
            assert item.status == ItemStatus.APPROVED
        else:
            # Nothing is left with who has no right to it any more.
            assert item.stages.get(is_current=True).capability == Capability.ADMINISTER
        seen.add(approved)
        grant(carol, Capability.APPROVE_COMMISSIONER, collaborative=collaborative)
    assert seen == {True, False} or not LONG


@pytest.mark.requirement("CT-04")
def test_what_is_sent_while_its_only_decider_leaves_has_another(ward, collaborative, carol):
    for number in range(ROUNDS):

        def one(position, number=number):
            if position == 0:
                return asked(number, ward)
            time.sleep(number % 8 / 100)
            return revoke_grants(person=carol, by=None, because="Left")

        item, _ = at_once(one, 2)
        assert not without_decider().exists(), f"round {number}"
        assert check(item).status == ItemStatus.SUBMITTED
        grant(carol, Capability.APPROVE_COMMISSIONER, collaborative=collaborative)


@pytest.mark.requirement("CQRS-16")
def test_who_leaves_is_disabled_whatever_becomes_of_what_they_asked(ward, carol):
    for number in range(ROUNDS):
        item = asked(number, ward)

        def disable(item=item, number=number):
            time.sleep(number % 4 / 100)
            disable_person(person=item.person, by=carol, reason=LeavingReason.LEFT)

        approved, disabled = approve_against(item, carol, disable)
        assert disabled, f"round {number}"
        expected = ItemStatus.APPROVED if approved else ItemStatus.WITHDRAWN
        assert check(item).status == expected


@pytest.mark.requirement("CQRS-14")
def test_a_decision_against_the_withdrawal(ward, carol):
    for number in range(ROUNDS):
        item = asked(number, ward)

        def take_back(item=item):
            withdraw(item=item, by=item.person)

        approved, withdrawn = approve_against(item, carol, take_back)
        assert approved != withdrawn, f"round {number}"
        expected = ItemStatus.APPROVED if approved else ItemStatus.WITHDRAWN
        assert check(item).status == expected


@pytest.mark.requirement("CT-12")
def test_a_decision_against_moving_up(ward, carol):
    for number in range(ROUNDS):
        item = asked(number, ward)
        Stage.objects.filter(item=item).update(due_at=timezone.now() - timedelta(minutes=1))
        stage = Stage.objects.select_related("item").get(item=item)

        def move(stage=stage):
            return move_up(stage=stage)

        approved, moved = approve_against(item, carol, move)
        assert approved != moved, f"round {number}"
        item = check(item)
        first = item.stages.get(position=1)
        assert first.ended == (StageEnd.DECIDED if approved else StageEnd.MOVED_UP)


@pytest.mark.requirement("CT-12")
def test_of_workers_that_move_up_at_once_one_does(ward, carol):
    for number in range(ROUNDS // 4):
        item = asked(number, ward)
        Stage.objects.filter(item=item).update(due_at=timezone.now() - timedelta(minutes=1))
        stage = Stage.objects.select_related("item").get(item=item)
        assert sorted(at_once(lambda _, stage=stage: move_up(stage=stage), 3)) == [
            *(False, False),
            True,
        ]
        assert item.stages.count() == 2


@pytest.mark.requirement("CQRS-01")
def test_what_is_sent_while_its_provider_is_switched_goes_the_new_way(ward, carol):
    """Sent first, it is routed anew; switched first, it goes there at once."""
    provider = ward.unit.organisation
    amina = person("amina.approver")
    grant(amina, Capability.APPROVE_STANDARD, organisation=provider)
    decider = {
        ApprovalLevel.MULTI: Capability.APPROVE_STANDARD,
        ApprovalLevel.SINGLE: Capability.APPROVE_COMMISSIONER,
    }
    for number in range(ROUNDS):
        to = ApprovalLevel.SINGLE if number % 2 else ApprovalLevel.MULTI
        before = type(ward).objects.select_related("unit__organisation").get(pk=ward.pk)

        def one(position, number=number, to=to, before=before):
            if position == 0:
                return asked(number, before).pk
            return switch_level(provider=provider, to=to, by=carol)

        item, _ = at_once(one, 2)
        assert Organisation.objects.get(pk=provider.pk).approval_level == to
        stage = Stage.objects.get(item=item, is_current=True)
        assert stage.capability == decider[to], f"round {number}"
        for other in Item.objects.filter(person=person(f"applicant.{number}")):
            withdraw(item=other, by=other.person)
