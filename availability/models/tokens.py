"""Tokens with which programs read the exports for a person."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User

LONGEST_LIFE = timedelta(days=365)


class ExportToken(models.Model):
    """A person's token; only the hash of the random text is kept."""

    person = models.ForeignKey(User, models.CASCADE, related_name="export_tokens")
    name = models.CharField(max_length=60, help_text="What it is for, as the person calls it")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                condition=Q(revoked_at__isnull=True),
                name="export_token_name_once",
            ),
            models.CheckConstraint(
                # An hour more for the day on which the clock goes back
                condition=Q(expires_at__lte=F("created_at") + LONGEST_LIFE + timedelta(hours=1)),
                name="export_token_ends_within_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.person}"
