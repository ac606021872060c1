"""Each ward as each day left it."""

from django.db import models

from availability.models.wards import COUNTED
from core.models import AppendOnlyModel
from organisations.models import Ward


class WardDay(AppendOnlyModel):
    """A ward as it stood at the midnight (Europe/London) that ends a day.

    The columns of `COUNTED` are those of the ward's running totals; a ward that is closed, or had
    no bed in use then, has no row. Written by `availability.days`, never changed.
    """

    ward = models.ForeignKey(Ward, models.PROTECT, db_index=False, related_name="days")
    day = models.DateField()
    available = models.PositiveIntegerField()
    coming = models.PositiveIntegerField(help_text="Available, but from a later time")
    reserved = models.PositiveIntegerField()
    occupied = models.PositiveIntegerField()
    on_leave = models.PositiveIntegerField()
    preparing = models.PositiveIntegerField()
    isolated = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    closed_reasons = models.JSONField(
        default=dict, help_text="Of closed beds, how many for which reason, e.g. {'staffing': 2}"
    )
    delayed = models.PositiveIntegerField(
        help_text="Of occupied beds, those whose patient is ready for discharge"
    )
    delay_reasons = models.JSONField(
        default=dict, help_text="Of delayed discharges, how many for which reason, e.g. {'18': 1}"
    )
    can_take = models.PositiveSmallIntegerField(
        null=True, help_text="How many patients the staff of the ward could take; null: no limit"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ward", "day"], name="ward_day_once")]
        indexes = [models.Index(fields=["day", "ward"], name="ward_days_of_all")]

    def __str__(self) -> str:
        return f"{self.ward} at the end of {self.day:%d %b %Y}"

    @property
    def beds(self) -> int:
        """How many there were in whatever state."""
        return sum(getattr(self, column) for column in COUNTED)
