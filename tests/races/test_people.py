"""Approvers who act on one account at once, on real PostgreSQL, each in a connection of its own."""

import pytest

from accounts.models import Disabling, Grant, User
from approvals.choices import ItemStatus, Outcome
from approvals.models import Item
from approvals.people import services
from approvals.services import decide
from core.errors import Conflict, DomainError
from notifications.models import OutgoingMail
from tests.counts import often
from tests.factories.accounts import person
from tests.factories.approvals import YES, submitted_items
from tests.factories.people import staff
from tests.races import at_once

ROUNDS = often(400)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    return staff()


def test_of_two_who_disable_or_enable_one_does_and_the_other_is_told(people):
    actors = [people.pat, people.carol]
    for number in range(ROUNDS):
        is_active = User.objects.get(pk=people.wendy.pk).is_active
        mails = OutgoingMail.objects.count()

        def act(position, is_active=is_active):
            by = User.objects.get(pk=actors[position].pk)
            try:
                if is_active:
                    services.disable(person=people.wendy, by=by, reason="left")
                else:
                    services.enable(person=people.wendy, by=by)
            except Conflict as conflict:
                return str(conflict)
            return "done"

        answers = sorted(at_once(act, 2))
        assert answers[1] == "done" or answers[0] == "done", f"round {number}: {answers}"
        assert sum(answer == "done" for answer in answers) == 1, f"round {number}: {answers}"
        assert any(" by Pat" in answer or " by Carol" in answer for answer in answers), answers
        assert User.objects.get(pk=people.wendy.pk).is_active is not is_active
        assert OutgoingMail.objects.count() == mails + 1
    assert Disabling.objects.filter(person=people.wendy).count() == (ROUNDS + 1) // 2


def test_an_item_is_decided_or_withdrawn_when_who_asked_is_disabled_meanwhile(people):
    for number in range(ROUNDS):
        asking = person(f"asks.number{number}")
        item = submitted_items(person=asking, ward=people.ward)[1]

        def act(position, item=item, asking=asking):
            by = User.objects.get(pk=people.carol.pk)
            try:
                if position:
                    decide(item=item, outcome=Outcome.APPROVED, by=by, answers=YES)
                else:
                    services.disable(person=asking, by=by, reason="left")
            except DomainError as refusal:
                return str(refusal)
            return "done"

        disabled, decided = at_once(act, 2)
        assert disabled == "done", disabled
        status = Item.objects.get(pk=item.pk).status
        assert status == (ItemStatus.APPROVED if decided == "done" else ItemStatus.WITHDRAWN)
        assert not Item.objects.filter(person=asking, status=ItemStatus.SUBMITTED).exists()
        assert not Grant.objects.live().filter(person=asking).exists()


def test_who_is_disabled_meanwhile_acts_no_more(people):
    """Either Pat was first, or is refused."""
    for number in range(ROUNDS):
        whom = person(f"asks.number{number}")
        submitted_items(person=whom, ward=people.ward)

        def act(position, whom=whom):
            by = User.objects.get(pk=(people.pat, people.carol)[position].pk)
            try:
                services.disable(person=(whom, people.pat)[position], by=by, reason="left")
            except DomainError as refusal:
                return str(refusal)
            return "done"

        done, by_carol = at_once(act, 2)
        assert by_carol == "done", by_carol
        first = Disabling.objects.filter(person=whom, by=people.pat).exists()
        assert first == (done == "done"), done
        services.enable(person=people.pat, by=people.carol)
