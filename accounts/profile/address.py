"""Writes: changing the address of an account, which is its user name.

The new address is proven by a link before anything changes; the old one is told at once, and again
when it is done. A known address is treated in the same steps, so that nobody learns of others.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.choices import LinkPurpose, LinkState
from accounts.links import LIFETIMES, DeadLink, end_links, issue_link, lock_addresses, use_link
from accounts.models import EmailDevice, Link, Registration, User
from accounts.models.links import hash_of
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import queue_mail, site_url


@transaction.atomic
def ask_for_address(*, by: User, address: str, mail: bool = True) -> None:
    """Mail a link to a new address, and tell the present one.

    The owner of another account with that address is told instead of being sent a link; the steps
    are the same. Without `mail` the new address is sent nothing: it has had enough for today.
    Raises DomainError if it is the account's own.
    """
    if address == by.email:
        raise DomainError("This is your email address already. Enter another one.")
    lock_addresses(by.email, address)
    owner = User.objects.filter(email=address).first()
    token = issue_link(purpose=LinkPurpose.CHANGE_ADDRESS, address=address, person=by)
    audit.record("address.change_asked", by=by, target=by, subject=by)
    queue_mail(
        kind="address_change_asked",
        address=by.email,
        person=by,
        context={"new": masked(address), "reset_url": site_url(reverse("account_reset_password"))},
    )
    if mail:
        queue_mail(
            kind="address_in_use" if owner else "change_address",
            address=address,
            person=owner or by,
            context={
                "link": site_url(reverse("address_link", args=[token])),
                "hours": LIFETIMES[LinkPurpose.CHANGE_ADDRESS] // timedelta(hours=1),
                "login_url": site_url(reverse("account_login")),
            },
        )


def change_that_waits(person: User) -> Link | None:
    """The link to a new address that the person may still use: 1 query."""
    links = Link.objects.filter(purpose=LinkPurpose.CHANGE_ADDRESS, person=person)
    unused = links.filter(used_at__isnull=True, superseded_at__isnull=True)
    return unused.filter(expires_at__gt=Now()).first()


@transaction.atomic
def cancel_change(*, by: User) -> None:
    """The link to a new address works no more. Conflict if none waits."""
    link = change_that_waits(by)
    if link is None:
        raise Conflict("No change of your email address waits any more.")
    lock_addresses(link.address)
    end_links(pk=link.pk)
    audit.record("address.change_cancelled", by=by, target=by, subject=by, link=link.pk)


@transaction.atomic
def change_address(*, by: User, token: str) -> User:
    """Use the link: its address becomes the account's; gives the person as changed.

    Raises DeadLink also to anybody but who asked, and if the address has become somebody else's.
    """
    mailed = Link.objects.filter(
        purpose=LinkPurpose.CHANGE_ADDRESS, token_hash=hash_of(token), person=by
    ).first()
    if mailed is None:
        raise DeadLink(LinkState.UNKNOWN)
    lock_addresses(by.email, mailed.address)
    person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)
    if User.objects.filter(email=mailed.address).exclude(pk=person.pk).exists():
        raise DeadLink(LinkState.SUPERSEDED)
    link = use_link(purpose=LinkPurpose.CHANGE_ADDRESS, token=token)
    before, person.email = person.email, link.address
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=link.address, primary=True, verified=True)
    end_links(Q(person=person) | Q(address=link.address, purpose=LinkPurpose.VERIFY_ADDRESS))
    Registration.objects.filter(address=link.address).delete()
    forget_mailed_codes(person)
    audit.record("address.changed", by=by, target=person, subject=person, link=link.pk)
    queue_mail(
        kind="address_changed",
        address=before,
        person=person,
        context={"new": masked(link.address)},
    )
    return person


def forget_mailed_codes(person: User) -> None:
    """A code that was mailed to the old address opens nothing any more."""
    EmailDevice.objects.filter(user=person, confirmed=False).delete()
    EmailDevice.objects.filter(user=person).update(token=None, last_generated_timestamp=None)


def masked(address: str) -> str:
    """E.g. 'a…@trust.example': for who owns the account to know it, and for nobody to use it."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
