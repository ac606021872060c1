"""The sessions of wards that have no beds: the week's pattern, each session, its history."""

from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from availability.choices import ClosedReason, EntryOrigin, SessionChange, Weekday
from availability.words import plural, weekday
from core.models import AppendOnlyModel
from organisations.models import Ward
from organisations.triggers import refuse_if_closed

# No session begins in the hours in which the clocks change.
EARLIEST, LATEST = time(5), time(22)


class SessionPattern(AppendOnlyModel):
    """From this day on a ward has such weeks, until the next pattern's day; of a day's, the newest.

    A pattern without slots says that there are no sessions from then on.
    """

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="session_patterns", db_index=False)
    starts_on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ward", "starts_on", "id"], name="session_pattern_of_ward")]

    def __str__(self) -> str:
        return f"{self.ward}: sessions from {self.starts_on:%d %b %Y}"


class SessionSlot(AppendOnlyModel):
    """A session of a pattern's week; its time is that of the clock on the wall."""

    pattern = models.ForeignKey(
        SessionPattern, models.PROTECT, related_name="slots", db_index=False
    )
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    begins = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField(help_text="How many patients it has places for")

    class Meta:
        ordering = ["weekday", "begins"]
        constraints = [
            models.UniqueConstraint(
                fields=["pattern", "weekday", "begins"], name="session_slot_once_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6), minutes__gt=0, capacity__gt=0)
                & Q(begins__range=(EARLIEST, LATEST)),
                name="session_slot_is_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.begins:%H:%M}"


class Session(models.Model):
    """The smallest thing whose availability is recorded where there are no beds.

    What it is now, kept in the transaction that writes its history; free = capacity - booked.
    """

    # The constraint has an index that begins with it; so have those below.
    ward = models.ForeignKey(Ward, models.PROTECT, related_name="sessions", db_index=False)
    begins_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    planned = models.PositiveSmallIntegerField(
        default=0, help_text="Its capacity by the week's pattern; 0 if it is not in there"
    )
    capacity = models.PositiveSmallIntegerField()
    booked = models.PositiveSmallIntegerField(default=0)
    closed_reason = models.CharField(max_length=20, choices=ClosedReason, blank=True, default="")

    class Meta:
        ordering = ["begins_at"]
        constraints = [
            models.UniqueConstraint(fields=["ward", "begins_at"], name="session_once_a_moment"),
            models.CheckConstraint(
                condition=Q(booked__lte=F("capacity")), name="session_booked_within_capacity"
            ),
            models.CheckConstraint(
                condition=Q(closed_reason="", capacity__gt=0)
                | Q(closed_reason="", planned=0)
                | (Q(capacity=0) & ~Q(closed_reason="")),
                name="session_closed_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ward", "begins_at"],
                condition=Q(booked__lt=F("capacity")),
                name="session_free",
            )
        ]
        triggers = [
            refuse_if_closed(
                "session_on_closed_organisation",
                "SELECT u.organisation_id FROM organisations_ward w "
                "JOIN organisations_unit u ON u.id = w.unit_id WHERE w.id = NEW.ward_id",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local(self) -> datetime:
        """When it begins, by the clock on the wall."""
        return timezone.localtime(self.begins_at)

    @property
    def ends_at(self) -> datetime:
        return self.begins_at + timedelta(minutes=self.minutes)

    @property
    def name(self) -> str:
        """E.g. '10:00 on Tuesday 24 November'."""
        return f"{self.local:%H:%M} on {weekday(self.local.date())}"

    @property
    def hours(self) -> str:
        """E.g. '10:00 to 11:30'."""
        return f"{self.local:%H:%M} to {timezone.localtime(self.ends_at):%H:%M}"

    @property
    def free(self) -> int:
        return self.capacity - self.booked

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def state_in_words(self) -> str:
        """E.g. 'Free', '2 of 4 free', 'Booked', 'Closed (staffing)', 'Taken out'."""
        return in_words(self)

    @property
    def colour(self) -> str:
        """Of the state's tag."""
        return colour_of(self)


class SessionEntry(AppendOnlyModel):
    """From this moment on a session was so, until its next entry."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="entries", db_index=False)
    starts_at = models.DateTimeField(db_default=Now())
    change = models.CharField(max_length=10, choices=SessionChange)
    capacity = models.PositiveSmallIntegerField()
    booked = models.PositiveSmallIntegerField()
    closed_reason = models.CharField(max_length=20, choices=ClosedReason, blank=True, default="")
    reference = models.CharField(
        max_length=40, blank=True, default="", help_text="Of a booking; never of a patient"
    )
    releases = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="release", help_text="The booking"
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=10, choices=EntryOrigin)

    class Meta:
        verbose_name_plural = "session entries"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "starts_at"], name="session_entry_once_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(booked__lte=F("capacity")), name="session_entry_within_capacity"
            ),
            models.CheckConstraint(
                condition=Q(change=SessionChange.RELEASED, releases__isnull=False)
                | (~Q(change=SessionChange.RELEASED) & Q(releases__isnull=True)),
                name="session_entry_releases_a_booking",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.state_in_words} from {self.starts_at:%d %b %Y %H:%M}"

    @property
    def state_in_words(self) -> str:
        return in_words(self)

    @property
    def colour(self) -> str:
        """Of the state's tag."""
        return colour_of(self)

    @property
    def what_happened(self) -> str:
        """E.g. 'Booked, reference Team 7', 'Released (undone)'."""
        of = self.releases.reference if self.releases else self.reference
        undone = " (undone)" if self.origin == EntryOrigin.UNDO else ""
        return f"{self.get_change_display()}{undone}" + (f", reference {of}" if of else "")


def colour_of(found: Session | SessionEntry) -> str:
    if not found.capacity:
        return "orange"
    return "green" if found.booked < found.capacity else "grey"


def in_words(found: Session | SessionEntry) -> str:
    """What a session is, or was."""
    if found.closed_reason:
        return f"Closed ({found.get_closed_reason_display().lower()})"
    if not found.capacity:
        return "Taken out"
    free = found.capacity - found.booked
    if found.capacity == 1:
        return "Free" if free else "Booked"
    return f"{free} of {plural(found.capacity, 'place')} free" if free else "Fully booked"
