import pytest

from accounts.choices import Capability
from approvals.choices import Outcome
from approvals.services import decide
from core.models import AuditEvent
from tests.factories.accounts import UserFactory, commissioner, grant
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db


def test_access_that_ran_out_is_closed_on_the_record_when_it_is_given_anew():
    ward, richard = WardFactory(), UserFactory()
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    old = grant(
        richard,
        Capability.AVAILABILITY_EDIT,
        ward=ward,
        valid_from="2026-01-01T00:00Z",
        valid_until="2026-02-01T00:00Z",
    )
    edit = submitted_items(person=richard, ward=ward)[1]
    decide(item=edit, by=carol, outcome=Outcome.APPROVED, answers=YES)
    old.refresh_from_db()
    assert old.revoked_at == old.valid_until
    event = AuditEvent.objects.get(event="grant.ran_out")
    assert (event.target, event.subject) == (f"accounts.grant:{old.pk}", richard)
    assert event.actor is None
