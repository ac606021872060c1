"""Addresses at which a calendar program reads plans for a person."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from organisations.models import Collaborative


class CalendarAddress(models.Model):
    """A person's address; of the random text in it only the hash is kept."""

    person = models.ForeignKey(User, models.CASCADE, related_name="calendar_addresses")
    collaborative = models.ForeignKey(
        Collaborative,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose plans it shows; null: all that the person may read",
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "collaborative"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="calendar_address_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collaborative or 'All plans'} of {self.person}"
