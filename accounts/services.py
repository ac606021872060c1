"""Writes: registering people, and the links that prove their addresses."""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.choices import LinkPurpose, LinkState
from accounts.models import Link, User
from accounts.models.links import hash_of
from accounts.queries import link_state
from core import audit
from core.errors import DomainError
from notifications.services import queue_mail, site_url

LIFETIMES = {LinkPurpose.VERIFY_ADDRESS: timedelta(hours=24)}


class DeadLink(DomainError):
    """The link cannot be used (any more); `state` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(state.label)
        self.state = state


@transaction.atomic
def register_person(
    *,
    email: str,
    first_name: str,
    surname: str,
    job_title: str,
    work_postcode: str,
    password_hash: str,
) -> None:
    """Make an unverified account and mail its verification link (CPMS-11).

    An address that is known changes nothing: its owner is told by mail, and the caller never
    learns which of the two it was.
    """
    person, is_new = User.objects.get_or_create(
        email=email,
        defaults={
            "first_name": first_name,
            "surname": surname,
            "job_title": job_title,
            "work_postcode": work_postcode,
            "password": password_hash,
        },
    )
    if not is_new:
        mail_already_registered(person=person)
        return
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=False)
    audit.record("person.registered", by=person, target=person, subject=person)
    mail_verification_link(person=person, address=email)


def mail_already_registered(*, person: User) -> None:
    """Tell the owner of an account that somebody tried to register the address again."""
    address = EmailAddress.objects.filter(user=person, email=person.email, verified=True)
    queue_mail(
        kind="already_registered",
        address=person.email,
        person=person,
        context={
            "login_url": site_url(reverse("account_login")),
            "reset_url": site_url(reverse("account_reset_password")),
            "verified": address.exists(),
        },
    )


@transaction.atomic
def mail_verification_link(*, person: User, address: str) -> None:
    """Mail a new verification link; the one before it works no more."""
    token = issue_link(purpose=LinkPurpose.VERIFY_ADDRESS, person=person, address=address)
    queue_mail(
        kind="verify_address",
        address=address,
        person=person,
        context={
            "link": site_url(reverse("verify_link", args=[token])),
            "hours": LIFETIMES[LinkPurpose.VERIFY_ADDRESS] // timedelta(hours=1),
        },
    )


@transaction.atomic
def send_new_link(*, address: str) -> None:
    """Mail a new verification link if that address waits to be verified; say nothing either way."""
    waiting = EmailAddress.objects.select_related("user").filter(
        email=address, verified=False, user__is_active=True
    )
    for email_address in waiting:
        mail_verification_link(person=email_address.user, address=address)


@transaction.atomic
def issue_link(*, purpose: LinkPurpose, person: User, address: str) -> str:
    """A new token for a link to that address; only its hash is kept, older links end."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    Link.objects.filter(
        purpose=purpose, person=person, used_at__isnull=True, superseded_at__isnull=True
    ).update(superseded_at=Now())
    token = secrets.token_urlsafe(32)
    Link.objects.create(
        purpose=purpose,
        person=person,
        address=address,
        token_hash=hash_of(token),
        expires_at=timezone.now() + LIFETIMES[purpose],
    )
    return token


@transaction.atomic
def verify_address(*, token: str) -> User:
    """Use a verification link: the address that it was sent to is proven. Raises DeadLink."""
    mailed = Link.objects.filter(purpose=LinkPurpose.VERIFY_ADDRESS, token_hash=hash_of(token))
    consumed = mailed.filter(
        used_at__isnull=True,
        superseded_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).update(used_at=Now())
    if not consumed:
        raise DeadLink(link_state(purpose=LinkPurpose.VERIFY_ADDRESS, token=token))
    link = mailed.select_related("person").get()
    proven = EmailAddress.objects.filter(user=link.person, email=link.address)
    if not proven.update(verified=True):
        raise DeadLink(LinkState.SUPERSEDED)
    audit.record("address.verified", by=link.person, target=link.person, subject=link.person)
    return link.person
