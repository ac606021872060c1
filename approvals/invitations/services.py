"""Writes: sending invitations, sending them again, withdrawing and ending them.

Locks are taken in one order everywhere: address, organisation, grants, person, invitation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import LinkPurpose
from accounts.links import end_links, issue_link, lock_addresses
from accounts.models import Grant, User
from approvals.coverage import Wanted
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.lifecycle import INVITATION
from approvals.invitations.models import Invitation, OfferedAccess, in_words
from approvals.invitations.queries import left_today, of_address, promises
from approvals.invitations.rules import (
    may_mail_registration_links,
    offers,
    rights_to_invite,
)
from approvals.services import lock_open_organisations
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import queue_mail, site_url
from organisations.models import Organisation

# How long an invitation that was never accepted can say what became of it.
MEMORY = timedelta(days=90)

INVITED = "This person has been invited already. Look at “Pending Invitation” to send it again"


@dataclass(frozen=True)
class Invited:
    """Somebody who is to be invited, to which organisation, with what."""

    address: str
    first_name: str
    surname: str
    organisation: Organisation | None
    wanted: tuple[Wanted, ...]
    valid_until: datetime | None = None


@transaction.atomic
def send_invitation(*, invited: Invited, by: User) -> Invitation:
    """Invite one person, and mail them at once. Raises DomainError as `make_invitations` does."""
    lock_addresses(invited.address)
    (invitation,) = make_invitations(invited=[invited], by=by)
    mail_invitation(invitation)
    return invitation


@transaction.atomic
def make_invitations(*, invited: Sequence[Invited], by: User) -> list[Invitation]:
    """Invite all of these people, or none; the emails are queued by `mail_due_invitations`.

    DomainError if the person may not offer what is offered, has invited too many today, an
    organisation has closed, or somebody has the same invitation already. Whether somebody has an
    account is not asked: the answer must not tell. The queries grow with the organisations, not
    with the people.
    """
    addresses = [one.address for one in invited]
    organisations = {one.organisation for one in invited}
    lock_open_organisations(organisations)
    rights = list(lock_rights(by))
    if len(invited) > left_today(by):
        raise DomainError("You have sent as many invitations as you can in a day. Go on tomorrow.")
    overdue = Invitation.objects.overdue().filter(address__in=addresses)
    end_overdue(overdue.order_by("pk").select_for_update())
    pending = Invitation.objects.pending().filter(address__in=addresses)
    if {(one.address, one.organisation_id) for one in pending} & {
        (one.address, one.organisation and one.organisation.pk) for one in invited
    }:
        raise DomainError(f"{INVITED}.")
    resting_on = {one: offers(rights, one) for one in organisations}
    for one in invited:
        refuse_what_may_not_be_offered(one, resting_on[one.organisation])
    made = [
        Invitation(
            address=one.address,
            first_name=one.first_name,
            surname=one.surname,
            organisation=one.organisation,
            by=by,
            expires_at=expires_from_now(),
        )
        for one in invited
    ]
    try:
        with transaction.atomic():
            Invitation.objects.bulk_create(made)
    except IntegrityError as error:
        # Somebody else has invited them in the same moment.
        raise DomainError(f"{INVITED}.") from error
    OfferedAccess.objects.bulk_create(
        OfferedAccess(
            invitation=invitation,
            capability=wanted.capability,
            authority=resting_on[one.organisation][wanted],
            valid_until=one.valid_until,
            **{wanted.scope_field: wanted.scope},
        )
        for invitation, one in zip(made, invited, strict=True)
        for wanted in one.wanted
    )
    for invitation in made:
        audit.record("invitation.sent", by=by, target=invitation)
    return made


def refuse_what_may_not_be_offered(one: Invited, allowed: Mapping[Wanted, Grant]) -> None:
    """DomainError unless something is offered, and nothing beyond what is allowed."""
    if not one.wanted or not allowed.keys() >= set(one.wanted):
        raise DomainError(
            f"You cannot offer this to {one.first_name} {one.surname} any more. Check the "
            "organisation and the role."
        )


def lock_rights(user: User) -> Iterable[Grant]:
    """The person's rights to invite, as they are now, held until the end."""
    locked = rights_to_invite(user).select_for_update(of=("self",)).order_by("pk")
    return locked.select_related(*Grant.SCOPE_RELATIONS)


