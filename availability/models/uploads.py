"""Files of beds that wait for their person to have looked at them."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class BedUpload(models.Model):
    """The rows of the file that somebody has uploaded and not saved yet; one a person."""

    person = models.OneToOneField(User, models.CASCADE, related_name="bed_upload")
    rows = models.JSONField(help_text="[[row number, [cell, ...]], ...]")
    kept_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{len(self.rows)} rows of {self.person}"
