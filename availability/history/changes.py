"""How the details of a ward changed: what the database kept of each change, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps

from accounts.choices import Capability
from accounts.models import User
from availability.history.people import Roles
from availability.upkeep.details import LABELS, Names
from core.audit import name_of
from core.models import AuditEvent
from organisations.models import Feature, Ward

PAGE_SIZE = 25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The helpdesk's pages, by what pghistory was told there.
BY_HELPDESK = "admin"
FEATURES = ("features_added", "features_removed")


@dataclass(frozen=True)
class Change:
    """What changed at a moment: each line in words; `who` did it, in which role."""

    at: datetime
    lines: list[str]
    who: str
    role: str = ""


@dataclass(frozen=True)
class Changes:
    """A page; `before` is where the next begins, if there is more."""

    changes: list[Change]
    before: str = ""


def changes_of(ward: Ward, before: str = "", size: int = PAGE_SIZE) -> Changes:
    """What changed in a ward's details, the newest first: 6 queries.

    `before` is what the page before named; anything else begins at the newest.
    """
    until = moment_of(before)
    rows = [*columns_changed(ward, until, size), *features_changed(ward, until, size)]
    rows.sort(key=lambda row: row[0], reverse=True)
    shown = rows[:size]
    people = User.objects.in_bulk({row[2] for row in shown if row[2]})
    roles = Roles(ward, people.values())
    changes = [
        Change(at, lines, *by_whom(people.get(user or 0), source, roles, at))
        for at, lines, user, source in shown
    ]
    return Changes(changes, written(shown[-1][0]) if len(rows) > size else "")


Row = tuple[datetime, list[str], int | None, str]


def columns_changed(ward: Ward, until: datetime | None, size: int) -> Iterable[Row]:
    """From what pghistory keeps: 1 query, and 2 for the names of service types."""
    events = apps.get_model("organisations", "WardEvent").objects.filter(pgh_obj=ward)
    if until:
        events = events.filter(pgh_created_at__lt=until)
    # One more than is shown tells that there is more, and one more what was before it.
    found = list(events.select_related("pgh_context").order_by("-pgh_id")[: size + 2])
    names = Names.read()
    for position, event in enumerate(found[: size + 1]):
        before = found[position + 1] if position + 1 < len(found) else None
        metadata = event.pgh_context.metadata if event.pgh_context else {}
        lines = difference(event, before, names)
        if lines:
            yield event.pgh_created_at, lines, metadata.get("user"), metadata.get("source", "")


def difference(event: Any, before: Any, names: Names) -> list[str]:
    if before is None:
        return ["Added" if event.pgh_label == "insert" else "First kept"]
    lines = []
    for name, label in LABELS.items():
        column = "service_type_id" if name == "service_type" else name
        was, now = getattr(before, column, None), getattr(event, column, None)
        if was != now:
            lines.append(f"{label}: {names.say(name, was)} → {names.say(name, now)}")
    if before.closed_on != event.closed_on:
        lines.append(
            f"Retired from {event.closed_on:%d/%m/%Y} on" if event.closed_on else "Reopened"
        )
    return lines


def features_changed(ward: Ward, until: datetime | None, size: int) -> Iterable[Row]:
    """From the audit trail, since features are rows of their own: 2 queries."""
    events = AuditEvent.objects.filter(
        target=name_of(ward), event="ward.details_changed", details__has_any_keys=FEATURES
    )
    if until:
        events = events.filter(at__lt=until)
    names = dict(Feature.objects.values_list("code", "name"))
    for event in events.order_by("-at", "-pk")[: size + 1]:
        words = zip(("added", "taken away"), FEATURES, strict=True)
        lines = [
            f"Features {verb}: {', '.join(names.get(code, code) for code in event.details[key])}"
            for verb, key in words
            if event.details.get(key)
        ]
        yield event.at, lines, event.actor_id, ""


def by_whom(person: User | None, source: str, roles: Roles, at: datetime) -> tuple[str, str]:
    """Name and role. Of the helpdesk no names, as elsewhere."""
    helpdesk = str(Capability.ADMINISTER.label)
    if source == BY_HELPDESK:
        return helpdesk, ""
    if person is None:
        return "The service", ""
    role = roles.role_of(person, at)
    return (role, "") if role == helpdesk else (person.get_full_name(), role)


def changed_by(ward: Ward) -> str:
    """Who last changed the details, with the role: as many queries as a page of changes."""
    latest = changes_of(ward, size=1).changes
    return ", ".join(filter(None, (latest[0].who, latest[0].role))) if latest else ""


def written(at: datetime) -> str:
    return str((at - EPOCH) // timedelta(microseconds=1))


def moment_of(text: str) -> datetime | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 17):
        return None
    return EPOCH + timedelta(microseconds=int(text))
