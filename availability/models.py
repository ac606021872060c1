"""Beds, their history, and the running totals of each ward."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from availability.choices import (
    STATE_COLOURS,
    BedState,
    ClosedReason,
    DelayReason,
    EntryOrigin,
)
from availability.conditions import Condition, is_allowed
from availability.words import in_words
from core.models import AppendOnlyModel
from organisations.models import Ward, refuse_if_closed

# The columns of a ward's totals: each state's own, and that of what is available later.
COUNTED = ("available", "coming", *(state for state in BedState.values if state != "available"))


class Bed(models.Model):
    """The smallest thing whose availability is recorded."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="beds")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "name"], condition=Q(retired_at__isnull=True), name="bed_name_once"
            ),
        ]
        triggers = [
            refuse_if_closed(
                "bed_on_closed_organisation",
                "SELECT u.organisation_id FROM organisations_ward w "
                "JOIN organisations_unit u ON u.id = w.unit_id WHERE w.id = NEW.ward_id",
            )
        ]

    def __str__(self) -> str:
        return self.name


class BedEntry(AppendOnlyModel):
    """From this moment on the bed was so, until the next entry: periods cannot overlap or gap."""

    bed = models.ForeignKey(Bed, models.PROTECT, related_name="entries")
    starts_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=20, choices=BedState)
    closed_reason = models.CharField(max_length=20, choices=ClosedReason, blank=True)
    due_at = models.DateTimeField(
        null=True, help_text="When the state ends or is expected to; if available, from when"
    )
    held_for = models.CharField(max_length=80, blank=True, db_default="")
    reference = models.CharField(max_length=40, blank=True, db_default="")
    delay_reason = models.CharField(
        max_length=2,
        choices=DelayReason,
        blank=True,
        db_default="",
        help_text="Why a patient who is ready for discharge is still there",
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=10, choices=EntryOrigin)

    class Meta:
        verbose_name_plural = "bed entries"
        ordering = ["bed", "-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["bed", "starts_at"], name="bed_entry_once_a_moment"),
            models.CheckConstraint(condition=is_allowed(), name="bed_entry_details_of_its_state"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gt=F("starts_at")),
                name="bed_entry_due_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bed}: {self.get_state_display()} from {self.starts_at:%d %b %Y %H:%M}"

    @property
    def state_in_words(self) -> str:
        """E.g. 'Occupied', 'Closed (staffing)'."""
        if self.closed_reason:
            return f"{self.get_state_display()} ({self.get_closed_reason_display().lower()})"
        return self.get_state_display()

    @property
    def details_in_words(self) -> str:
        """What goes with the state, e.g. 'until 14:32, for Oxford CAMHS'; '' if nothing does."""
        return in_words(Condition.of(self))

    @property
    def colour(self) -> str:
        """Of the state's tag."""
        return STATE_COLOURS[self.state]


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
