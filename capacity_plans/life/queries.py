"""Reads of versions in their life: what may be done with one, what became of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from accounts.queries import planners_editable_by
from approvals.choices import ItemStatus
from approvals.models import Decision, Item, Stage
from capacity_plans.choices import OPEN, VersionStatus
from capacity_plans.models import Plan, Version
from capacity_plans.queries import versions_readable_by
from capacity_plans.reading.queries import COLOURS


def plans_readable_by(user: Any) -> QuerySet[Plan]:
    """The plans of which the person may read some version."""
    return Plan.objects.filter(pk__in=versions_readable_by(user).values("plan"))


def open_version_of(plan: Plan) -> Version | None:
    """The draft, or what waits for approval; there is one at most."""
    return plan.versions.filter(status__in=OPEN).first()


def approved_version_of(plan: Plan) -> Version | None:
    return plan.versions.filter(status=VersionStatus.APPROVED).first()


@dataclass(frozen=True)
class Event:
    """What happened to a version, by whom; the reason that was given."""

    what: str
    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Lived:
    """A version with what happened to it, oldest first, and who decides if it waits."""

    version: Version
    events: list[Event] = field(default_factory=list)
    decider: str = ""
    due_at: datetime | None = None

    @property
    def colour(self) -> str:
        """Of the tag of its state."""
        return COLOURS[self.version.status]


def history_of(versions: QuerySet[Version]) -> list[Lived]:
    """What became of each of the versions, then of each scenario, the newest first: 3 queries."""
    stages = Stage.objects.select_related(*Stage.SCOPE_RELATIONS)
    decisions = Decision.objects.select_related("by").order_by("at")
    found = versions.select_related(
        "plan__collaborative", "created_by", "based_on", "item__person", "item__ended_by"
    ).prefetch_related(Prefetch("item__stages", stages), Prefetch("item__decisions", decisions))
    newest_first = found.order_by(F("number").desc(nulls_last=True), "-created_at", "-pk")
    return [lived(version) for version in newest_first]


def lived(version: Version) -> Lived:
    """Nothing is queried for versions as above."""
    made_by = version.created_by.get_full_name() if version.created_by else "the service"
    what = f"Made from {version.origin}" if version.based_on else "Made"
    events = [Event(what, version.created_at, made_by)]
    item = version.item
    if item is None:
        return Lived(version, events)
    events.append(Event("Submitted", item.submitted_at, item.person.get_full_name()))
    events += how_it_ended(item)
    waits = next((stage for stage in item.stages.all() if stage.is_current), None)
    return Lived(
        version,
        events,
        decider=waits.decider if waits else "",
        due_at=waits.due_at if waits else None,
    )


def how_it_ended(item: Item) -> Iterable[Event]:
    for decision in item.decisions.all():
        done = "Approved" if decision.outcome == ItemStatus.APPROVED else "Returned"
        yield Event(done, decision.at, decision.by.get_full_name(), decision.reason)
    if item.ended_at:
        what = "Taken back" if item.status == ItemStatus.WITHDRAWN else "Not decided in time"
        by = item.ended_by.get_full_name() if item.ended_by else "the service"
        yield Event(what, item.ended_at, by)


def edits(user: Any, plan: Plan) -> bool:
    """Whether the person may change the plan. One query."""
    return planners_editable_by(user).filter(pk=plan.collaborative_id).exists()
