"""Two approvers on one item, on real PostgreSQL, each in a connection of its own."""

import threading
import time

import pytest
from django.db import connection, transaction

from accounts.models import Grant
from approvals.choices import Outcome
from approvals.models import Decision
from approvals.services import decide
from core.errors import Conflict, DomainError
from notifications.models import OutgoingMail
from tests.counts import often
from tests.factories.accounts import commissioner, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory
from tests.races import at_once

ROUNDS = often(400)

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
                decide(
                    item=item,
                    outcome=outcome,
                    by=approvers[position],
                    reason="Not known",
                    answers=YES,
                )
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


@pytest.mark.parametrize(
    "meanwhile",
    [
        "UPDATE accounts_grant SET revoked_at = now() WHERE person_id = %(decider)s",
        "UPDATE organisations_organisation SET closed_on = CURRENT_DATE",
    ],
    ids=["right revoked", "organisation closed"],
)
def test_what_is_under_way_when_somebody_decides_is_waited_for(approvers, meanwhile):
    item = submitted_items()[0]
    begun = threading.Event()

    def end_or_decide(position):
        if position == 0:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(meanwhile, {"decider": approvers[0].pk})
                begun.set()
                time.sleep(0.5)
            return "ended"
        begun.wait(timeout=10)
        try:
            decide(item=item, outcome=Outcome.APPROVED, by=approvers[0], answers=YES)
        except DomainError:
            return "refused"
        return "decided"

    assert at_once(end_or_decide, 2) == ["ended", "refused"]
    assert not Decision.objects.exists()
