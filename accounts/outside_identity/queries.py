from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet

from accounts.addresses import normalised
from accounts.models import User


def has_account(address: str) -> bool:
    """Whether the address is the user name of an account whose owner has proved it here."""
    return EmailAddress.objects.filter(
        user__email=normalised(address), email=normalised(address), verified=True
    ).exists()


def identities_of(person: User) -> QuerySet[SocialAccount]:
    """The outside identities with which the person can log in."""
    return SocialAccount.objects.filter(user=person).order_by("pk")
