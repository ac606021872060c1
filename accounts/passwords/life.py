"""How long a password lasts (CT-14)."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User

# The days before its end on which the owner is reminded, the nearest first.
REMINDERS = (1, 7, 30)


def ends_at(person: User) -> datetime | None:
    """When a new password is due; None if never, or if there is none."""
    if not settings.PASSWORD_DAYS or not person.has_usable_password():
        return None
    return person.password_changed_at + timedelta(days=settings.PASSWORD_DAYS)


def is_too_old(person: User) -> bool:
    """Whether the person has to choose a new one before anything else."""
    end = ends_at(person)
    return end is not None and end <= timezone.now()


def ends_soon(person: User) -> datetime | None:
    """When a new password is due, once the reminders have begun."""
    end = ends_at(person)
    begun = end is not None and end <= timezone.now() + timedelta(days=max(REMINDERS))
    return end if begun else None


def days_until(end: datetime) -> int:
    """Whole days, a begun one counted; at least 1."""
    return max(1, math.ceil((end - timezone.now()) / timedelta(days=1)))
