"""Telling people things: notifications, and mail, which is queued here alone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse

from core import audit
from core.errors import DomainError
from notifications.kinds import ALWAYS_MAILED, NOTIFICATIONS
from notifications.models import ADDRESS, MailState, Notification, OutgoingMail, Preference
from notifications.rules import may_resend
from notifications.tasks import deliver_outbox

# The characters of a notification's line
LONGEST = 300


def notify(
    *,
    person: Any,
    kind: str,
    address: str,
    context: dict[str, Any] | None = None,
    text: str | None = None,
) -> Notification | None:
    """Tell one person: see `notify_all`. None if the account is disabled."""
    told = notify_all([person], kind=kind, address=address, context=context, text=text)
    return told[0] if told else None


def notify_all(
    people: Iterable[Any],
    *,
    kind: str,
    address: str,
    context: dict[str, Any] | None = None,
    text: str | None = None,
) -> list[Notification]:
    """Tell each person once, in the caller's transaction: in the service and, if wanted, by mail.

    The text is given or rendered of notifications/<kind>.txt; the mail of mail/<kind>*. Both know
    `context`, `person` and `review_url`, the full address. `address` is a path in the service.
    Disabled accounts get neither. 3 queries, however many people; 2 if nobody wants mail.
    """
    if kind not in NOTIFICATIONS:
        raise ValueError(f"Name the notification {kind!r} in notifications/kinds.py")
    RegexValidator(ADDRESS)(address)
    by_key = {person.pk: person for person in people}
    if not by_key:
        return []
    # Asked anew: an account may have been disabled since these were read.
    wants_mail = dict(
        get_user_model()
        .objects.filter(pk__in=by_key, is_active=True)
        .values_list("pk", "notification_preference__by_mail")
    )
    told, mails = [], []
    shared = {
        **(context or {}),
        "review_url": site_url(address),
        "settings_url": site_url(reverse("notification_settings")),
    }
    for key, person in by_key.items():
        if key not in wants_mail:
            continue
        line = text or render(f"notifications/{kind}.txt", {**shared, "person": person})
        line = " ".join(line.split())
        told.append(
            Notification(
                person=person,
                kind=kind,
                text=line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…",
                address=address,
            )
        )
        if wants_mail[key] is not False:
            mails.append(new_mail(kind=kind, address=person.email, person=person, context=shared))
    with transaction.atomic(savepoint=False):
        Notification.objects.bulk_create(told)
        OutgoingMail.objects.bulk_create(mails)
        deliver_after_commit()
    return told


def mark_read(notification: Notification) -> None:
    """The person has gone on from it; the first time counts."""
    Notification.objects.filter(pk=notification.pk, read_at__isnull=True).update(read_at=Now())


def mark_all_read(*, by: Any, up_to: int) -> None:
    """Everything that the person was told counts as read, up to the notification of that key."""
    told = Notification.objects.filter(person=by, pk__lte=up_to, read_at__isnull=True)
    told.update(read_at=Now())


def mark_settled(*, kinds: Collection[str], addresses: Collection[str]) -> None:
    """What such notifications wait for has been done: with those addresses they count as read."""
    told = Notification.objects.filter(kind__in=kinds, address__in=addresses, read_at__isnull=True)
    told.update(read_at=Now())


@transaction.atomic
def choose_mails(*, by: Any, by_mail: bool) -> None:
    """Switch one's own notification mails on or off (CQRS-19)."""
    Preference.objects.update_or_create(person=by, defaults={"by_mail": by_mail})
    audit.record("notifications.chosen", by=by, target=by, subject=by, by_mail=by_mail)


def queue_mail(
    *, kind: str, address: str, person: Any = None, context: dict[str, Any] | None = None
) -> OutgoingMail:
    """Write one mail to the outbox, in the caller's transaction; it is delivered after the commit.

    For mails that go out whatever the person has chosen; for all others there is `notify`.
    Renders mail/<kind>_subject.txt, mail/<kind>.txt and mail/<kind>.html.
    """
    if kind not in ALWAYS_MAILED:
        raise ValueError(f"Name the mail {kind!r} in notifications/kinds.py, or use notify()")
    mail = new_mail(kind=kind, address=address, person=person, context=context or {})
    mail.save(force_insert=True)
    deliver_after_commit()
    return mail


@transaction.atomic
def resend_mail(*, mail: OutgoingMail, by: Any) -> None:
    """Try a mail again that was given up. DomainError if it was not, or its text is gone."""
    mail = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if refusal := may_resend(mail):
        raise DomainError(refusal)
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=MailState.QUEUED, attempts=0, next_attempt_at=Now()
    )
    audit.record("mail.queued_again", by=by, target=mail, subject=mail.person)
    deliver_after_commit()


def new_mail(*, kind: str, address: str, person: Any, context: dict[str, Any]) -> OutgoingMail:
    """One mail, unsaved."""
    full_context = {**service_context(), "person": person, **context}
    return OutgoingMail(
        kind=kind,
        person=person,
        address=address,
        subject=" ".join(render(f"mail/{kind}_subject.txt", full_context).split())[:200],
        text=render(f"mail/{kind}.txt", full_context).strip() + "\n",
        html=render(f"mail/{kind}.html", full_context),
    )


def deliver_after_commit() -> None:
    """Wake the worker; without the broker the mail waits for the sweeper, and the page goes on."""
    transaction.on_commit(lambda: deliver_outbox.apply_async(retry=False), robust=True)


def site_url(path: str) -> str:
    """The full address of a page, for use in mail."""
    return settings.SERVICE_URL.rstrip("/") + path


def service_context() -> dict[str, str]:
    """What every mail says of the service itself."""
    return {
        "service_name": settings.SERVICE_NAME,
        "service_short_name": settings.SERVICE_SHORT_NAME,
        "service_owner": settings.SERVICE_OWNER,
        "service_url": settings.SERVICE_URL,
        "helpdesk_email": settings.HELPDESK_EMAIL,
        "helpdesk_telephone": settings.HELPDESK_TELEPHONE,
        "helpdesk_hours": settings.HELPDESK_HOURS,
    }


def render(template_name: str, context: dict[str, Any]) -> str:
    """A mail's text; only HTML is escaped."""
    template = get_template(template_name).template  # type: ignore[attr-defined]
    return template.render(Context(context, autoescape=template_name.endswith(".html")))


def forget_told(person: Any) -> None:
    """Everything that a person was told, by mail and in the service (CQRS-23)."""
    OutgoingMail.objects.filter(Q(person=person) | Q(address=person.email)).delete()
    Notification.objects.filter(person=person).delete()
    Preference.objects.filter(person=person).delete()


def forget_what_was_not_sent(*, before: datetime) -> None:
    """The texts of mails that could not be sent, which may name anybody."""
    old = OutgoingMail.objects.filter(state=MailState.FAILED, queued_at__lt=before)
    old.update(text="", html="", last_error="")
