"""Beds and their history."""

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
from organisations.models import Ward
from organisations.triggers import refuse_if_closed


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
