from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.looks.words import HELPDESK, PAGES
from accounts.models import User
from core.models import AuditEvent


@dataclass(frozen=True)
class Look:
    """Somebody opened a page with the person's details."""

    at: datetime
    by: str
    opened: str
    purpose: str


def looks_at(person: User) -> QuerySet[AuditEvent]:
    """Who has opened the person's details, newest first: 1 query with the names."""
    return (
        AuditEvent.objects.filter(subject=person, event="person.viewed")
        .select_related("actor")
        .order_by("-at", "-pk")
    )


def described(event: AuditEvent) -> Look:
    """The look in words. Of the helpdesk no names: whoever asks it learns them by time and page."""
    role = event.details.get("role", "")
    opened, purpose = PAGES[event.details["page"]]
    name = "" if role == HELPDESK or event.actor is None else event.actor.get_full_name()
    return Look(event.at, ", ".join(part for part in (name, role) if part), opened, purpose)
