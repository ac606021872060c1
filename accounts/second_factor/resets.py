"""Writes: the helpdesk resets the two-step login of who has lost their device."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import RecoveryDevice, SecondFactorReset, User
from accounts.models.devices import RESET_LIFETIME
from accounts.second_factor.news import tell
from accounts.second_factor.queries import KINDS
from accounts.second_factor.rules import may_ask_for_reset, may_confirm_reset
from accounts.second_factor.services import lock_person
from accounts.sessions.services import end_sessions
from core import audit
from core.errors import DomainError
from notifications.services import queue_mail, site_url


@transaction.atomic
def ask_for_reset(*, person: User, note: str, by: User) -> SecondFactorReset:
    """Ask a colleague of the helpdesk to confirm it. Raises DomainError."""
    lock_person(person)
    if refusal := may_ask_for_reset(by, person):
        raise DomainError(refusal)
    reset = SecondFactorReset.objects.create(
        person=person, note=note, asked_by=by, expires_at=timezone.now() + RESET_LIFETIME
    )
    audit.record("second_factor.reset_asked", by=by, target=reset, subject=person)
    queue_mail(
        kind="reset_waits",
        address=settings.HELPDESK_EMAIL,
        context={
            "asked_by": by,
            "hours": RESET_LIFETIME // timedelta(hours=1),
            "link": site_url(reverse("admin:accounts_secondfactorreset_change", args=[reset.pk])),
        },
    )
    tell(
        person,
        headline="The helpdesk was asked to reset it",
        text="The helpdesk was told that you have lost the device that gives you codes. Once a "
        "second member of the helpdesk has confirmed it, you will set up two-step login anew.",
    )
    return reset


@transaction.atomic
def confirm_reset(*, reset: SecondFactorReset, by: User) -> None:
    """Remove the person's devices and end their sessions. Raises DomainError."""
    person = reset.person
    lock_person(person)
    reset = SecondFactorReset.objects.select_for_update().get(pk=reset.pk)
    if refusal := may_confirm_reset(by, reset):
        raise DomainError(refusal)
    reset.confirmed_by, reset.confirmed_at = by, timezone.now()
    reset.save(update_fields=["confirmed_by", "confirmed_at"])
    for kind in KINDS:
        kind.objects.filter(user=person).delete()
    RecoveryDevice.objects.filter(user=person).delete()
    end_sessions(person, by=by)
    audit.record("second_factor.reset_confirmed", by=by, target=reset, subject=person)
    tell(
        person,
        headline="Reset by the helpdesk",
        text="Your devices for two-step login have been removed, and you have been logged out "
        "everywhere. When you next log in, you can set up two-step login anew; if your role needs "
        "it, we ask you to.",
    )
