"""What is done to beds themselves, whatever they are."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from availability.models.beds import Bed
from availability.upkeep.choices import Work
from core.models import AppendOnlyModel


class BedUpkeep(AppendOnlyModel):
    """A bed was renamed, retired or brought back; that it was added, its first entry says."""

    bed = models.ForeignKey(Bed, models.PROTECT, related_name="upkeep")
    at = models.DateTimeField(db_default=Now())
    what = models.CharField(max_length=20, choices=Work)
    was_name = models.CharField(max_length=40, blank=True, help_text="Of one that was renamed")
    name = models.CharField(max_length=40, help_text="From then on")
    reason = models.CharField(max_length=200, blank=True, help_text="Of one that was retired")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "upkeep of beds"
        indexes = [models.Index(fields=["bed", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what=Work.RETIRED) | ~Q(reason=""), name="bed_retired_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_what_display()} at {self.at:%d %b %Y %H:%M}"
