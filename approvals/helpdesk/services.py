"""Writes of the helpdesk: each is recorded, and none decides anything."""

from django.db import transaction

from accounts.links import lock_addresses
from accounts.models import Registration, User
from accounts.queries import people_holding
from accounts.services import mail_verification_link, send_registration_mail
from approvals.choices import ItemStatus, StageEnd
from approvals.helpdesk.rules import may_resend_link
from approvals.models import Item, Stage
from approvals.moving import lock_item, move_item, ways_of
from approvals.services import how_it_ended
from core import audit
from core.errors import Conflict, DomainError


@transaction.atomic
def resend_verification(*, person: User, by: User) -> None:
    """Mail a new link to who has not proven the address. DomainError if they have."""
    if refusal := may_resend_link(person):
        raise DomainError(refusal)
    mail_verification_link(person=person, address=person.email)
    audit.record("verification.sent_again", by=by, target=person, subject=person)


@transaction.atomic
def resend_registration(*, registration: Registration, by: User) -> None:
    """Mail a new link for what somebody registered; Conflict if it became an account meanwhile."""
    lock_addresses(registration.address)
    if not Registration.objects.filter(pk=registration.pk).exists():
        raise Conflict("This registration has been completed meanwhile.")
    send_registration_mail(registration=registration)
    audit.record("verification.sent_again", by=by, target=registration)


@transaction.atomic
def reroute_item(*, item: Item, to: Stage | None, reason: str, by: User) -> None:
    """Let an item wait at another right, or go its way anew; the reason is kept with it.

    Conflict if it has ended; DomainError if it waits there already, or nobody could decide there.
    """
    item = lock_item(item)
    if item.status != ItemStatus.SUBMITTED:
        raise Conflict(how_it_ended(item))
    if to and not people_holding(to).exclude(pk=item.person_id).exists():
        raise DomainError("Nobody but who asked holds this right.")
    if to:
        to.because = f"The helpdesk sent it here: {reason}"
    way = [to] if to else ways_of([item])[0]
    if not move_item(item=item, way=way, why=StageEnd.REROUTED, by=by):
        raise DomainError("It waits there already.")
    audit.record("item.rerouted", by=by, target=item, subject=item.person, reason=reason)
