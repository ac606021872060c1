"""Drafts of who is made anonymous (CQRS-23)."""

from accounts.models import User
from onboarding.models import AccessRequestDraft, RegistrationDraft


def forget_drafts(person: User) -> None:
    """What the person has typed and not sent."""
    AccessRequestDraft.objects.filter(person=person).delete()
    RegistrationDraft.objects.filter(registered_as=person.email).delete()
