"""For how long a ward's figures are trusted: the one place of the rule (domain, Beds)."""

from datetime import datetime, timedelta
from typing import Protocol

from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone


class Limit(models.TextChoices):
    """What a ward's age has come to; the service group says after how many hours."""

    WARN = "warn", "Confirm soon"
    STALE = "stale", "Out of date"

    @property
    def hours(self) -> str:
        """The field of the service group."""
        return f"{self.value}_after_hours"


class Hours(Protocol):
    """A service group, or a row with its hours."""

    @property
    def warn_after_hours(self) -> int: ...
    @property
    def stale_after_hours(self) -> int: ...


def is_past(limit: Limit, confirmed_at: datetime | None, group: Hours) -> bool:
    """Whether a ward that was last confirmed then is past the limit; never confirmed, it is."""
    if confirmed_at is None:
        return True
    return timezone.now() - confirmed_at > timedelta(hours=getattr(group, limit.hours))


def past(limit: Limit, confirmed_at: str = "totals__confirmed_at") -> Q:
    """The same of wards, as a condition."""
    never = Q(**{confirmed_at: None})
    return never | Q(**{f"{confirmed_at}__lt": Now() - allowed(limit)})


def allowed(limit: Limit) -> Combinable:
    """Of a ward, for how long it may go without being confirmed."""
    hours = F(f"service_type__group__{limit.hours}")
    return ExpressionWrapper(hours * Value(timedelta(hours=1)), DurationField())
