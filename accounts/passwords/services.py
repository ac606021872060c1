"""Writes: changing a password, choosing one by a mailed link, reminding of its end."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.choices import LinkPurpose, LinkState
from accounts.links import LIFETIMES, DeadLink, end_links, issue_link, use_link
from accounts.lockout import lift_lockout
from accounts.models import User
from accounts.passwords.history import remember_password
from accounts.passwords.life import REMINDERS, days_until, ends_at
from accounts.second_factor.queries import has_second_factor
from accounts.sessions.services import end_sessions
from core import audit
from notifications.services import queue_mail, site_url

# A task ends after this many reminders of a kind; the next run goes on.
BATCH = 500


@transaction.atomic
def change_password(*, by: User, password: str) -> User:
    """Another password for a person who has just proven the present one (CQRS-12).

    Gives the person as changed. Sessions with the old password end, this one too unless the caller
    keeps it.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    replace_password(person, password, by_mail=False)
    audit.record("password.changed", by=person, target=person, subject=person)
    return person


@transaction.atomic
def send_reset_link(*, address: str) -> None:
    """Mail a link with which to choose a password (CQRS-12).

    Who has no account, or a disabled one, is told that there is none. Both take the same steps, so
    that the time does not tell them apart.
    """
    person = User.objects.filter(email=address, is_active=True).first()
    token = issue_link(purpose=LinkPurpose.RESET_PASSWORD, address=address, person=person)
    audit.record("password.reset_asked", by=None, target=person or User(), subject=person)
    queue_mail(
        kind="password_reset" if person else "unknown_account",
        address=address,
        person=person,
        context={
            "link": site_url(reverse("reset_link", args=[token])),
            "hours": LIFETIMES[LinkPurpose.RESET_PASSWORD] // timedelta(hours=1),
            "register_url": site_url(reverse("onboarding:register")),
        },
    )


@transaction.atomic
def reset_password(*, token: str, password: str) -> User:
    """Use a reset link: a new password, no session left, no lock-out. Raises DeadLink."""
    link = use_link(purpose=LinkPurpose.RESET_PASSWORD, token=token)
    person = (
        User.objects.select_for_update(no_key=True)
        .filter(pk=link.person_id or 0, email=link.address, is_active=True)
        .first()
    )
    if person is None:
        raise DeadLink(LinkState.SUPERSEDED)
    replace_password(person, password, by_mail=has_second_factor(person))
    audit.record("password.reset", by=person, target=person, subject=person, link=link.pk)
    end_sessions(person, by=person)
    lift_lockout(person.email, by=person)
    return person


def replace_password(person: User, password: str, *, by_mail: bool) -> None:
    """For a locked person: the new password, the old one in the history, a mail that says so."""
    remember_password(person)
    person.set_password(password)
    person.password_by_mail = by_mail
    person.save(
        update_fields=["password", "password_changed_at", "password_reminder", "password_by_mail"]
    )
    end_links(purpose=LinkPurpose.RESET_PASSWORD, person=person)
    queue_mail(
        kind="password_changed",
        address=person.email,
        person=person,
        context={
            "at": timezone.localtime(person.password_changed_at),
            "reset_url": site_url(reverse("account_reset_password")),
        },
    )


def remind_of_passwords() -> None:
    """Mail who has 30, 7 or 1 days left (CT-14), once each, and at once if a day was missed."""
    if not settings.PASSWORD_DAYS:
        return
    now, life = timezone.now(), timedelta(days=settings.PASSWORD_DAYS)
    for days in REMINDERS:
        due = (
            User.objects.filter(
                is_active=True,
                emailaddress__verified=True,
                emailaddress__primary=True,
                password_changed_at__gt=now - life,
                password_changed_at__lte=now - life + timedelta(days=days),
            )
            .filter(not_reminded_since(days))
            .exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        )
        for person in due.order_by("password_changed_at")[:BATCH]:
            remind(person, days)


def not_reminded_since(days: int) -> Q:
    """The condition that no reminder so late has been sent."""
    return Q(password_reminder__isnull=True) | Q(password_reminder__gt=days)


@transaction.atomic
def remind(person: User, days: int) -> None:
    """Mail the reminder, unless another worker does or the password has changed meanwhile."""
    claimed = (
        User.objects.filter(
            pk=person.pk, is_active=True, password_changed_at=person.password_changed_at
        )
        .filter(not_reminded_since(days))
        .update(password_reminder=days)
    )
    end = ends_at(person)
    if claimed and end:
        queue_mail(
            kind="password_reminder",
            address=person.email,
            person=person,
            context={
                "ends": timezone.localtime(end),
                "left": days_until(end),
                "days": settings.PASSWORD_DAYS,
                "change_url": site_url(reverse("change_password")),
            },
        )
