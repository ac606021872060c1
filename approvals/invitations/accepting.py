"""Accepting: an account, with what was offered by who still may."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from accounts.choices import SCOPE_FIELDS, GrantOrigin, LinkState
from accounts.invited import open_invited_account
from accounts.links import DeadLink
from accounts.models import Grant, User
from approvals.choices import OrganisationType
from approvals.coverage import Wanted
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.lifecycle import INVITATION
from approvals.invitations.models import Invitation, OfferedAccess
from approvals.invitations.queries import promise_of, shown, wanted_of
from approvals.invitations.services import lock_rights
from approvals.models import AccessRequest
from approvals.services import Applicant, Ask, submit_request
from core import audit
from core.errors import DomainError
from notifications.services import notify
from organisations.choices import AsksAs
from organisations.models import Collaborative, Organisation, ServiceGroup
from organisations.queries import still_open

REASON = "Offered in an invitation by: %s. Who sent it may not give this any more"
LONGEST = (AccessRequest._meta.get_field("reason").max_length or 0) - len(REASON)


@transaction.atomic
def accept_invitations(*, token: str, password: str, communications: bool, **details: str) -> User:
    """Open the account, and give what the address's pending invitations offer (CQRS-06).

    The inviters' rights are asked again: what somebody may not offer any more is not given, but
    becomes a request that goes its usual way. Raises DeadLink, also if nothing is pending any more;
    DomainError if there is an account by now.
    """
    person = open_invited_account(
        token=token, password=password, communications=communications, **details
    )
    pending = Invitation.objects.pending().filter(address=person.email)
    organisations = pending.filter(organisation__isnull=False).values("organisation")
    locked = Organisation.objects.select_for_update(no_key=True).filter(pk__in=organisations)
    list(locked.order_by("pk"))
    # Each inviter's rights before any invitation, as everywhere.
    rights = {
        inviter.pk: list(lock_rights(inviter))
        for inviter in User.objects.filter(pk__in=pending.values("by")).order_by("pk")
    }
    invitations = list(shown(pending.select_for_update(of=("self",))).order_by("pk"))
    if not invitations:
        raise DeadLink(LinkState.SUPERSEDED)
    for invitation in invitations:
        accept(invitation, person, rights[invitation.by_id])
    return person


def accept(invitation: Invitation, person: User, rights: list[Grant]) -> None:
    """Give what the inviter may still offer; ask for the rest; tell the inviter."""
    step = INVITATION.move(
        invitation, InvitationStatus.ACCEPTED, person=person, ended_at=timezone.now()
    )
    audit.record(step.event, by=person, target=invitation, subject=person)
    promise = promise_of(invitation, rights)
    for offer in promise.given:
        give(offer, person, by=invitation.by)
    if promise.rest:
        ask_for(promise.rest, invitation, person)
    notify(
        person=invitation.by,
        kind=step.mail,
        address=reverse("approvals:invitations_pending"),
        context={
            "invitation": invitation,
            "invited": person,
            "given": promise.given,
            "rest": promise.rest,
        },
    )


def give(offer: OfferedAccess, person: User, *, by: User) -> None:
    """Make the grant; nothing if another invitation has given it, or its time is over."""
    columns = {f"{field}_id": getattr(offer, f"{field}_id") for field in SCOPE_FIELDS}
    held = Grant.objects.filter(
        person=person, capability=offer.capability, revoked_at__isnull=True, **columns
    )
    if held.exists() or (offer.valid_until and offer.valid_until <= timezone.now()):
        return
    offer.grant = Grant.objects.create(
        person=person,
        capability=offer.capability,
        origin=GrantOrigin.INVITATION,
        valid_until=offer.valid_until,
        **columns,
    )
    offer.save(update_fields=["grant"])
    audit.record(
        "grant.made", by=by, target=offer.grant, subject=person, invitation=offer.invitation_id
    )


def ask_for(
    rest: Sequence[OfferedAccess], invitation: Invitation, person: User
) -> AccessRequest | None:
    """Make a request of what nobody may give at once; None where it cannot be asked for either."""
    wanted = [wanted_of(offer) for offer in rest]
    asks = [Ask(one.capability, one.scope, group_of(one)) for one in wanted if is_open(one)]
    if not asks:
        return None
    try:
        with transaction.atomic():
            request = submit_request(
                by=person,
                applicant=applicant_of(invitation),
                asks=asks,
                reason=REASON % Truncator("; ".join(invitation.inviters)).chars(LONGEST),
            )
    except DomainError:
        # The organisation has closed, or another invitation gave it: the person asks by themselves.
        return None
    invitation.request = request
    invitation.save(update_fields=["request"])
    return request


def applicant_of(invitation: Invitation) -> Applicant:
    organisation = invitation.organisation
    if organisation is None:
        return Applicant(
            OrganisationType.OTHER, organisation_name="Not named in the invitation", in_nhs=True
        )
    if organisation.kind.asks_as == AsksAs.PROVIDER:
        return Applicant(OrganisationType.PROVIDER, organisation)
    in_nhs = organisation.kind.asks_as == AsksAs.NHS_BODY
    return Applicant(OrganisationType.OTHER, organisation, in_nhs=in_nhs)


def group_of(wanted: Wanted) -> ServiceGroup | None:
    """The service group by which it finds its approver."""
    scope = wanted.scope
    if isinstance(scope, Collaborative):
        return scope.service_group
    return scope if isinstance(scope, ServiceGroup) else None


def is_open(wanted: Wanted) -> bool:
    """Whether the places that it covers are open today."""
    return all(
        type(place)._default_manager.filter(still_open(""), pk=place.pk).exists()
        for place in wanted.reach
        if hasattr(place, "closed_on")
    )
