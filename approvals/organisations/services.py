"""Writes: closing organisations, and making one a part of another, with all that follows.

Locks are taken in this order: the addresses that are invited, both organisations, grants, people,
items. Who is sending or deciding a request for one of them goes first, or is refused.
"""

from collections.abc import Iterable
from datetime import date

import pghistory
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import GrantOrigin
from accounts.leaving import end_grants, lock_people
from accounts.links import lock_addresses
from accounts.models import Grant, User
from approvals.choices import ItemStatus, StageEnd
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.lifecycle import INVITATION
from approvals.invitations.models import Invitation, OfferedAccess
from approvals.invitations.services import end_link_of
from approvals.models import AccessRequest, Item
from approvals.moving import end_item, route_anew
from approvals.organisations.queries import (
    closed_with_something_left,
    grants_within,
    open_units,
    open_wards,
    pending_invitations,
    waiting_items,
)
from approvals.organisations.rules import already_closed, may_close_on, may_merge_into
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import notify_all
from organisations.closing import is_closed
from organisations.models import Collaborative, CollaborativeMember, Organisation, Unit


@transaction.atomic
def close_organisation(*, organisation: Organisation, on: date, by: User) -> Organisation:
    """Close an organisation today, or let it close on a day to come.

    What hangs on it ends on that day. Conflict if it has closed already; DomainError for a day
    that is over.
    """
    organisation = lock_with_invited(organisation)
    if refusal := already_closed(organisation):
        raise Conflict(refusal)
    if refusal := may_close_on(organisation, on):
        raise DomainError(refusal)
    set_closing_day(organisation, on, by=by)
    audit.record("organisation.closing", by=by, target=organisation, day=str(on))
    if is_closed(organisation):
        end_what_is_left(organisation, by=by)
    return organisation


@transaction.atomic
def keep_open(*, organisation: Organisation, by: User) -> None:
    """It does not close on the day that was set. Conflict if it has closed, or no day is set."""
    organisation = lock_organisations(organisation)[0]
    if refusal := already_closed(organisation):
        raise Conflict(refusal)
    if organisation.closed_on is None:
        raise Conflict(f"No day is set on which {organisation} closes.")
    organisation.successor = None
    set_closing_day(organisation, None, by=by)
    audit.record("organisation.kept_open", by=by, target=organisation)


@transaction.atomic
def merge_organisations(*, organisation: Organisation, successor: Organisation, by: User) -> None:
    """Make an organisation a part of its successor, today; nobody loses anything.

    Its units, the access to it, what waits for a decision, invitations and memberships go over.
    Conflict if it has closed already; DomainError if the successor has, or is to become a part of
    it.
    """
    organisation, successor = lock_organisations(organisation, successor)
    if refusal := already_closed(organisation):
        raise Conflict(refusal)
    if refusal := may_merge_into(organisation, successor):
        raise DomainError(refusal)
    grants = Grant.objects.filter(organisation=organisation, revoked_at__isnull=True)
    lock_people(grants.values_list("person", flat=True))
    items = lock_waiting(organisation)
    with pghistory.context(source="merger", user=by.pk):
        units = Unit.objects.filter(organisation=organisation).update(organisation=successor)
        give_memberships(organisation, successor)
    continued = continue_grants(grants, successor, by=by)
    move_invitations(organisation, successor, continued, by=by)
    hand_over(items, organisation, successor, by=by)
    organisation.successor = successor
    set_closing_day(organisation, timezone.localdate(), by=by)
    audit.record(
        "organisation.merged",
        by=by,
        target=organisation,
        successor=audit.name_of(successor),
        units=units,
        grants=len(continued),
        items=len(items),
    )
    tell({grant.person for grant in continued.values()}, "organisation_merged", organisation)


def close_due() -> int:
    """End what is left of organisations whose closing day has come; of how many.

    Each in a transaction of its own; somebody who is being invited just now is left to the next
    run.
    """
    closed = 0
    for due in closed_with_something_left():
        try:
            with transaction.atomic():
                end_what_is_left(lock_with_invited(due), by=None)
        except Conflict:
            continue
        closed += 1
    return closed


def lock_organisations(*organisations: Organisation) -> list[Organisation]:
    """These as they are now, in the order given, nobody else's until the end."""
    keys = [organisation.pk for organisation in organisations]
    locked = Organisation.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = {one.pk: one for one in locked.select_related("successor").filter(pk__in=keys)}
    return [found[key] for key in keys]


def lock_with_invited(organisation: Organisation) -> Organisation:
    """The organisation, and first the addresses that are invited to it.

    Conflict if somebody was invited in between.
    """
    invited = addresses(pending_invitations(organisation))
    lock_addresses(*invited)
    (organisation,) = lock_organisations(organisation)
    if not addresses(pending_invitations(organisation)) <= invited:
        raise Conflict("Somebody has just been invited there. Look again at what follows.")
    return organisation


def addresses(invitations: Iterable[Invitation]) -> set[str]:
    return {invitation.address for invitation in invitations}


def lock_waiting(organisation: Organisation) -> list[Item]:
    """What waits for a decision there, nobody else's until the end."""
    locked = Item.objects.select_for_update(of=("self",)).filter(status=ItemStatus.SUBMITTED)
    keys = [item.pk for item in waiting_items(organisation)]
    return list(locked.filter(pk__in=keys).select_related("person").order_by("pk"))


def set_closing_day(organisation: Organisation, day: date | None, *, by: User) -> None:
    organisation.closed_on = day
    with pghistory.context(source="admin", user=by.pk):
        organisation.save(update_fields=["closed_on", "successor"])


