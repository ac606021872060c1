"""What the page of a collaborative shows: its approved plans against what is open today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from availability.queries import SHOWN_WITH_WARD, freshness_of
from availability.words import Freshness
from capacity_plans.choices import VersionStatus
from capacity_plans.figures import PlannedLine, on_day
from capacity_plans.live.comparing import Recorded, Standing
from capacity_plans.live.queries import recorded_beds, recorded_sessions
from capacity_plans.models import Change, Line, Version
from capacity_plans.projections import steps_of
from organisations.choices import WardKind
from organisations.closing import is_closed
from organisations.models import Collaborative, CollaborativeMember, Ward
from organisations.queries import still_open

NOUNS: dict[str, str] = {WardKind.INPATIENT: "bed", WardKind.SESSIONAL: "session"}


@dataclass(frozen=True)
class LiveLine:
    """A line of the plan, or a ward that has none."""

    name: str
    where: str
    standing: Standing
    freshness: Freshness | None = None


@dataclass(frozen=True)
class LivePlan:
    """What a collaborative has of one kind. `version` is the approved one; None without any."""

    kind: str
    version: Version | None
    lines: Sequence[LiveLine]
    today: date

    @property
    def name(self) -> str:
        return "Beds" if self.kind == WardKind.INPATIENT else "Sessions today"

    @property
    def begins_later(self) -> bool:
        return bool(self.version and self.today < self.version.starts_on)

    @property
    def is_over(self) -> bool:
        return bool(self.version and self.today > self.version.ends_on)

    @property
    def is_missing(self) -> bool:
        """Whether no approved plan says anything of today."""
        return not self.version or self.begins_later or self.is_over

    @property
    def commissioned(self) -> int:
        return sum(line.standing.commissioned or 0 for line in self.lines)

    @property
    def planned(self) -> int | None:
        if self.is_missing:
            return None
        return sum(line.standing.planned or 0 for line in self.lines)

    @property
    def recorded(self) -> Recorded:
        return sum((line.standing.recorded or Recorded() for line in self.lines), Recorded())

    @property
    def unplanned(self) -> int:
        return sum(line.standing.unplanned for line in self.lines)

    @property
    def key_figures(self) -> list[tuple[str, str]]:
        recorded = self.recorded
        planned = "–" if self.planned is None else f"{self.planned:,}"
        return [
            ("Commissioned", f"{self.commissioned:,}"),
            ("Planned today", planned),
            ("Open", f"{recorded.open:,}"),
            ("Closed", f"{recorded.closed:,}"),
            ("Occupied" if self.kind == WardKind.INPATIENT else "Booked", f"{recorded.occupied:,}"),
        ]


@dataclass(frozen=True)
class LivePage:
    """Of a collaborative, on a day. 3 queries, and 4 where there are beds, 1 where sessions."""

    collaborative: Collaborative
    today: date

    @cached_property
    def versions(self) -> dict[str, Version]:
        """The approved ones, by kind."""
        found = Version.objects.filter(
            plan__collaborative=self.collaborative, status=VersionStatus.APPROVED
        ).select_related("plan")
        return {version.plan.kind: version for version in found}

    @cached_property
    def lines(self) -> list[Line]:
        lines = Line.objects.filter(version__in=self.versions.values())
        return list(
            lines.select_related(
                "version__plan", "unit", *(f"ward__{path}" for path in SHOWN_WITH_WARD)
            )
        )

    @cached_property
    def planned(self) -> dict[int, int]:
        """What each line has today."""
        steps = steps_of(Change.objects.filter(line__version__in=self.versions.values()))
        return {
            line.pk: on_day(
                PlannedLine(line.pk, line.segment, line.baseline, steps[line.pk]), self.today
            )
            for line in self.lines
        }

    @cached_property
    def others(self) -> list[Ward]:
        """Open wards of the members for the collaborative's services that stand in no line."""
        kept = {line.ward_id for line in self.lines}
        found = wards_of(self.collaborative).select_related(*SHOWN_WITH_WARD)
        wards = found.order_by("unit__name", "name", "pk")
        return [ward for ward in wards if ward.pk not in kept]

    @cached_property
    def recorded(self) -> dict[int, Recorded]:
        """What each ward records, by its id."""
        of_kind: dict[str, list[int]] = {kind: [] for kind in WardKind.values}
        for ward in (*(line.ward for line in self.lines if line.ward), *self.others):
            of_kind[ward.kind].append(ward.pk)
        beds, sessions = of_kind[WardKind.INPATIENT], of_kind[WardKind.SESSIONAL]
        return (recorded_beds(beds) if beds else {}) | (
            recorded_sessions(sessions, self.today) if sessions else {}
        )

    @cached_property
    def plans(self) -> list[LivePlan]:
        """A part for each kind that has a plan or wards."""
        parts = [(kind, self.live_lines(kind)) for kind in WardKind.values]
        return [
            LivePlan(kind, self.versions.get(kind), lines, self.today)
            for kind, lines in parts
            if lines or kind in self.versions
        ]

    def live_lines(self, kind: str) -> list[LiveLine]:
        version = self.versions.get(kind)
        speaks = version is not None and version.starts_on <= self.today <= version.ends_on
        found = []
        for line in self.lines:
            if line.version.plan.kind != kind:
                continue
            planned = self.planned[line.pk] if speaks else None
            if line.ward:
                found.append(self.of_ward(line.ward, planned, has_plan=speaks))
            else:
                standing = Standing(None, planned, None, NOUNS[kind])
                where = f"Planned{f', {line.unit.name}' if line.unit else ''}"
                found.append(LiveLine(line.planned_name, where, standing))
        found += [
            self.of_ward(ward, None, has_plan=speaks) for ward in self.others if ward.kind == kind
        ]
        return found

    def of_ward(self, ward: Ward, planned: int | None, *, has_plan: bool) -> LiveLine:
        has_beds = ward.kind == WardKind.INPATIENT
        gone = is_closed(ward) or is_closed(ward.unit) or is_closed(ward.unit.organisation)
        standing = Standing(
            ward.commissioned_beds if has_beds else ward.sessions_a_day,
            planned,
            self.recorded.get(ward.pk),
            NOUNS[ward.kind],
            is_closed=gone,
            has_plan=has_plan,
        )
        fresh = freshness_of(ward) if has_beds and not gone else None
        return LiveLine(ward.name, ward.unit.name, standing, fresh)


def wards_of(collaborative: Collaborative) -> QuerySet[Ward]:
    """The open wards of its members for its service group.

    Of a provider that is in several collaboratives of the group, those in this one's region.
    """
    members = CollaborativeMember.objects.filter(collaborative=collaborative)
    elsewhere = CollaborativeMember.objects.filter(
        organisation__in=members.values("organisation"),
        collaborative__service_group=collaborative.service_group_id,
    ).exclude(collaborative=collaborative)
    wards = Ward.objects.filter(
        still_open("", "unit__", "unit__organisation__"),
        unit__organisation__in=members.values("organisation"),
        service_type__group=collaborative.service_group_id,
    )
    return wards.exclude(unit__organisation__in=elsewhere.values("organisation")) | wards.filter(
        unit__region=collaborative.region_id
    )
