"""Reads of the list of plans, and of a version with all that its page shows."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, Subquery, Value

from accounts.queries import Asker, planners_editable_by, planners_readable_by
from approvals.models import Decision
from capacity_plans.choices import OPEN, VersionStatus
from capacity_plans.models import Assumption, Change, Line, Plan, Version
from capacity_plans.projections import among
from capacity_plans.queries import versions_readable_by
from core.statements import Objects, Statement, later
from organisations.choices import WardKind
from organisations.models import Collaborative, ServiceGroup, ServiceType

# Tag colours of the NHS design system; the words always show.
COLOURS: dict[str, str] = {
    VersionStatus.SCENARIO: "purple",
    VersionStatus.DRAFT: "grey",
    VersionStatus.SUBMITTED: "yellow",
    VersionStatus.APPROVED: "green",
    VersionStatus.RETURNED: "orange",
    VersionStatus.SUPERSEDED: "white",
}
VERSION = later("version", BigIntegerField)
SHOWN = (VersionStatus.APPROVED, VersionStatus.RETURNED, *OPEN)


@dataclass
class PlanEntry:
    """A plan in the list: what is in force, and what somebody works on."""

    plan: Plan
    approved: Version | None = None
    in_hand: Version | None = None
    scenarios: int = 0

    @property
    def colour(self) -> str:
        """Of the tag of what is in hand."""
        return COLOURS[self.in_hand.status] if self.in_hand else ""


@dataclass
class CollaborativeEntry:
    """A collaborative in the list, with its plans; none if nobody has begun one."""

    collaborative: Collaborative
    may_edit: bool
    plans: list[PlanEntry] = field(default_factory=list)

    @property
    def not_begun(self) -> Plan | None:
        """Where there is a plan of beds alone, or of sessions alone: the other, unsaved."""
        begun = {one.plan.kind for one in self.plans}
        kind = next((kind for kind in WardKind if kind not in begun), None)
        return Plan(kind=kind) if begun and kind else None


@dataclass(frozen=True)
class GroupEntry:
    group: ServiceGroup
    collaboratives: list[CollaborativeEntry]

    @property
    def missing(self) -> int:
        """How many of them have no approved plan."""
        return sum(not any(plan.approved for plan in entry.plans) for entry in self.collaboratives)


def decided_at() -> Subquery:
    """When a version was decided on, as an expression."""
    decisions = Decision.objects.filter(item=OuterRef("item"), terminal=True)
    return Subquery(decisions.values("at")[:1])


@dataclass(frozen=True)
class Listing:
    """What the list asks for a `person`."""

    editable: Statement
    collaboratives: Objects[Collaborative]
    scenarios: Statement
    versions: Objects[Version]


@cache
def listing(role_in_use: str) -> Listing:
    asker = Asker(role_in_use)
    collaboratives = planners_readable_by(asker).select_related("service_group", "region")
    readable = versions_readable_by(asker).order_by()
    scenarios = readable.filter(status=VersionStatus.SCENARIO).values_list("plan")
    versions = readable.filter(Q(status__in=SHOWN) | Q(status=VersionStatus.SCENARIO))
    return Listing(
        Statement.of(planners_editable_by(asker).values_list("pk")),
        Objects.of(collaboratives.order_by("service_group__position", "region__position", "name")),
        Statement.of(scenarios.annotate(number=Count("pk"))),
        Objects.of(
            versions.select_related("plan")
            .annotate(decided_at=decided_at())
            .order_by("plan__kind", "plan", "number")
        ),
    )


def plans_of(user: Any) -> list[GroupEntry]:
    """What the person may read, by service group; 4 queries."""
    asked, given = listing(user.role_in_use), {"person": user.pk}
    editable = {key for (key,) in asked.editable.rows(given)}
    scenarios = dict(asked.scenarios.rows(given))
    plans = entries(asked.versions.found(given), scenarios)
    found = [
        CollaborativeEntry(one, one.pk in editable, plans[one.pk])
        for one in asked.collaboratives.found(given)
    ]
    groups = groupby(found, key=lambda entry: entry.collaborative.service_group)
    return [GroupEntry(group, list(members)) for group, members in groups]


def entries(versions: list[Version], scenarios: Mapping[int, int]) -> dict[int, list[PlanEntry]]:
    """The plans of the versions, by collaborative."""
    found: dict[int, list[PlanEntry]] = defaultdict(list)
    for _, of_plan in groupby(versions, key=lambda version: version.plan_id):
        rows = list(of_plan)
        entry = PlanEntry(rows[0].plan, scenarios=scenarios.get(rows[0].plan_id, 0))
        for version in rows:
            if version.status == VersionStatus.APPROVED:
                entry.approved, entry.in_hand = version, None
            elif version.status != VersionStatus.SCENARIO:
                # A newer one stands before what was returned.
                entry.in_hand = version
        found[entry.plan.collaborative_id].append(entry)
    return found


@cache
def opening(role_in_use: str) -> Objects[Version]:
    """The `version` with what heads its page, if the `person` may read it; `edits`: may change."""
    asker = Asker(role_in_use)
    editable = planners_editable_by(asker).filter(pk=OuterRef("plan__collaborative"))
    return Objects.of(
        versions_readable_by(asker)
        .filter(pk=VERSION)
        .select_related(
            "plan__collaborative__service_group",
            "plan__collaborative__region",
            "created_by",
            "based_on",
            "item__person",
        )
        .annotate(edits=Exists(editable))
        .order_by()
    )


def version_for(user: Any, version_id: int) -> tuple[Version, bool] | None:
    """The version with what heads its page, and whether the person edits its plan; 1 query.

    None if the person may not read it.
    """
    if version_id > BigIntegerField.MAX_BIGINT:
        return None
    found: list[Any] = opening(user.role_in_use).found({"person": user.pk, "version": version_id})
    return (found[0], found[0].edits) if found else None


@cache
def deciding() -> Objects[Decision]:
    """What was decided on the `item`."""
    decisions = Decision.objects.filter(item=later("item", BigIntegerField), terminal=True)
    return Objects.of(decisions.select_related("by").order_by("pk"))


def decision_on(version: Version) -> Decision | None:
    """What was decided on it, and by whom; 1 query, none if it was never submitted."""
    if version.item_id is None:
        return None
    return next(iter(deciding().found({"item": version.item_id})), None)


class LineNames(NamedTuple):
    """How a line is called, and where it is."""

    line: int
    ward: str | None
    planned: str
    unit_of_ward: str | None
    unit: str | None

    @property
    def name(self) -> str:
        return self.ward or self.planned

    @property
    def whereabouts(self) -> str:
        """E.g. 'Cedar House', 'Planned, Cedar House', 'Planned'."""
        places = (self.unit_of_ward,) if self.ward else ("Planned", self.unit)
        return ", ".join(filter(None, places))


@dataclass(frozen=True)
class Names:
    """How the lines of a version and all service types are called, now."""

    of_lines: tuple[LineNames, ...]
    of_types: tuple[tuple[int, str], ...]

    @cached_property
    def lines(self) -> dict[int, LineNames]:
        """By the ids of the lines."""
        return {one.line: one for one in self.of_lines}

    @cached_property
    def types(self) -> dict[int, str]:
        """By the ids of the types."""
        return dict(self.of_types)


def names_of(version: Version) -> Names:
    """1 query."""
    rows = namings().rows({"version": version.pk})
    lines = (LineNames._make(row) for is_line, *row in rows if is_line)
    types = ((key, name) for is_line, key, name, *_ in rows if not is_line)
    return Names(tuple(lines), tuple(types))


@cache
def namings() -> Statement:
    """The lines of the `version` with their names, and the service types with theirs."""
    lines = Line.objects.filter(version=VERSION).order_by().annotate(is_line=Value(True))
    types = ServiceType.objects.order_by().annotate(is_line=Value(False), empty=Value(""))
    columns = ("pk", "ward__name", "planned_name", "ward__unit__name", "unit__name")
    return Statement.of(
        lines.values_list("is_line", *columns)
        .union(types.values_list("is_line", "pk", "name", "empty", "empty", "empty"), all=True)
        .order_by("is_line", "pk")
    )


@dataclass(frozen=True)
class Rows:
    """All rows of a version."""

    lines: list[Line]
    changes: list[Change]
    assumptions: list[Assumption]


@cache
def reading() -> tuple[Objects[Line], Objects[Change], Objects[Assumption]]:
    return (
        Objects.of(Line.objects.filter(version=VERSION)),
        Objects.of(Change.objects.filter(line__version=VERSION)),
        Objects.of(Assumption.objects.filter(version=VERSION)),
    )


def rows_of(version: Version, known: Collection[int]) -> Rows:
    """Those of the lines that are known, by id: of a draft, another may be written meanwhile.

    3 queries.
    """
    lines, changes, assumptions = reading()
    given = {"version": version.pk}
    found = [line for line in lines.found(given) if line.pk in known]
    return Rows(
        found,
        among(changes.found(given), (line.pk for line in found)),
        assumptions.found(given),
    )
