"""Access with an end (ERN-05): told a week before, over at its moment, and told then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import Grant
from accounts.profile.ending import tell_of_ends
from accounts.queries import live_grants
from core.models import AuditEvent
from notifications.models import Notification
from tests.factories.accounts import grant, person
from tests.factories.organisations import ServiceGroupFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ERN-05")]


@pytest.fixture
def guest():
    return person("gwen.guest")


def hold(guest, days: float) -> Grant:
    return grant(
        guest,
        Capability.AVAILABILITY_VIEW,
        service_group=ServiceGroupFactory(),
        valid_until=timezone.now() + timedelta(days=days),
    )


def told() -> list[str]:
    tell_of_ends()
    tell_of_ends()
    return list(Notification.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(("days", "kinds"), [(6.9, ["access_ends_soon"]), (7.1, []), (None, [])])
def test_a_week_before_the_person_is_told_once(guest, days, kinds):
    if days is None:
        grant(guest, Capability.AVAILABILITY_VIEW, service_group=ServiceGroupFactory())
    else:
        hold(guest, days)
    assert told() == kinds
    assert live_grants(guest).exists()


def test_what_has_run_out_works_no_more_at_once_and_is_told(guest):
    held = hold(guest, -0.01)
    assert not live_grants(guest).exists()
    assert told() == ["access_ended"]
    held.refresh_from_db()
    assert held.revoked_at == held.valid_until
    assert AuditEvent.objects.filter(event="grant.ran_out", subject_id=guest.pk).count() == 1


def test_what_was_revoked_is_not_spoken_of(guest):
    held = hold(guest, 3)
    Grant.objects.filter(pk=held.pk).update(revoked_at=timezone.now())
    assert told() == []
