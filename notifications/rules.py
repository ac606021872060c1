"""When a mail may be sent again: None, or the refusal in words."""

from django.utils import timezone
from django.utils.formats import date_format

from notifications.models import MailState, OutgoingMail


def may_resend(mail: OutgoingMail) -> str | None:
    if mail.state == MailState.SENT:
        sent = timezone.localtime(mail.sent_at)
        return (
            f"It went out at {sent:%H:%M} on {date_format(sent)}, and its text is not kept: it may "
            "hold a link. Who needs it gets a new one by doing the same again."
        )
    if mail.state == MailState.QUEUED:
        due = timezone.localtime(mail.next_attempt_at)
        return f"It is still tried by itself, next at {due:%H:%M} on {date_format(due)}."
    return None if mail.text else "Its text is not kept any more."
