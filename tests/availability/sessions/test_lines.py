"""The history of a ward with sessions, as a page and as a file."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Capability
from availability.models import SessionEntry
from availability.services import confirm_ward
from availability.sessions import services
from core.models import AuditEvent
from tests.availability.pages import text_of, to
from tests.factories.accounts import grant, person, ward_editor
from tests.factories.sessions import booked, session_at, ward_with_sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return ward_with_sessions((20, 1), (21, 4))


@pytest.fixture
def wendy(client, ward):
    wendy = ward_editor(ward)
    client.force_login(wendy)
    return wendy


@pytest.fixture
def walter(ward):
    return ward_editor(ward, "walter.ward")


def test_it_says_who_did_what_and_who_confirmed(client, ward, wendy, walter):
    session = session_at(ward, 21)
    entry = booked(session, by=wendy, reference="Team 7")
    services.release(session=session, booking=entry.pk, by=walter)
    confirm_ward(ward=ward, by=walter)
    said = text_of(client.get(to("ward_history", ward)))
    assert f"Session {session.name} What 3 of 4 places free Booked, reference Team 7" in said
    assert "Wendy Ward, Availability editor Ward board" in said
    assert "Session Whole ward What Confirmed: nothing else has changed" in said
    assert said.index("Released, reference Team 7") < said.index("Booked, reference Team 7")
    assert "Set by the week" not in said


def test_a_day_narrows_it(client, ward, wendy):
    booked(session_at(ward, 21), by=wendy)
    today = timezone.localdate()
    for day, is_there in ((today, True), (today - timedelta(days=1), False)):
        said = text_of(client.get(to("ward_history", ward, day=day.isoformat())))
        assert ("3 of 4 places free" in said) == is_there
    assert "Show one day" in said


def test_the_file_has_every_line_disarmed_and_that_it_was_taken_is_recorded(client, ward, wendy):
    booked(session_at(ward, 21), by=wendy, reference="=cmd()")
    confirm_ward(ward=ward, by=wendy)
    response = client.post(to("ward_history_file", ward))
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "\ufeffFrom,Session,What,Details,Until,For how long,By,Role,How"
    assert "Confirmed: nothing else has changed" in lines[1]
    name = session_at(ward, 21).name
    assert f'{name},3 of 4 places free,"Booked, reference =cmd()",,,Wendy Ward,' in lines[2]
    assert lines[2].endswith("Availability editor,Ward board")
    assert len(lines) == 3
    assert AuditEvent.objects.get(event="ward.history_exported").actor == wendy


def test_who_approves_for_the_provider_reads_it(client, ward):
    amina = person("amina.approver")
    grant(amina, Capability.APPROVE_STANDARD, organisation=ward.unit.organisation)
    client.force_login(amina)
    page = client.get(to("ward_history", ward))
    assert "History of Day programme" in text_of(page)
    assert to("sessions_pattern", ward) not in page.content.decode()


@pytest.mark.parametrize("number", [2, 60])
def test_it_costs_the_same_for_any_number_of_changes(
    client, ward, wendy, number, django_assert_num_queries
):
    session = session_at(ward, 21)
    SessionEntry.objects.bulk_create(
        SessionEntry(
            session=session,
            starts_at=timezone.now() + timedelta(seconds=n),
            change="changed",
            capacity=4,
            booked=0,
            by=wendy,
            origin="board",
        )
        for n in range(number)
    )
    with django_assert_num_queries(10):
        page = client.get(to("ward_history", ward)).content.decode()
    assert ("?after=" in page) == (number > 25)
    if number > 25:
        after = re.search(r"\?after=([\d-]+)", page)[1]
        rest = client.get(to("ward_history", ward, after=after)).content
        assert rest.count(b"Changed for that day") == 25