def end_what_is_left(organisation: Organisation, *, by: User | None) -> None:
    """End everything that hangs on a closed organisation, which is locked; tell whom it ends for.

    `by` is None if the service does it by itself.
    """
    because = f"{organisation} has closed."
    grants = grants_within(organisation)
    lock_people(grants.values_list("person", flat=True))
    items = lock_waiting(organisation)
    with pghistory.context(source="closing", user=by and by.pk):
        for places in (open_wards(organisation), open_units(organisation)):
            places.update(closed_on=organisation.closed_on)
    for invitation in pending_invitations(organisation).select_for_update(of=("self",)):
        step = INVITATION.move(invitation, InvitationStatus.WITHDRAWN, ended_at=timezone.now())
        audit.record(step.event, by=by, target=invitation)
        end_link_of(invitation)
    for item in items:
        end_item(item=item, to=ItemStatus.EXPIRED, by=by, because=because)
    ending = Grant.objects.filter(pk__in=[grant.pk for grant in grants])
    ended = end_grants(ending, by=by, because=because)
    audit.record(
        "organisation.closed", by=by, target=organisation, grants=len(ended), items=len(items)
    )
    tell({grant.person for grant in ended}, "organisation_closed", organisation)


def give_memberships(organisation: Organisation, successor: Organisation) -> None:
    """The successor is a member, or the lead, of what the organisation was."""
    CollaborativeMember.objects.bulk_create(
        (
            CollaborativeMember(
                collaborative_id=member.collaborative_id,
                organisation=successor,
                source=f"Merger with {organisation}"[:200],
            )
            for member in CollaborativeMember.objects.filter(organisation=organisation)
        ),
        ignore_conflicts=True,
    )
    Collaborative.objects.filter(lead=organisation).update(lead=successor)


def continue_grants(
    grants: QuerySet[Grant], successor: Organisation, *, by: User
) -> dict[int, Grant]:
    """End these and give their holders the same over the successor; what each goes on as, by key.

    Who holds it there already keeps what lasts longer.
    """
    keys = list(grants.values_list("pk", flat=True))
    ending = Grant.objects.filter(pk__in=keys)
    continued: dict[int, Grant] = {}
    for old in end_grants(ending, by=by, because=f"Goes on as access to {successor}"[:250]):
        if old.valid_until and old.valid_until <= timezone.now():
            continue
        there = Grant.objects.filter(
            person=old.person,
            capability=old.capability,
            organisation=successor,
            revoked_at__isnull=True,
        )
        held = there.first()
        if held and lasts_as_long(held, old):
            continued[old.pk] = held
            continue
        end_grants(there, by=by, because="Replaced by access that lasts longer")
        continued[old.pk] = new = Grant.objects.create(
            person=old.person,
            capability=old.capability,
            organisation=successor,
            origin=GrantOrigin.MERGER,
            continues=old,
            valid_until=old.valid_until,
        )
        audit.record("grant.continued", by=by, target=new, subject=old.person, continues=old.pk)
    return continued


def lasts_as_long(held: Grant, other: Grant) -> bool:
    if held.valid_until is None or other.valid_until is None:
        return held.valid_until is None
    return held.valid_until >= other.valid_until


def move_invitations(
    organisation: Organisation, successor: Organisation, continued: dict[int, Grant], *, by: User
) -> None:
    """Invitations go over, with the rights that they rest on; who is invited there already is not
    invited twice.
    """
    pending = list(pending_invitations(organisation).select_for_update(of=("self",)))
    invited = addresses(
        Invitation.objects.filter(status=InvitationStatus.PENDING, organisation=successor)
    )
    for invitation in pending:
        if invitation.organisation_id != organisation.pk:
            continue
        if invitation.address in invited:
            step = INVITATION.move(invitation, InvitationStatus.WITHDRAWN, ended_at=timezone.now())
            audit.record(step.event, by=by, target=invitation)
            continue
        Invitation.objects.filter(pk=invitation.pk).update(organisation=successor)
        audit.record("invitation.handed_over", by=by, target=invitation)
    offered = OfferedAccess.objects.filter(invitation__in=pending)
    offered.filter(organisation=organisation).update(organisation=successor)
    for key, grant in continued.items():
        OfferedAccess.objects.filter(
            authority=key, invitation__status=InvitationStatus.PENDING
        ).update(authority=grant)


def hand_over(
    items: list[Item], organisation: Organisation, successor: Organisation, *, by: User
) -> None:
    """What waits is about the successor from now on, and goes to who decides there.

    What its applicant has there already, or has asked for, ends.
    """
    requests = AccessRequest.objects.filter(pk__in=[item.request_id for item in items])
    requests.filter(organisation=organisation).update(organisation=successor)
    for item in items:
        if item.organisation_id == organisation.pk:
            if has_or_awaits(item, successor):
                because = f"{organisation} is now part of {successor}, where you have this already."
                end_item(item=item, to=ItemStatus.EXPIRED, by=by, because=because)
                continue
            Item.objects.filter(pk=item.pk).update(organisation=successor)
        audit.record("item.handed_over", by=by, target=item, subject=item.person)
        route_anew(items=[item], why=StageEnd.REROUTED, by=by)


def has_or_awaits(item: Item, successor: Organisation) -> bool:
    """Whether who asks holds it over the successor already, or waits for it."""
    same = {"person": item.person_id, "capability": item.capability, "organisation": successor}
    return (
        Grant.objects.live().filter(**same).exists()
        or Item.objects.filter(status=ItemStatus.SUBMITTED, **same).exists()
    )


def tell(people: Iterable[User], kind: str, organisation: Organisation) -> None:
    """Notify whose access changed with the organisation."""
    address = reverse("access:yours")
    notify_all(people, kind=kind, address=address, context={"organisation": organisation})
