"""Links that are mailed: rows of which only the hash of a random token is kept."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import LinkPurpose, LinkState
from accounts.models import Link, Registration, User
from accounts.models.links import hash_of
from accounts.queries import state_of
from core.errors import DomainError

LIFETIMES = {
    LinkPurpose.VERIFY_ADDRESS: timedelta(hours=24),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.INVITATION: timedelta(days=settings.INVITATION_DAYS),
    LinkPurpose.CHANGE_ADDRESS: timedelta(hours=24),
}


# In a session: the tokens of links that were followed and wait for their buttons.
WAITING_LINK, RESET_LINK, ADDRESS_LINK = "waiting_link", "reset_link", "address_link"


class DeadLink(DomainError):
    """The link cannot be used (any more); `state` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(state.label)
        self.state = state


@transaction.atomic
def issue_link(
    *,
    purpose: LinkPurpose,
    address: str,
    person: User | None = None,
    registration: Registration | None = None,
) -> str:
    """A new token for a link to that address; only its hash is kept.

    Older links of the same registration or person end; of others that wait with the same address
    they go on working, so that nobody can end somebody else's.
    """
    lock_addresses(address)
    # The same queries without a person: how long it takes says nothing about the address.
    key = person.pk if person else 0
    User.objects.select_for_update(no_key=True).filter(pk=key).first()
    own = Q(address=address, registration=registration, person=person)
    end_links(own | Q(person=key), purpose=purpose)
    token = secrets.token_urlsafe(32)
    Link.objects.create(
        purpose=purpose,
        person=person,
        registration=registration,
        address=address,
        token_hash=hash_of(token),
        expires_at=timezone.now() + LIFETIMES[purpose],
    )
    return token


def end_links(*conditions: Q, **which: Any) -> None:
    """The unused links of that description work no more."""
    unused = Link.objects.filter(used_at__isnull=True, superseded_at__isnull=True)
    unused.filter(*conditions, **which).update(superseded_at=Now())


def lock_addresses(*addresses: str) -> None:
    """Let one transaction at a time deal with an address; in the order of their names.

    Before any row that hangs on a registration (its links, its draft) is locked.
    """
    with connection.cursor() as cursor:
        for address in sorted(set(addresses)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [address])


def use_link(*, purpose: LinkPurpose, token: str) -> Link:
    """Use up a link of that purpose, with its address locked. Raises DeadLink."""
    mailed = Link.objects.filter(purpose=purpose, token_hash=hash_of(token))
    if found := mailed.first():
        lock_addresses(found.address)
    consumed = mailed.filter(
        used_at__isnull=True, superseded_at__isnull=True, expires_at__gt=timezone.now()
    ).update(used_at=Now())
    if not consumed:
        raise DeadLink(state_of(mailed.first()))
    return mailed.get()
