from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class AppendOnlyModel(models.Model):
    """Rows that are history: the application's database role may insert and read them, no more."""

    class Meta:
        abstract = True


class AuditEvent(AppendOnlyModel):
    """Who did what, to what, when. `actor` is None for the system itself."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    event = models.CharField(max_length=64)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The person whose account or data the event concerns",
    )
    target = models.CharField(max_length=100, help_text="model:id, e.g. availability.bed:17")
    details = models.JSONField(default=dict)
    reference = models.CharField(max_length=16, blank=True, help_text="The request's reference")

    class Meta:
        indexes = [
            models.Index(fields=["target", "-at"]),
            models.Index(fields=["subject", "-at"]),
            models.Index(fields=["actor", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event} {self.target}"
