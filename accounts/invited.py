"""Opening the account of somebody who was invited."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.choices import LinkPurpose
from accounts.consents import record_consent
from accounts.links import end_links, use_link
from accounts.models import Link, Registration, User
from core import audit
from core.errors import DomainError

TAKEN = (
    "An account with your email address exists already, so this invitation cannot be used. Log in "
    "and request access."
)


@transaction.atomic
def open_invited_account(
    *, token: str, password: str, communications: bool, **details: str
) -> User:
    """Use an invitation's link: an account with the address that it proves (CQRS-06, CT-13).

    `details` are those of User.DETAILS. What was registered with the address and never proven goes.
    Raises DeadLink; DomainError if there is an account by now, and then the link still works.
    """
    link = use_link(purpose=LinkPurpose.INVITATION, token=token)
    if User.objects.filter(email=link.address).exists():
        raise DomainError(TAKEN)
    person = User(email=link.address, **details)
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=link.address, primary=True, verified=True)
    record_consent(person=person, version=settings.TERMS_VERSION, communications=communications)
    end_links(address=link.address)
    Registration.objects.filter(address=link.address).delete()
    Link.objects.filter(pk=link.pk).update(person=person)
    audit.record("person.registered", by=person, target=person, subject=person)
    audit.record("address.verified", by=person, target=person, subject=person, registrations=0)
    return person
