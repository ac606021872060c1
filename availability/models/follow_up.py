"""What searchers do about a ward beyond finding it."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from availability.follow_up.choices import HOLD_COLOURS, CallOutcome, HoldStatus
from availability.models.beds import Bed
from organisations.models import Organisation, Ward

ANSWERED_WITHIN = timedelta(hours=2)


class HoldRequest(models.Model):
    """Somebody asks a ward to hold one bed; `status` moves along `HOLD`.

    Whoever changes one holds the row of the ward's totals.
    """

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="hold_requests")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    answer_by = models.DateTimeField(help_text="Not answered until then, it ends by itself")
    held_for = models.CharField(max_length=80)
    reference = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(help_text="The latest moment until which the bed is wanted")
    note = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, choices=HoldStatus, default=HoldStatus.ASKED)
    ended_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    bed = models.ForeignKey(
        Bed, models.PROTECT, null=True, related_name="+", help_text="Of one that was accepted"
    )
    reason = models.CharField(max_length=200, blank=True, help_text="Of one that was declined")

    class Meta:
        indexes = [
            models.Index(fields=["by", "-asked_at"], name="hold_requests_of_a_person"),
            models.Index(
                fields=["answer_by"], condition=Q(status="asked"), name="hold_requests_that_wait"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "by", "held_for", "reference"],
                condition=Q(status="asked"),
                name="hold_request_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(status="asked") ^ Q(ended_at__isnull=False),
                name="hold_request_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(status="accepted") ^ Q(bed__isnull=True),
                name="hold_request_accepted_with_a_bed",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__gt=F("asked_at"), answer_by__lte=F("until")),
                name="hold_request_answered_before_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"A bed of {self.ward} for {self.held_for}"

    @property
    def status_now(self) -> str:
        """What it has become, also where nobody has written yet that its time is over."""
        if self.status == HoldStatus.ASKED and self.answer_by <= timezone.now():
            return HoldStatus.EXPIRED
        return self.status

    @property
    def waits(self) -> bool:
        return self.status_now == HoldStatus.ASKED

    @property
    def status_in_words(self) -> str:
        return str(HoldStatus(self.status_now).label)

    @property
    def colour(self) -> str:
        """Of the status's tag."""
        return HOLD_COLOURS[self.status_now]


class Call(models.Model):
    """Somebody telephoned a ward, and noted for colleagues what it said."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="calls")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", help_text="Where they worked"
    )
    at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=20, choices=CallOutcome)
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["ward", "-at"], name="calls_to_a_ward")]

    def __str__(self) -> str:
        return f"{self.ward}: {self.get_outcome_display()}"
