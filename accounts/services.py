"""Writes: registering people, proving their addresses, the helpdesk, when tokens were used."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.addresses import normalised
from accounts.choices import Capability, GrantOrigin, LinkPurpose, LinkState
from accounts.consents import record_consent
from accounts.leaving import revoke_grants
from accounts.links import LIFETIMES, DeadLink, end_links, issue_link, lock_addresses, use_link
from accounts.models import Grant, Link, Registration, User
from accounts.queries import may_administer
from accounts.rules import may_be_given
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import notify, queue_mail, site_url

# How long a registration can be given a new link, and an old link can say what became of it.
REGISTRATION_LIFETIME = timedelta(days=7)
LINK_MEMORY = timedelta(days=30)
USES_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def register_person(
    *,
    address: str,
    password_hash: str,
    communications: bool,
    terms_version: str,
    mail: bool = True,
    **details: str,
) -> Registration:
    """Keep what becomes an account once the address is proven, and mail the link (CPMS-11).

    `details` are those of Registration.DETAILS. A known address is treated in the same steps: its
    owner is told by mail, and the caller never learns which of the two it was. Without `mail`
    nothing is sent: the address has had enough of it for today.
    """
    registration = Registration.objects.create(
        address=address,
        password_hash=password_hash,
        communications=communications,
        terms_version=terms_version,
        **details,
    )
    audit.record("registration.started", by=None, target=registration)
    send_registration_mail(registration=registration, mail=mail)
    return registration


@transaction.atomic
def send_registration_mail(*, registration: Registration, mail: bool = True) -> None:
    """Mail a new link for the registration; its earlier ones work no more.

    Who has an account is told so instead. Both take the same steps. Without `mail` the earlier
    link goes on working, since no other is sent.
    """
    lock_addresses(registration.address)
    owner = User.objects.filter(email=registration.address).filter(is_settled()).first()
    if not mail:
        return
    token = issue_link(
        purpose=LinkPurpose.VERIFY_ADDRESS, address=registration.address, registration=registration
    )
    if owner:
        mail_already_registered(person=owner)
    else:
        queue_verification_mail(token=token, address=registration.address, to=registration)


@transaction.atomic
def correct_address(*, registration: Registration, address: str, mail: bool = True) -> None:
    """Before it is proven: links to the old address end, the new one gets its own.

    Raises Conflict if it became an account, or was corrected, meanwhile.
    """
    lock_addresses(registration.address, address)
    locked = (
        Registration.objects.select_for_update()
        .filter(pk=registration.pk, address=registration.address)
        .first()
    )
    if locked is None:
        raise Conflict("This registration has been completed or changed meanwhile.")
    end_links(registration=locked)
    audit.record("registration.address_corrected", by=None, target=locked)
    locked.address = address
    locked.save()
    send_registration_mail(registration=locked, mail=mail)


@transaction.atomic
def abandon_registration(*, token: str) -> None:
    """The owner of the address says that somebody else registered it. Raises DeadLink."""
    link = use_link(purpose=LinkPurpose.VERIFY_ADDRESS, token=token)
    waiting = Registration.objects.filter(address=link.address)
    for registration in waiting:
        audit.record("registration.refused_by_owner", by=None, target=registration)
    waiting.delete()


def mail_already_registered(*, person: User) -> None:
    """Tell the owner of an account that somebody tried to register the address again."""
    queue_mail(
        kind="already_registered",
        address=person.email,
        person=person,
        context={
            "login_url": site_url(reverse("account_login")),
            "reset_url": site_url(reverse("account_reset_password")),
        },
    )


@transaction.atomic
def mail_verification_link(*, person: User, address: str) -> None:
    """Mail a new verification link; the one before it works no more."""
    token = issue_link(purpose=LinkPurpose.VERIFY_ADDRESS, person=person, address=address)
    queue_verification_mail(token=token, address=address, to=person)


def queue_verification_mail(*, token: str, address: str, to: User | Registration) -> None:
    queue_mail(
        kind="verify_address",
        address=address,
        person=to if isinstance(to, User) else None,
        context={
            "person": to,
            "link": site_url(reverse("verify_link", args=[token])),
            "hours": LIFETIMES[LinkPurpose.VERIFY_ADDRESS] // timedelta(hours=1),
        },
    )


@transaction.atomic
def send_new_link(*, address: str) -> None:
    """Mail a new verification link if that address waits to be verified.

    Else its owner is told by mail that there is nothing to verify, or no account; all in the same
    steps, so that the time does not tell who asks.
    """
    registration = Registration.objects.filter(address=address).order_by("-pk").first()
    if registration:
        send_registration_mail(registration=registration)
        return
    person = User.objects.filter(email=address).first()
    settled = User.objects.filter(is_settled(), email=address).exists()
    token = issue_link(
        purpose=LinkPurpose.VERIFY_ADDRESS, address=address, person=None if settled else person
    )
    if person and settled:
        mail_already_registered(person=person)
    elif person:
        queue_verification_mail(token=token, address=address, to=person)
    else:
        queue_mail(
            kind="unknown_account",
            address=address,
            context={"register_url": site_url(reverse("onboarding:register"))},
        )


def is_settled() -> Q:
    """The condition that an account is not there for the taking: proven, or disabled."""
    return Q(emailaddress__verified=True) | Q(is_active=False)


@dataclass(frozen=True)
class Verified:
    """Whose address was proven, and whether they chose the account's password.

    They did not if the button was pressed in a browser that had not registered the address.
    """

    person: User
    knows_password: bool


@transaction.atomic
def verify_address(*, token: str, typed: int | None = None) -> Verified:
    """Use a verification link: the address that it was sent to is proven. Raises DeadLink.

    `typed` is the registration that was made in the browser in which the button was pressed. The
    account gets what this browser registered; otherwise the name and the place of work of what the
    link belongs to, since whoever pressed need not be who chose and agreed to the rest.
    """
    link = use_link(purpose=LinkPurpose.VERIFY_ADDRESS, token=token)
    if (
        link.person_id
        and not EmailAddress.objects.filter(user=link.person_id, email=link.address).exists()
    ):
        raise DeadLink(LinkState.SUPERSEDED)
    person = User.objects.select_for_update().filter(email=link.address).first()
    if person and EmailAddress.objects.filter(user=person, verified=True).exists():
        raise DeadLink(LinkState.USED)
    registered = list(Registration.objects.filter(address=link.address))
    by_key = {registration.pk: registration for registration in registered}
    own = by_key.get(typed or 0)
    chosen = own or by_key.get(link.registration_id or 0)
    claims = len(registered) + bool(person)
    if chosen:
        person = open_account(registration=chosen, person=person)
    if person is None or not person.is_active:
        raise DeadLink(LinkState.SUPERSEDED)
    if own:
        record_consent(
            person=person,
            version=own.terms_version,
            communications=own.communications,
            at=own.registered_at,
        )
    else:
        forget_choices(person)
    EmailAddress.objects.update_or_create(
        user=person, email=link.address, defaults={"primary": True, "verified": True}
    )
    end_links(address=link.address)
    Registration.objects.filter(address=link.address).delete()
    Link.objects.filter(pk=link.pk).update(person=person)
    audit.record("address.verified", by=person, target=person, subject=person, registrations=claims)
    return Verified(person, knows_password=own is not None)


def open_account(*, registration: Registration, person: User | None) -> User:
    """Make the account that was registered, or give it to who has proven the address at last."""
    person = person or User(email=registration.address)
    for name in Registration.DETAILS:
        setattr(person, name, getattr(registration, name))
    person.password, person.password_changed_at = registration.password_hash, timezone.now()
    person.save()
    audit.record("person.registered", by=person, target=person, subject=person)
    return person


def forget_choices(person: User) -> None:
    """Leave an account without what its owner need not have chosen, agreed to or given."""
    person.password = make_password(None)
    person.terms_version, person.communications, person.contact_number = "", None, ""
    person.save()


def sweep_registrations() -> None:
    """Delete what nobody proved in time, and links that were mailed long ago."""
    now = timezone.now()
    Registration.objects.filter(registered_at__lte=now - REGISTRATION_LIFETIME).delete()
    Link.objects.filter(person__isnull=True, created_at__lte=now - LINK_MEMORY).delete()


@transaction.atomic
def make_helpdesk(*, address: str) -> Grant:
    """Give somebody the helpdesk's rights: for the first ones, whom nobody can approve.

    Raises DomainError if nobody has proven the address, the account is disabled, or is of the
    helpdesk already.
    """
    known = User.objects.select_for_update(no_key=True, of=("self",))
    person = known.filter(
        email=normalised(address), is_active=True, emailaddress__verified=True
    ).first()
    if person is None:
        raise DomainError(f"Nobody has registered {address} and verified it. Register it first.")
    if may_administer(person):
        raise DomainError(f"{person} is of the helpdesk already.")
    if refusal := may_be_given(person, Capability.ADMINISTER):
        raise DomainError(refusal)
    grant = Grant.objects.create(
        person=person, capability=Capability.ADMINISTER, origin=GrantOrigin.BOOTSTRAP
    )
    audit.record("grant.set_up", by=None, target=grant, subject=person)
    queue_mail(
        kind="made_helpdesk",
        address=person.email,
        person=person,
        context={"person": person, "login_url": site_url(reverse("account_login"))},
    )
    return grant


@transaction.atomic
def end_helpdesk(*, address: str) -> User:
    """Take the helpdesk's rights away from somebody, whom no peer may touch; they stay a user.

    Raises DomainError if nobody of the helpdesk has the address, disabled or not, or they are the
    last.
    """
    person = User.objects.filter(email=normalised(address)).first()
    rights = Grant.objects.filter(person=person, capability=Capability.ADMINISTER)
    because = "You are no longer a member of the helpdesk"
    ended = revoke_grants(person=person, by=None, because=because, grants=rights) if person else []
    if person is None or not ended:
        raise DomainError(f"Nobody of the helpdesk has the address {address}.")
    notify(
        person=person,
        kind="access_revoked",
        address=reverse("access:yours"),
        context={
            "taken": [grant.describe() for grant in ended],
            "because": because,
            "role": "Whoever runs the service",
        },
    )
    return person


def note_use(token: Any) -> None:
    """Keep when a token of a program was last used, to the minute."""
    now = timezone.now()
    before = Q(last_used_at=None) | Q(last_used_at__lt=now - USES_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USES_NOTED_EVERY:
        type(token)._default_manager.filter(before, pk=token.pk).update(last_used_at=now)
