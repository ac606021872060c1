"""Who has left for good becomes anonymous: what the audit needs stays, nothing personal does.

What other apps keep of people they erase themselves, registered at start-up (CQRS-23).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.leaving import end_grants, lock_person
from accounts.models import (
    AuthenticatorDevice,
    Disabling,
    EmailDevice,
    Grant,
    Link,
    PasswordHistory,
    RecoveryDevice,
    Registration,
    SecondFactorReset,
    User,
)
from accounts.models.people import ANONYMOUS, ANONYMOUS_HOST
from core import audit
from notifications.services import forget_told, forget_what_was_not_sent

Erase = Callable[[User], None]
_erasures: list[Erase] = []


def register_erasure(erase: Erase) -> None:
    """Add at start-up what an app does, in the same transaction, to forget a person.

    The person has their names and address still.
    """
    _erasures.append(erase)


def placeholder(person: User) -> str:
    """The address that stands for that of a person who is not to be known any more."""
    return f"{person.pk}{ANONYMOUS_HOST}"


def anonymise_due(*, now: datetime | None = None) -> int:
    """Make anonymous whose account has been disabled for RETENTION_DAYS; gives how many."""
    due = (now or timezone.now()) - timedelta(days=settings.RETENTION_DAYS)
    in_force = Disabling.objects.filter(person=OuterRef("pk"), enabled_at__isnull=True)
    people = User.objects.filter(is_active=False, anonymised_at__isnull=True).annotate(
        # Of accounts that were disabled before reasons were kept, the last use counts.
        left_at=Coalesce(Subquery(in_force.values("at")[:1]), "last_login", "joined_at")
    )
    keys = list(people.filter(left_at__lt=due).order_by("pk").values_list("pk", flat=True))
    forget_what_was_not_sent(before=due)
    return sum(anonymise(person=User(pk=key)) for key in keys)


@transaction.atomic
def anonymise(*, person: User) -> bool:
    """Take everything personal away from a disabled account, for good; whether it was done."""
    person = lock_person(person)
    if person.is_active or person.anonymised_at:
        return False
    for erase in _erasures:
        erase(person)
    end_grants(Grant.objects.filter(person=person, revoked_at__isnull=True), by=None, because="")
    forget_told(person)
    erase_account(person)
    audit.record("person.anonymised", by=None, target=person, subject=person)
    return True


def erase_account(person: User) -> None:
    """What this app and its libraries keep of a person."""
    sessions = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    address = person.email
    Link.objects.filter(Q(person=person) | Q(address=address)).delete()
    Registration.objects.filter(address=address).delete()
    for model in (EmailAddress, SocialAccount, UserSession, AuthenticatorDevice, EmailDevice):
        model._default_manager.filter(user=person).delete()
    RecoveryDevice.objects.filter(user=person).delete()
    PasswordHistory.objects.filter(person=person).delete()
    SecondFactorReset.objects.filter(person=person).update(note="")
    Disabling.objects.filter(person=person).update(note="")
    Grant.objects.filter(person=person).update(revoked_because="")
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    ).update(object_repr=placeholder(person), change_message="")
    person.groups_of_interest.clear()
    User.objects.filter(pk=person.pk).update(
        email=placeholder(person),
        first_name=ANONYMOUS[0],
        surname=ANONYMOUS[1],
        password=make_password(None),
        job_title="",
        contact_number="",
        work_postcode="",
        professional_role="",
        other_role="",
        communications=None,
        last_login=None,
        anonymised_at=timezone.now(),
    )
