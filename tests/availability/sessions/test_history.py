"""A sessional ward as it stood at another time."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from availability.models import SessionEntry
from tests.availability.pages import text_of
from tests.factories.accounts import ward_editor
from tests.factories.sessions import session_at, ward_with_sessions

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-01")]


@pytest.fixture
def ward(client):
    """Tomorrow's session of four had all places two hours ago, and three an hour later."""
    ward = ward_with_sessions((14, 4))
    client.force_login(ward_editor(ward))
    SessionEntry.objects.bulk_create(
        SessionEntry(
            session=session_at(ward, 14),
            starts_at=timezone.now() - timedelta(hours=hours),
            change="changed",
            capacity=4,
            booked=booked,
            origin="board",
        )
        for hours, booked in ((2, 0), (1, 1))
    )
    return ward


def then(client, ward, **ago):
    moment = timezone.localtime(timezone.now() - timedelta(**ago))
    day = {"day_day": moment.day, "day_month": moment.month, "day_year": moment.year}
    address = reverse("availability:ward_then", args=[ward.pk])
    return text_of(client.get(address, {**day, "at": f"{moment:%H:%M}"}))


def test_each_session_is_what_it_was_known_to_be(client, ward):
    name = session_at(ward, 14).name
    assert f"Session {name} What it was 4 of 4 places free" in then(client, ward, minutes=90)
    assert f"Session {name} What it was 3 of 4 places free" in then(client, ward, minutes=30)
    assert "No session of the seven days from then on was known then" in then(client, ward, hours=3)


def test_its_history_leads_there(client, ward):
    page = client.get(reverse("availability:ward_history", args=[ward.pk])).content.decode()
    assert reverse("availability:ward_then", args=[ward.pk]) in page


def test_it_costs_the_same_for_any_number_of_sessions(client, ward, django_assert_num_queries):
    more = ward_with_sessions((9, 1), (11, 2), (13, 3), (15, 4), name="More", unit=ward.unit)
    client.force_login(ward_editor(more, "wilma.ward"))
    with django_assert_num_queries(7):
        then(client, more, minutes=0)
