"""Beds that a ward has closed without an approved plan that says so."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from organisations.models import Collaborative, Ward


class UnplannedClosure(models.Model):
    """From when until when a ward had commissioned beds closed that no approved line covers.

    One for each time: that the number of beds changes makes no other.
    """

    collaborative = models.ForeignKey(
        Collaborative, models.PROTECT, related_name="unplanned_closures"
    )
    ward = models.ForeignKey(Ward, models.PROTECT, related_name="unplanned_closures")
    beds = models.PositiveSmallIntegerField(help_text="As last found")
    since = models.DateTimeField(help_text="When the first of these beds was closed")
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    told_at = models.DateTimeField(null=True, help_text="When the collaborative was told, once")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaborative", "ward"],
                condition=Q(ended_at__isnull=True),
                name="unplanned_closure_once_open",
            ),
            models.CheckConstraint(condition=Q(beds__gt=0), name="unplanned_closure_of_some_beds"),
        ]

    def __str__(self) -> str:
        return f"{self.ward}: {self.beds} closed since {self.since:%d %b %Y}"