def expires_from_now() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def mail_invitation(invitation: Invitation) -> None:
    """Mail a new link to the address; the ones before it work no more.

    The mail speaks of everything that is pending for the address, since the link accepts it all.
    Who has an account is asked to log in and request access instead; the link is made all the same,
    so that how long it takes does not tell who invites.
    """
    now = timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=now)
    token = issue_link(purpose=LinkPurpose.INVITATION, address=invitation.address)
    pending = list(of_address(invitation.address))
    known = User.objects.filter(email=invitation.address).first()
    queue_mail(
        kind="invitation_known" if known else "invitation",
        address=invitation.address,
        person=known,
        context={
            "invitation": invitation,
            "invitations": pending,
            "promises": promises(pending),
            "link": site_url(reverse("onboarding:invitation_link", args=[token])),
            "days": settings.INVITATION_DAYS,
            "request_url": site_url(reverse("onboarding:request_access")),
        },
    )


def mail_due_invitations(batch: int = 100) -> int:
    """Mail invitations that were made as a list, each in a transaction of its own; how many."""
    due = Invitation.objects.pending().filter(sent_at__isnull=True).order_by("pk")
    mailed = 0
    for key, address in due.values_list("pk", "address")[:batch]:
        with transaction.atomic():
            lock_addresses(address)
            if invitation := due.filter(pk=key).first():
                mail_invitation(invitation)
                mailed += 1
    return mailed


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Mail a new link, with a new time; the old link ends. Conflict if it is closed meanwhile."""
    locked = lock_open(invitation)
    locked.expires_at = expires_from_now()
    locked.save(update_fields=["expires_at"])
    audit.record("invitation.resent", by=by, target=locked)
    mail_invitation(locked)
    return locked


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """End an invitation; its link works no more. Conflict if it is closed meanwhile."""
    locked = lock_open(invitation)
    step = INVITATION.move(locked, InvitationStatus.WITHDRAWN, ended_at=timezone.now())
    audit.record(step.event, by=by, target=locked)
    end_link_of(locked)


def lock_open(invitation: Invitation) -> Invitation:
    """The invitation as it is now, nobody else's until the end; Conflict if it is closed."""
    lock_addresses(invitation.address)
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.status == InvitationStatus.PENDING and not locked.is_open:
        raise Conflict("This invitation is already closed: expired.")
    INVITATION.step(locked.status, InvitationStatus.WITHDRAWN)
    return locked


def end_link_of(invitation: Invitation) -> None:
    """End the address's link, unless it accepts another invitation too."""
    if not Invitation.objects.pending().filter(address=invitation.address).exists():
        end_links(purpose=LinkPurpose.INVITATION, address=invitation.address)


def expire_invitations(batch: int = 500) -> int:
    """End those whose time is over, each in a transaction of its own; how many."""
    overdue = Invitation.objects.overdue().order_by("expires_at", "pk")
    ended = 0
    for key, address in overdue.values_list("pk", "address")[:batch]:
        with transaction.atomic():
            lock_addresses(address)
            overdue_now = Invitation.objects.overdue().filter(pk=key)
            ended += end_overdue(overdue_now.select_for_update())
    return ended


def end_overdue(overdue: Iterable[Invitation]) -> int:
    """End these, which are locked."""
    ended = 0
    for invitation in overdue:
        step = INVITATION.move(invitation, InvitationStatus.EXPIRED, ended_at=timezone.now())
        audit.record(step.event, by=None, target=invitation)
        ended += 1
    return ended


def forget_invitations() -> None:
    """Delete those that nobody accepted, long after they ended; the audit stays."""
    never = Invitation.objects.filter(
        status__in=[InvitationStatus.WITHDRAWN, InvitationStatus.EXPIRED]
    )
    never.filter(ended_at__lte=timezone.now() - MEMORY).delete()


@transaction.atomic
def mail_registration_link(*, address: str, right: Grant, by: User) -> None:
    """Mail a provider the way to register, in the name of the collaborative (CQRS-22).

    The mail is the same whether or not the address has an account. DomainError if the person may
    not (any more).
    """
    held = lock_rights(by)
    if may_mail_registration_links(by) or right not in held:
        raise DomainError("You cannot send registration links any more.")
    audit.record("registration_link.sent", by=by, target=right)
    queue_mail(
        kind="registration_link",
        address=address,
        context={
            "sender": in_words(right),
            "register_url": site_url(reverse("onboarding:register")),
        },
    )
