"""Files of plans that wait for their person to have looked at them."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from capacity_plans.models.plans import Version


class PlanUpload(models.Model):
    """The rows of the file that somebody has uploaded for a version and not saved yet."""

    person = models.ForeignKey(User, models.CASCADE, related_name="plan_uploads")
    version = models.ForeignKey(Version, models.CASCADE, related_name="uploads")
    rows = models.JSONField(help_text="By sheet: [[row number, [cell, ...]], ...]")
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="plan_upload_once"),
        ]

    def __str__(self) -> str:
        return f"A file of {self.person} for {self.version}"
