from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

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
