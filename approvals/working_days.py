"""Working days, for when a decision is due. Bank holidays count as working days here."""

from datetime import datetime, timedelta

from django.utils import timezone


def after_working_days(start: datetime, days: int) -> datetime:
    """The same time of day `days` working days (Monday to Friday) later, in local time."""
    moment = timezone.localtime(start)
    while days:
        moment += timedelta(days=1)
        if moment.weekday() < 5:
            days -= 1
    return moment


def working_days_since(start: datetime, now: datetime) -> int:
    """How many whole working days have gone by since a moment."""
    days = 0
    while after_working_days(start, days + 1) <= now:
        days += 1
    return days
