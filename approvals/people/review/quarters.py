"""The quarters of the review, and when it is due."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, by its first day."""

    start: date

    def __str__(self) -> str:
        last = self.start.replace(month=self.start.month + 2)
        return f"{self.start:%B} to {last:%B %Y}"

    @property
    def reminder(self) -> date:
        """From when who has not answered is reminded."""
        return self.start + timedelta(days=settings.REVIEW_REMIND_DAYS)

    @property
    def due(self) -> date:
        """From when those who were not confirmed are listed to the next level."""
        return self.start + timedelta(days=settings.REVIEW_DAYS)

    @property
    def is_overdue(self) -> bool:
        return timezone.localdate() >= self.due


def this_quarter() -> Quarter:
    today = timezone.localdate()
    return Quarter(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1))
