"""Writes: linking an outside identity with an account, and ending that."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts.models import User
from accounts.outside_identity.issuers import Issuer
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import queue_mail


@transaction.atomic
def link_identity(*, by: User, issuer: Issuer, key: str, data: dict[str, str]) -> SocialAccount:
    """Let the identity log in to the account of `by`, who has just proved both.

    One identity of an issuer for each person. Raises Conflict if it or another is linked already.
    """
    person = User.objects.select_for_update().get(pk=by.pk)
    others = SocialAccount.objects.filter(user=person, provider=issuer.id).exclude(uid=key)
    if others.exists():
        raise Conflict(
            f"Your account is connected to another {issuer.name} sign-in. "
            "Disconnect that one first."
        )
    identity, created = SocialAccount.objects.get_or_create(
        provider=issuer.id, uid=key, defaults={"user": person, "extra_data": data}
    )
    if identity.user_id != person.pk:
        raise Conflict(
            f"This {issuer.name} sign-in is connected to another account, so it was not "
            "connected to yours."
        )
    if created:
        tell_by_mail(person, issuer.name, kind="outside_identity_linked")
        audit.record(
            "outside_identity.linked", by=by, target=identity, subject=person, issuer=data["iss"]
        )
    return identity


@transaction.atomic
def unlink_identity(*, by: User, identity: SocialAccount, name: str) -> None:
    """End that the identity logs in to the account of `by`. `name` is the issuer's, for the mail.

    Raises DomainError if no other way of logging in would be left.
    """
    person = User.objects.select_for_update().get(pk=by.pk)
    if not person.has_usable_password():
        raise DomainError(
            "Your account has no password, so you could not log in any more. Choose a password "
            "first, with “Forgotten password?” on the login page."
        )
    audit.record(
        "outside_identity.unlinked",
        by=by,
        target=identity,
        subject=person,
        issuer=identity.extra_data.get("iss", ""),
    )
    identity.delete()
    tell_by_mail(person, name, kind="outside_identity_unlinked")


def tell_by_mail(person: User, name: str, *, kind: str) -> None:
    queue_mail(kind=kind, address=person.email, person=person, context={"issuer_name": name})
