"""Who was reminded of a ward's freshness, and when."""

from django.db import models
from django.db.models.functions import Now

from availability.freshness import Limit
from organisations.models import Ward


class WardReminder(models.Model):
    """That people were last reminded that a ward is past a limit; once until it is confirmed."""

    ward = models.ForeignKey(Ward, models.CASCADE, related_name="reminders")
    limit = models.CharField(max_length=10, choices=Limit)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ward", "limit"], name="ward_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ward}: {self.get_limit_display()} at {self.at:%d %b %Y %H:%M}"
