"""Reads of invitations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Prefetch, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Grant, User
from accounts.queries import may_administer
from approvals.coverage import Wanted
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.models import Invitation, InvitationQuerySet, OfferedAccess
from approvals.invitations.rules import offers, rights_to_invite, with_the_rights_of

DAY = timedelta(days=1)


def shown(invitations: InvitationQuerySet) -> InvitationQuerySet:
    """With all that a page says of them: 2 queries."""
    offered = OfferedAccess.objects.select_related(
        *OfferedAccess.SCOPE_RELATIONS,
        *(f"authority__{relation}" for relation in Grant.SCOPE_RELATIONS),
    ).order_by("capability", "pk")
    return invitations.select_related("organisation__kind", "by", "person").prefetch_related(
        Prefetch("offered", offered)
    )


def sent_with_rights_of(user: User) -> InvitationQuerySet:
    """Every invitation that was sent with a right that the person holds, too: 2 queries."""
    mine = Invitation.objects.filter(with_the_rights_of(user)).values("pk")
    return shown(Invitation.objects.filter(pk__in=mine))


def pending_for(user: User) -> InvitationQuerySet:
    """What the person may send again or withdraw, newest first: 2 queries."""
    return sent_with_rights_of(user).pending().order_by("-made_at", "-pk")


def expired_for(user: User) -> InvitationQuerySet:
    """What nobody accepted in time, the latest first, for as long as it is kept: 2 queries."""
    expired = sent_with_rights_of(user).filter(
        Q(status=InvitationStatus.EXPIRED)
        | Q(status=InvitationStatus.PENDING, expires_at__lte=Now())
    )
    return expired.order_by("-expires_at", "-pk")


def of_address(address: str) -> InvitationQuerySet:
    """What is pending for an address: 2 queries."""
    return shown(Invitation.objects.pending().filter(address=address)).order_by("pk")


@dataclass(frozen=True)
class Promise:
    """What an invitation gives at once, and what becomes a request, as its inviter's rights are."""

    invitation: Invitation
    given: list[OfferedAccess]
    rest: list[OfferedAccess]


def promise_of(invitation: Invitation, rights: Iterable[Grant]) -> Promise:
    """A few queries for each of the inviter's rights; none more for a `shown` invitation."""
    allowed = offers(rights, invitation.organisation)
    offered = list(invitation.offered.all())
    given = [offer for offer in offered if wanted_of(offer) in allowed]
    return Promise(invitation, given, [offer for offer in offered if offer not in given])


def wanted_of(offer: OfferedAccess) -> Wanted:
    scope = offer.scope
    assert scope is not None  # noqa: S101 - what reaches everything is never offered
    return Wanted(offer.capability, scope)


def promises(invitations: Iterable[Invitation]) -> list[Promise]:
    """Of `shown` invitations, if they are accepted now."""
    return [
        promise_of(one, rights_to_invite(one.by).select_related(*Grant.SCOPE_RELATIONS))
        for one in invitations
    ]


def latest_of_address(address: str) -> Invitation | None:
    """The last invitation to an address, whatever became of it."""
    return shown(Invitation.objects.filter(address=address)).order_by("-pk").first()


def accepted_by(key: int) -> InvitationQuerySet:
    """What the person of that key has accepted, with what became a request: 3 queries."""
    accepted = shown(Invitation.objects.filter(person=key)).order_by("pk")
    return accepted.prefetch_related("request__items")


def left_today(user: User) -> int:
    """How many invitations the person may still send within 24 hours. 1 or 2 queries."""
    most = (
        settings.INVITATIONS_A_DAY_HELPDESK if may_administer(user) else settings.INVITATIONS_A_DAY
    )
    sent = Invitation.objects.filter(by=user, made_at__gt=Now() - DAY).count()
    return max(most - sent, 0)


def is_taken(address: str) -> bool:
    """Whether there is an account with that address: invitations are for new users only."""
    return User.objects.filter(email=address).exists()


def invited_already(address: str, organisation_id: int | None) -> bool:
    return (
        Invitation.objects.pending().filter(address=address, organisation=organisation_id).exists()
    )


def last_day_in_words(until: datetime) -> str:
    """'31 March 2027', of an access that ends when that day is over."""
    day = timezone.localtime(until - timedelta(seconds=1))
    return f"{day.day} {day:%B %Y}"
