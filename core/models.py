import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
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
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["event", "-at"], name="audit_by_event"),
            models.Index(
                fields=["reference"], condition=~Q(reference=""), name="audit_by_reference"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="wait_for_seal",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    INSERT INTO core_unsealedevent (event_id, inserted_at)
                    VALUES (NEW.id, clock_timestamp());
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event} {self.target}"


class UnsealedEvent(models.Model):
    """The queue of events that await their seal: written by a trigger, emptied by the sealer.

    A row appears with its event, when the transaction commits, so that no latecomer is missed.
    """

    # No constraint: a row whose event was deleted is evidence.
    event = models.OneToOneField(
        AuditEvent, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    inserted_at = models.DateTimeField(help_text="By the clock of the database")


class AuditSeal(AppendOnlyModel):
    """One link of the chain: an event as it was, behind all that was sealed before it."""

    position = models.BigIntegerField(primary_key=True, help_text="1, 2, 3 and on, without a gap")
    # No constraint: it would write to each sealed event, and a seal outlives a deleted one.
    event = models.OneToOneField(
        AuditEvent, models.DO_NOTHING, db_constraint=False, related_name="seal"
    )
    inserted_at = models.DateTimeField()
    sealed_at = models.DateTimeField()
    digest = models.BinaryField(help_text="SHA-256 of the event's columns")
    key_id = models.CharField(max_length=8, help_text="Which key the mac was made with")
    mac = models.BinaryField(help_text="HMAC-SHA-256 of this row and of the mac before it")

    def __str__(self) -> str:
        return f"Seal {self.position} of event {self.event_id}"
