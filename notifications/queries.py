"""Reads of a person's own notifications."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull

from notifications.models import Notification, Preference


def notifications_of(person: Any) -> QuerySet[Notification]:
    """What the person was told: the unread first, then the newest. 1 query."""
    return Notification.objects.filter(person=person).order_by(
        IsNull(F("read_at"), True).desc(), "-created_at", "-pk"
    )


def notifications_at(address: str, *, kinds: Collection[str]) -> QuerySet[Notification]:
    """What anybody was told of one thing, by its address in the service."""
    return Notification.objects.filter(address=address, kind__in=kinds)


def mailed_to(person: Any) -> bool:
    """Whether the person is mailed what they are told: 1 query."""
    return not Preference.objects.filter(person=person, by_mail=False).exists()
