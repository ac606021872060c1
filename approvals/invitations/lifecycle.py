"""The life of an invitation, as a table."""

from approvals.invitations.choices import InvitationStatus
from core.lifecycle import Lifecycle, Step

INVITATION = Lifecycle(
    name="invitation",
    states=InvitationStatus,
    start=InvitationStatus.PENDING,
    steps={
        (InvitationStatus.PENDING, InvitationStatus.ACCEPTED): Step(
            "who is invited, by its link", "invitation.accepted", "invitation_accepted"
        ),
        (InvitationStatus.PENDING, InvitationStatus.WITHDRAWN): Step(
            "whoever holds the right that it was sent with", "invitation.withdrawn"
        ),
        (InvitationStatus.PENDING, InvitationStatus.EXPIRED): Step(
            "the service, when its time is over", "invitation.expired"
        ),
    },
)
