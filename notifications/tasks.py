"""Delivering the outbox: at least once, with a Message-ID by which a repeat can be recognised.

And deleting notifications that have had their time.
"""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from notifications.models import MailState, Notification, OutgoingMail

logger = logging.getLogger(__name__)

# How long after each attempt the next one is due; after the last wait, one more and no further.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60)]
MAX_ATTEMPTS = len(WAITS) + 1
# A task ends after this many; the next run goes on.
BATCH = 200


@shared_task
def deliver_outbox() -> None:
    """Send what is due. Any number of workers may run this at once."""
    for _ in range(BATCH):
        mail = claim()
        if mail is None:
            return
        deliver(mail)


def claim() -> OutgoingMail | None:
    """Take the mail that is due longest, counting the attempt, so that no other worker sends it.

    The claim is committed before sending: a worker that dies leaves the mail due again later.
    """
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.select_for_update(skip_locked=True)
            .filter(state=MailState.QUEUED, next_attempt_at__lte=Now())
            .order_by("next_attempt_at")
            .first()
        )
        if mail is None:
            return None
        OutgoingMail.objects.filter(pk=mail.pk).update(
            attempts=F("attempts") + 1, next_attempt_at=Now() + wait_after(mail.attempts + 1)
        )
        mail.attempts += 1
    return mail


def wait_after(attempts: int) -> timedelta:
    """The time from that attempt to the next."""
    return WAITS[min(attempts, len(WAITS)) - 1]


def deliver(mail: OutgoingMail) -> None:
    """Send one claimed mail and record what became of it."""
    try:
        message_of(mail).send()
    except Exception as error:  # Whatever stops one mail must not stop the others.
        # What a mail server says quotes addresses, which the log is not for.
        logger.warning("Mail %s, attempt %s: %s", mail.pk, mail.attempts, type(error).__name__)
        gone_wrong = {"last_error": repr(error).replace("\0", "")[:300]}
        if mail.attempts >= MAX_ATTEMPTS:
            gone_wrong["state"] = MailState.FAILED
        OutgoingMail.objects.filter(pk=mail.pk).update(**gone_wrong)
    else:
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=MailState.SENT, sent_at=Now(), text="", html="", last_error=""
        )


def message_of(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it goes out."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.address],
        reply_to=[settings.HELPDESK_EMAIL],
        headers={"Message-ID": mail.message_id},
    )
    message.attach_alternative(mail.html, "text/html")
    return message


@shared_task
def sweep_notifications() -> None:
    """Delete notifications some time after they were read, and those that nobody reads."""
    Notification.objects.filter(
        Q(read_at__lt=Now() - timedelta(days=settings.NOTIFICATION_DAYS_READ))
        | Q(created_at__lt=Now() - timedelta(days=settings.NOTIFICATION_DAYS_UNREAD))
    ).delete()
