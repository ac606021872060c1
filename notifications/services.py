"""Queueing mail: the only way that anything is mailed."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import Context
from django.template.loader import get_template

from notifications.models import OutgoingMail
from notifications.tasks import deliver_outbox


def queue_mail(
    *, kind: str, address: str, person: Any = None, context: dict[str, Any] | None = None
) -> OutgoingMail:
    """Write one mail to the outbox, in the caller's transaction; it is delivered after the commit.

    Renders mail/<kind>_subject.txt, mail/<kind>.txt and mail/<kind>.html.
    """
    full_context = {**service_context(), "person": person, **(context or {})}
    mail = OutgoingMail.objects.create(
        kind=kind,
        person=person,
        address=address,
        subject=" ".join(render(f"mail/{kind}_subject.txt", full_context).split())[:200],
        text=render(f"mail/{kind}.txt", full_context).strip() + "\n",
        html=render(f"mail/{kind}.html", full_context),
    )
    # Robust: without the broker the mail waits for the sweeper, and the request goes on.
    transaction.on_commit(lambda: deliver_outbox.apply_async(retry=False), robust=True)
    return mail


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
