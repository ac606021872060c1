from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format

from accounts.choices import LeavingReason
from accounts.models.people import User


class Disabling(models.Model):
    """An account was disabled, by whom and why, and enabled again if it was (CQRS-16, -17)."""

    person = models.ForeignKey(User, models.PROTECT, related_name="disablings")
    reason = models.CharField(max_length=20, choices=LeavingReason, blank=True)
    note = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    enabled_at = models.DateTimeField(null=True, editable=False)
    enabled_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(enabled_at__isnull=True),
                name="disabling_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(enabled_at__isnull=True, enabled_by__isnull=True)
                | Q(enabled_at__isnull=False, enabled_by__isnull=False),
                name="disabling_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: disabled {self.at:%d %b %Y}"

    @property
    def in_words(self) -> str:
        """What the person is told: e.g. 'It was disabled on 3 March 2026: left organisation.'"""
        day = date_format(timezone.localtime(self.at), "DATE_FORMAT")
        if self.by_id == self.person_id:
            return f"You disabled it yourself on {day}."
        known = self.reason not in ("", LeavingReason.OTHER)
        return (
            f"It was disabled on {day}{f': {self.get_reason_display().lower()}' if known else ''}."
        )
