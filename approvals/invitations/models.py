"""Invitations: who is offered which access, by whom, and what became of it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from accounts.choices import SCOPE_FIELDS
from accounts.models import AccessScope, Grant, User
from accounts.models.access import ORGANISATION_OF_SCOPE, scope_fits_capability
from approvals.invitations.choices import InvitationStatus
from organisations.models import Organisation
from organisations.triggers import refuse_if_closed


def in_words(right: Grant) -> str:
    """Role and organisation, never a name: e.g. 'Provider approver, The Huntercombe Group'."""
    role = right.get_capability_display()
    return f"{role}, {right.scope}" if right.scope else role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> "InvitationQuerySet":
        """Those that can be accepted now, whether or not the overdue ones have been ended yet."""
        return self.filter(status=InvitationStatus.PENDING, expires_at__gt=Now())

    def overdue(self) -> "InvitationQuerySet":
        """Those whose time is over, and that nobody has ended yet."""
        return self.filter(status=InvitationStatus.PENDING, expires_at__lte=Now())


class Invitation(models.Model):
    """Somebody without an account is asked to open one, with the access that is offered.

    Its link is the one that was mailed to the address last: who follows it proves the address, and
    accepts whatever is pending for it.
    """

    address = models.EmailField()
    first_name = models.CharField(max_length=80)
    surname = models.CharField(max_length=80)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent")
    status = models.CharField(
        max_length=10, choices=InvitationStatus, default=InvitationStatus.PENDING
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last email was queued; none yet: one is due"
    )
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    person = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        help_text="Who accepted it",
    )
    request = models.OneToOneField(
        "approvals.AccessRequest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitation",
        help_text="What was offered by who had no right to any more, for others to decide",
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["by", "made_at"], name="invitation_by_and_when"),
            models.Index(
                fields=["expires_at"],
                condition=Q(status=InvitationStatus.PENDING),
                name="invitation_pending_until",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "organisation"],
                condition=Q(status=InvitationStatus.PENDING),
                nulls_distinct=False,
                name="invitation_once_while_pending",
            ),
            models.CheckConstraint(
                condition=Q(status=InvitationStatus.ACCEPTED, person__isnull=False)
                | (~Q(status=InvitationStatus.ACCEPTED) & Q(person__isnull=True)),
                name="invitation_accepted_has_person",
            ),
            models.CheckConstraint(
                condition=Q(status=InvitationStatus.PENDING, ended_at__isnull=True)
                | (~Q(status=InvitationStatus.PENDING) & Q(ended_at__isnull=False)),
                name="invitation_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(request__isnull=True) | Q(status=InvitationStatus.ACCEPTED),
                name="invitation_request_when_accepted",
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")), name="invitation_address_lower_case"
            ),
        ]
        triggers = [refuse_if_closed("invitation_to_closed_organisation", "NEW.organisation_id")]

    def __str__(self) -> str:
        return f"{self.get_full_name()} ({self.address})"

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.surname}"

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted: an overdue one cannot, though nobody has ended it yet."""
        return self.status == InvitationStatus.PENDING and self.expires_at > timezone.now()

    @property
    def inviters(self) -> list[str]:
        """As what it was sent, e.g. 'Provider approver, The Huntercombe Group'; needs `offered`."""
        words = [in_words(offer.authority) for offer in self.offered.all()]
        return list(dict.fromkeys(words))


class OfferedAccess(AccessScope):
    """One grant that an invitation offers, and the right that it rests on."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="offered")
    authority = models.ForeignKey(
        Grant, models.PROTECT, related_name="+", help_text="The inviter's right at that moment"
    )
    valid_until = models.DateTimeField(null=True, blank=True, help_text="When the access ends")
    grant = models.OneToOneField(
        Grant, models.PROTECT, null=True, blank=True, related_name="offered_access"
    )

    class Meta:
        verbose_name_plural = "offered access"
        constraints = [
            models.CheckConstraint(
                condition=scope_fits_capability(), name="offered_scope_fits_capability"
            ),
            models.UniqueConstraint(
                fields=["invitation", "capability", *SCOPE_FIELDS],
                nulls_distinct=False,
                name="offered_once_by_invitation",
            ),
        ]
        triggers = [refuse_if_closed("offered_on_closed_organisation", ORGANISATION_OF_SCOPE)]

    def __str__(self) -> str:
        return self.describe()

    @property
    def last_day(self) -> datetime | None:
        """The last moment of the access, on the day that people are told."""
        return self.valid_until and self.valid_until - timedelta(seconds=1)


class InvitationDraft(models.Model):
    """What an inviter has typed so far, and the list that they have uploaded: one of each."""

    person = models.OneToOneField(User, models.CASCADE, related_name="invitation_draft")
    answers = models.JSONField(default=dict, help_text="By step: {step: {field: value}}")
    rows = models.JSONField(default=list, help_text="Of the list: [[row number, [cell, ...]], ...]")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Invitations of {self.person}"
