"""What is said of a whole ward, and its running totals."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from availability.choices import BedState
from availability.conditions import Condition
from core.models import AppendOnlyModel
from organisations.models import Ward

# The columns of a ward's totals: each state's own, and that of what is available later.
COUNTED = ("available", "coming", *(state for state in BedState.values if state != "available"))


class WardConfirmation(AppendOnlyModel):
    """Somebody looked at the whole ward and said that nothing has changed."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="confirmations")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ward", "-at"])]

    def __str__(self) -> str:
        return f"{self.ward} confirmed at {self.at:%d %b %Y %H:%M}"


class IntakeLimit(AppendOnlyModel):
    """From this moment on the staff of a ward could take so many patients, until the next row."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="intake_limits")
    at = models.DateTimeField(db_default=Now())
    can_take = models.PositiveSmallIntegerField(null=True, help_text="Null: no limit")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ward", "-at"])]

    def __str__(self) -> str:
        return f"{self.ward} can take {self.can_take} at {self.at:%d %b %Y %H:%M}"


class WardTotals(models.Model):
    """One row a ward, kept in the transaction that changes a bed: what search reads."""

    ward = models.OneToOneField(Ward, models.PROTECT, primary_key=True, related_name="totals")
    available = models.PositiveIntegerField(default=0)
    coming = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Available, but from a later time"
    )
    reserved = models.PositiveIntegerField(default=0, db_default=0)
    occupied = models.PositiveIntegerField(default=0)
    on_leave = models.PositiveIntegerField(default=0, db_default=0)
    preparing = models.PositiveIntegerField(default=0, db_default=0)
    isolated = models.PositiveIntegerField(default=0, db_default=0)
    closed = models.PositiveIntegerField(default=0)
    can_take = models.PositiveSmallIntegerField(
        null=True, help_text="How many patients the staff of the ward can take now; null: no limit"
    )
    next_end_at = models.DateTimeField(
        null=True, help_text="When the next bed becomes available by itself"
    )
    confirmed_at = models.DateTimeField(
        null=True, help_text="When the whole ward was last confirmed; freshness counts from it"
    )
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True, help_text="When a bed was last changed")
    doubted_at = models.DateTimeField(
        null=True, help_text="When a searcher was told otherwise; null once an editor has answered"
    )
    doubt = models.CharField(max_length=20, blank=True, db_default="", help_text="What they heard")
    sessions_until = models.DateField(
        null=True, help_text="The last day whose sessions are made; null: no pattern yet"
    )

    class Meta:
        verbose_name_plural = "ward totals"
        indexes = [
            models.Index(
                fields=["next_end_at"],
                condition=Q(next_end_at__isnull=False),
                name="ward_totals_next_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ward}: {self.available} free"

    @property
    def beds(self) -> int:
        """How many there are in whatever state."""
        return sum(getattr(self, column) for column in COUNTED)

    def count(self, condition: Condition, difference: int) -> None:
        """Move the count of what a bed is. Save it afterwards."""
        column = condition.column
        setattr(self, column, getattr(self, column) + difference)


class KnownWard(models.Model):
    """A ward that is open as far as people were told; it makes the next news."""

    ward = models.OneToOneField(Ward, models.CASCADE, primary_key=True, related_name="known")

    def __str__(self) -> str:
        return str(self.ward)
