"""Several workers look at once for beds that are closed without a plan, or tell of them.

Without the lock of who looks, or the closures' own as somebody tells of them, red.
"""

import pytest
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from capacity_plans.figures import financial_year
from capacity_plans.live.services import note_closures, tell_of_closures
from capacity_plans.models import UnplannedClosure
from notifications.models import Notification, OutgoingMail
from tests.counts import often
from tests.factories.accounts import grant, person
from tests.factories.availability import bed_manager, change, ward_with_beds
from tests.factories.organisations import CollaborativeFactory
from tests.factories.plans import decided, draft, line, plan
from tests.races import at_once

ROUNDS = often(400)


@pytest.fixture
def ash():
    """Ash, one bed of which is closed, in a collaborative with a planner."""
    ward = ward_with_beds(1, commissioned_beds=1)
    ours = CollaborativeFactory(members=[ward.unit.organisation])
    grant(person("paula.planner"), Capability.PLANS_EDIT, collaborative=ours)
    version = draft(plan(ours), first_year=financial_year(timezone.localdate()))
    line(version, ward)
    decided(version)
    by = bed_manager(ward)
    change(ward.beds.get(), BedState.CLOSED, by=by, closed_reason="staffing")
    return ward


def begin():
    Notification.objects.all().delete()
    OutgoingMail.objects.all().delete()
    UnplannedClosure.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_who_looks_at_once_finds_and_tells_once(ash):
    for _ in range(ROUNDS):
        begin()
        at_once(lambda _: note_closures(), 3)
        assert UnplannedClosure.objects.count() == 1
        assert (Notification.objects.count(), OutgoingMail.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_who_tells_at_once_tells_once(ash):
    ours = CollaborativeFactory()
    for _ in range(ROUNDS):
        begin()
        UnplannedClosure.objects.create(collaborative=ours, ward=ash, beds=1, since=timezone.now())
        at_once(lambda _: tell_of_closures(), 3)
        assert (Notification.objects.count(), OutgoingMail.objects.count()) == (1, 1)
