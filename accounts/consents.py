"""What people agree to, and when they did (CT-10)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.choices import ConsentKind
from accounts.models import Consent, User
from core import audit


@transaction.atomic
def agree(*, by: User, communications: bool) -> None:
    """Accept the terms in force, and choose whether to be sent news (CT-10)."""
    record_consent(person=by, version=settings.TERMS_VERSION, communications=communications)
    audit.record("terms.accepted", by=by, target=by, subject=by, version=settings.TERMS_VERSION)


@transaction.atomic
def choose_communications(*, by: User, communications: bool) -> None:
    """Change the choice whether to be sent news (CT-10)."""
    Consent.objects.create(
        person=by,
        kind=ConsentKind.COMMUNICATIONS,
        version=settings.TERMS_VERSION,
        agreed=communications,
    )
    by.communications = communications
    by.save(update_fields=["communications"])
    audit.record("communications.chosen", by=by, target=by, subject=by, agreed=communications)


def record_consent(
    *, person: User, version: str, communications: bool, at: datetime | None = None
) -> None:
    """Two rows of history, and the same on the person, where reading them costs nothing."""
    moment = at or timezone.now()
    Consent.objects.bulk_create(
        Consent(person=person, kind=kind, version=version, agreed=agreed, at=moment)
        for kind, agreed in (
            (ConsentKind.TERMS, True),
            (ConsentKind.COMMUNICATIONS, communications),
        )
    )
    person.terms_version, person.communications = version, communications
    person.save(update_fields=["terms_version", "communications"])
