"""Two approvers on one item, on real PostgreSQL, each in a connection of its own."""

import os
import threading

import pytest
from django.db import connection

from accounts.models import Grant
from approvals.choices import Outcome
from approvals.models import Decision, Item
from approvals.services import decide
from core.errors import Conflict, DomainError
from notifications.models import OutgoingMail
from tests.factories.accounts import commissioner, person
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory
from tests.races import at_once

ROUNDS = 400 if os.environ.get("TEST_LONG") else 40

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def approvers():
    ward = WardFactory()
    collaborative = CollaborativeFactory(members=[ward.unit.organisation])
    return [
        commissioner(collaborative, name)
        for name in ("carol.commissioner", "colin.commissioner", "cora.commissioner")
    ]


def test_of_approvers_at_once_one_decides_and_the_others_are_told(approvers):
    for number in range(ROUNDS):
        item = submitted_items(person=person(f"applicant.{number}"), ward=WardFactory())[0]
        mails = OutgoingMail.objects.count()

        def decide_as(position, item=item):
            outcome = Outcome.REJECTED if position == 2 else Outcome.APPROVED
            try:
                decide(item=item, outcome=outcome, by=approvers[position], reason="Not known")
            except Conflict as conflict:
                return str(conflict)
            return "decided"

        answers = at_once(decide_as, 3)
        assert answers.count("decided") == 1, f"round {number}: {answers}"
        assert all("by C" in answer for answer in answers if answer != "decided"), answers
        decision = Decision.objects.get(item=item)
        item.refresh_from_db()
        assert item.status == decision.outcome
        granted = Grant.objects.filter(person=item.person).count()
        assert granted == (1 if decision.outcome == Outcome.APPROVED else 0)
        assert OutgoingMail.objects.count() == mails + 1


def test_a_right_that_is_revoked_meanwhile_decides_nothing_afterwards(approvers):
    carol = approvers[0]
    for number in range(ROUNDS):
        item = submitted_items(person=person(f"applicant.{number}"), ward=WardFactory())[0]
        right = carol.grants.get()

        def decide_or_revoke(position, item=item, right=right):
            if position == 0:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "UPDATE accounts_grant SET revoked_at = clock_timestamp() WHERE id = %s",
                        [right.pk],
                    )
                return "revoked"
            try:
                decide(item=item, outcome=Outcome.APPROVED, by=carol)
            except DomainError:
                return "refused"
            return "decided"

        answers = at_once(decide_or_revoke, 2)
        right.refresh_from_db()
        decision = Decision.objects.filter(item=item).first()
        assert (decision is not None) == (answers[1] == "decided")
        if decision:
            assert right.revoked_at > decision.at
        Grant.objects.filter(pk=right.pk).update(revoked_at=None)
    assert threading.active_count() < 10
    assert Item.objects.count() == 2 * ROUNDS
