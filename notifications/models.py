import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from notifications.kinds import NOTIFICATIONS

# A path in the service, which no browser takes for another host: neither // nor \ nor blanks.
ADDRESS = r"^/([^/\\\s][^\\\s]*)?\Z"


class MailState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


def new_message_id() -> str:
    """A Message-ID that stays the same when a mail is sent again."""
    return f"<{uuid.uuid4()}@cpms>"


class OutgoingMail(models.Model):
    """One mail, written in the transaction that causes it and delivered by the worker.

    The bodies are emptied once the mail has gone: they may hold a link that opens an account.
    """

    kind = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=80, unique=True, default=new_message_id)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    queued_at = models.DateTimeField(db_default=Now(), editable=False)
    next_attempt_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "outgoing mail"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state=MailState.QUEUED),
                name="outgoing_mail_due",
            ),
            # The list of what was given up, newest first
            models.Index(
                fields=["-id"],
                condition=Q(state=MailState.FAILED),
                name="outgoing_mail_given_up",
            ),
            # A part of an address (icontains asks for capitals).
            GinIndex(
                OpClass(Upper("address"), name="gin_trgm_ops"), name="outgoing_mail_address_part"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="outgoing_mail_sent_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"


class Notification(models.Model):
    """One line that a person is told, with the page where they go on from it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    address = models.CharField(max_length=200, validators=[RegexValidator(ADDRESS)])
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
            models.Index(
                fields=["address"],
                condition=Q(read_at__isnull=True),
                name="notification_unread_address",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(address__regex=ADDRESS), name="notification_leads_into_the_service"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def type(self) -> str:
        """What it is, in words."""
        return NOTIFICATIONS.get(self.kind, "Notification")


class Preference(models.Model):
    """What a person has chosen about notifications; who has chosen nothing is mailed (CQRS-19)."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preference"
    )
    by_mail = models.BooleanField("Please send me email notifications", default=True)

    def __str__(self) -> str:
        return f"{self.person}: {'by mail too' if self.by_mail else 'not by mail'}"
