"""Ending sessions: one's own others, and all of a person."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.sessions.services import end_other_sessions, end_sessions, sweep_sessions
from core.models import AuditEvent
from tests.factories.accounts import helpdesk, person

pytestmark = pytest.mark.django_db


def logged_in(person):
    client = Client()
    client.force_login(person)
    return client


def is_in(client):
    return client.get("/your-account/").status_code == 200


def request_of(client, person):
    request = RequestFactory().post("/")
    request.session, request.user = client.session, person
    return request


def test_the_others_are_refused_at_their_next_request_and_this_one_stays(richard):
    here, there, elsewhere = (logged_in(richard) for _ in range(3))
    colleague = logged_in(person("sam.searcher"))
    assert end_other_sessions(request_of(here, richard)) == 2
    assert [is_in(one) for one in (here, there, elsewhere, colleague)] == [True, False, False, True]
    events = AuditEvent.objects.filter(event="session.ended")
    assert [(one.actor, one.subject) for one in events] == [(richard, richard)] * 2
    assert end_other_sessions(request_of(here, richard)) == 0


def test_all_sessions_of_a_person_are_ended_by_somebody_else(richard):
    clients = [logged_in(richard), logged_in(richard)]
    helen = helpdesk()
    assert end_sessions(richard, by=helen) == 2
    assert not any(is_in(client) for client in clients)
    assert {one.actor for one in AuditEvent.objects.filter(event="session.ended")} == {helen}


def test_a_request_that_is_under_way_does_not_bring_the_session_back(richard):
    client = logged_in(richard)
    under_way = client.session
    assert "_auth_user_id" in under_way
    end_sessions(richard, by=None)
    under_way["more"] = 1
    with pytest.raises(UpdateError):
        under_way.save()
    assert not is_in(client)


def test_logging_out_takes_the_session_off_the_list(richard):
    client = logged_in(richard)
    client.post("/logout/")
    assert not UserSession.objects.exists()


def test_rows_whose_session_is_gone_are_swept_and_no_others(richard):
    live, gone, fresh = (logged_in(richard) for _ in range(3))
    kept = {client.session.session_key for client in (live, fresh)}
    for client in (gone, fresh):
        Session.objects.filter(session_key=client.session.session_key).delete()
    old = timezone.now() - timedelta(hours=2)
    UserSession.objects.exclude(session_key=fresh.session.session_key).update(last_seen_at=old)
    sweep_sessions()
    assert set(UserSession.objects.values_list("session_key", flat=True)) == kept
