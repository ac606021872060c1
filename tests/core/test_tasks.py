"""What expired is deleted, what has not is kept."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from core.tasks import sweep_expired

pytestmark = pytest.mark.django_db


def entries():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_cache")
        return cursor.fetchone()[0]


def test_expired_entries_of_the_cache_are_deleted():
    cache.clear()
    cache.set("gone", [1], -10)
    cache.set("gone-too", [1], 900)
    cache.set("kept", [1], 900)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_cache SET expires = now() - interval '1 second' "
            "WHERE cache_key LIKE '%gone-too'"
        )
    sweep_expired()
    assert entries() == 1
    assert cache.get("kept") == [1]


def test_expired_sessions_are_deleted():
    now = timezone.now()
    for name, hours in (("gone", -1), ("kept", 1)):
        Session.objects.create(
            session_key=name, session_data="", expire_date=now + timedelta(hours=hours)
        )
    sweep_expired()
    assert [session.session_key for session in Session.objects.all()] == ["kept"]
