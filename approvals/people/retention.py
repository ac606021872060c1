"""What requests and invitations say of who is made anonymous (CQRS-23)."""

from django.db.models import Case, Q, Value, When

from accounts.models import User
from accounts.models.people import ANONYMOUS
from accounts.retention import placeholder
from approvals.invitations.models import Invitation, InvitationDraft
from approvals.models import AccessRequest

# Of an organisation that the directory does not list, what was typed
NOT_KEPT = "Not kept"


def forget_requests(person: User) -> None:
    """What the person typed into requests, and with what names they were invited."""
    AccessRequest.objects.filter(person=person).update(
        contact_address="",
        further_contact="",
        not_found="",
        reason="",
        organisation_name=Case(When(organisation_name="", then=Value("")), default=Value(NOT_KEPT)),
    )
    Invitation.objects.filter(Q(person=person) | Q(address=person.email)).update(
        address=placeholder(person), first_name=ANONYMOUS[0], surname=ANONYMOUS[1]
    )
    InvitationDraft.objects.filter(person=person).delete()
