"""Events as text: the rows of an export, and the parts of a list."""

import json
import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from core.audit_search import MOST_PEOPLE, people_like
from core.event_words import WORDS, in_words
from core.models import AuditEvent
from core.spreadsheets import csv_lines

BATCH = 1000
COLUMNS = (
    "Number",
    "When (UTC)",
    "Code",
    "What happened",
    "By",
    "About",
    "Target",
    "Details",
    "Reference",
    "Position in the sealed trail",
)
# What a search may have been for without naming a person.
TARGET_OR_REFERENCE = re.compile(
    r"[a-z_]{1,40}\.[a-z_]{1,40}:[0-9a-f-]{1,40}|[0-9a-z]{4}-[0-9a-z]{4}"
)


def lines_of(events: QuerySet[AuditEvent]) -> Iterator[str]:
    """The lines of a CSV file, newest first; memory does not grow with their number."""
    yield csv_lines([COLUMNS])
    found = events.select_related("actor", "subject", "seal").order_by("-pk")
    batch = list(found[:BATCH])
    while batch:
        yield csv_lines(map(cells_of, batch))
        batch = list(found.filter(pk__lt=batch[-1].pk)[:BATCH])


def cells_of(event: AuditEvent) -> tuple[Any, ...]:
    return (
        event.pk,
        event.at.astimezone(UTC).isoformat(),
        event.event,
        in_words(event.event),
        event.actor.get_username() if event.actor else "",
        event.subject.get_username() if event.subject else "",
        event.target,
        json.dumps(event.details, ensure_ascii=False),
        event.reference,
        event.seal.position if hasattr(event, "seal") else "",
    )


def asked_for(request: HttpRequest) -> dict[str, Any]:
    """The filters of a list, fit for the trail: of people their ids, never what was typed."""
    asked: dict[str, Any] = {
        name: request.GET[name][:10] for name in ("from", "to") if request.GET.get(name)
    }
    if (event := request.GET.get("event")) in WORDS:
        asked["code"] = event
    if term := request.GET.get("q", "").replace("\0", "").strip():
        asked["people"] = people_like(term)[:MOST_PEOPLE]
        if TARGET_OR_REFERENCE.fullmatch(term.lower()):
            asked["text"] = term
    return asked


def link_to(person: Model) -> str:
    """A person's name, leading to their page in the admin."""
    name = f"admin:{person._meta.app_label}_{person._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[person.pk]), name_of(person))


def name_of(person: Any) -> str:
    return str(person.get_full_name())


def listed(value: Any) -> str:
    """A value of the details in words."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, list):
        return ", ".join(listed(one) for one in value) or "none"
    return str(value)
