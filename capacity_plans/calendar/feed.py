"""What a calendar shows: the dated changes of approved versions."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from approvals.models import Decision
from capacity_plans.calendar.ical import Event
from capacity_plans.choices import TAKING, ChangeKind, VersionStatus
from capacity_plans.models import Change, Line
from capacity_plans.queries import versions_readable_by
from notifications.services import site_url
from organisations.models import Collaborative

# Whose approval is not recorded
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def events_for(person: Any, collaborative: Collaborative | None) -> Iterator[Event]:
    """Of the approved versions that the person may read, or of one collaborative's; 2 queries.

    An event keeps its identity from version to version, as long as its line, day and kind stay.
    """
    approved = versions_readable_by(person).filter(status=VersionStatus.APPROVED)
    if collaborative:
        approved = approved.filter(plan__collaborative=collaborative)
    decided = Decision.objects.filter(item=OuterRef("line__version__item"), terminal=True)
    changes = (
        Change.objects.filter(line__version__in=approved)
        .select_related(
            "line__ward__unit__organisation",
            "line__version__plan__collaborative",
            "to_line__ward",
        )
        .annotate(approved_at=Subquery(decided.values("at")[:1]))
        .order_by("on", "line__version__plan", "line__position", "pk")
    )
    alike: Counter[str] = Counter()
    for change in changes:
        key = identity(change)
        alike[key] += 1
        yield event_of(change, f"{key}-{alike[key]}")


def identity(change: Change) -> str:
    line = change.line
    parts = [line.version.plan_id, line.ward_id, line.unit_id, line.planned_name]
    whole = repr([*parts, change.kind, change.on.isoformat()])
    return sha256(whole.encode()).hexdigest()[:32]


def event_of(change: Change, uid: str) -> Event:
    line = change.line
    version = line.version
    plan = version.plan
    said = [f"Reason: {change.reason}"]
    if change.reference:
        said.append(f"Reference: {change.reference}")
    if line.ward:
        said.append(f"Where: {line.ward.unit}")
    said.append(f"{plan}, {version.label}")
    return Event(
        uid=f"{uid}@{site_url('').partition('://')[2].partition(':')[0]}",
        on=change.on,
        until=change.until,
        summary=summary(change),
        description="\n".join(said),
        url=site_url(reverse("plans:version", args=[version.pk])),
        category=plan.collaborative.name,
        at=getattr(change, "approved_at", None) or LONG_AGO,
        sequence=version.number or 0,
    )


def summary(change: Change) -> str:
    """E.g. 'Ash ward: +4 beds (opening)'."""
    plan = change.line.version.plan
    counts = plan.counts
    if change.number == 1:
        counts = counts.replace("beds", "bed").replace("sessions", "session")
    kind = str(ChangeKind(change.kind).label).lower()
    if change.to_line:
        kind = f"transfer to {name_of(change.to_line)}"
    sign = "-" if change.kind in TAKING else "+"
    return f"{name_of(change.line)}: {sign}{change.number} {counts} ({kind})"


def name_of(line: Line) -> str:
    """A ward as people call it, with the word if the name lacks it."""
    name = line.ward.name if line.ward else line.planned_name
    return name if "ward" in name.lower() else f"{name} ward"
