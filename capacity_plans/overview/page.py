"""All collaboratives that a person may read on one page: planned, needed and the gap."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from accounts.queries import Asker, planners_readable_by
from capacity_plans.choices import VersionStatus
from capacity_plans.figures import Figures, Segment, financial_year, months_from, summed
from capacity_plans.models import Version
from capacity_plans.overview.adding import added_by, by_segment, part_of
from capacity_plans.projected import projections_of
from capacity_plans.reading import tables
from capacity_plans.reading.pictures import GapChart
from capacity_plans.words import difference, figure, percent, segment_name, year_name
from core.statements import Ids, Objects, later
from organisations.choices import WardKind
from organisations.models import Collaborative, Region, ServiceGroup, ServiceType

MONTH = re.compile(r"(20\d\d|2100)-(0[1-9]|1[0-2])")
KINDS: dict[str, str] = {WardKind.INPATIENT: "Beds", WardKind.SESSIONAL: "Sessions a day"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, as it stands there."""

    kind: str = ""
    month: str = ""
    group: str = ""
    region: str = ""

    def query(self, **changes: str) -> str:
        """The address of the same with some of it otherwise."""
        wanted = {**self.__dict__, **changes}
        return "?" + urlencode({name: value for name, value in wanted.items() if value})


@dataclass(frozen=True)
class PlanRow:
    """A collaborative with its approved plan."""

    collaborative: Collaborative
    version: Version
    columns: SafeString


@dataclass(frozen=True)
class RegionPart:
    """A region's collaboratives, and their sum."""

    region: Region
    rows: Sequence[PlanRow]
    total: SafeString


@dataclass(frozen=True)
class OverviewPage:
    """What the person may read of what is asked, as of a day. 3 queries; 6 if nothing is kept."""

    user: Any
    asked: Asked
    today: date

    @cached_property
    def readable(self) -> list[Collaborative]:
        """All that the person may read, whatever is asked."""
        return readable_with(self.user.role_in_use).found({"person": self.user.pk})

    @cached_property
    def kind(self) -> str:
        return self.asked.kind if self.asked.kind in KINDS else WardKind.INPATIENT

    @property
    def counts(self) -> str:
        return KINDS[self.kind].lower()

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        return [
            (self.asked.query(kind=kind), name, kind == self.kind) for kind, name in KINDS.items()
        ]

    @cached_property
    def group(self) -> ServiceGroup | None:
        found = {str(one.service_group_id): one.service_group for one in self.readable}
        return found.get(self.asked.group)

    @cached_property
    def region(self) -> Region | None:
        return {str(one.region_id): one.region for one in self.readable}.get(self.asked.region)

    @property
    def place(self) -> str:
        """What the page is of: a collaborative, a region, or all regions."""
        regions = {one.region_id: one.region.name for one in self.shown}
        if len(self.shown) == 1:
            return self.shown[0].name
        return next(iter(regions.values())) if len(regions) == 1 else "All regions"

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """The service groups to choose from: address and name."""
        groups = {one.service_group_id: one.service_group for one in self.readable}
        if self.group or len(groups) < 2:
            return []
        in_order = sorted(groups.values(), key=lambda group: group.position)
        return [(self.asked.query(group=str(one.pk)), one.name) for one in in_order]

    @cached_property
    def filters(self) -> list[tuple[str, str]]:
        """What narrows the page: the address without it, and its name."""
        found = [(name, getattr(self, name)) for name in ("group", "region")]
        return [(self.asked.query(**{name: ""}), one.name) for name, one in found if one]

    @cached_property
    def shown(self) -> list[Collaborative]:
        return [
            one
            for one in self.readable
            if (not self.group or one.service_group_id == self.group.pk)
            and (not self.region or one.region_id == self.region.pk)
        ]

    @cached_property
    def approved(self) -> dict[int, Version]:
        """The approved versions, by collaborative, whatever years they are for."""
        # Who reads the plans of a collaborative reads what is approved of them.
        collaboratives = [one.pk for one in self.shown]
        found = approved_of(self.kind).found({"collaboratives": collaboratives})
        return {version.plan.collaborative_id: version for version in found}

    @cached_property
    def years(self) -> list[int]:
        """The financial years that some plan is for."""
        spans = (
            range(version.first_year, version.first_year + version.years)
            for version in self.approved.values()
        )
        return sorted({year for span in spans for year in span})

    @cached_property
    def month(self) -> date:
        """The month that is asked for; else this one, if a plan is for it, or the first."""
        if found := MONTH.fullmatch(self.asked.month):
            return date(int(found[1]), int(found[2]), 1)
        this_month = self.today.replace(day=1)
        if not self.years or financial_year(this_month) in self.years:
            return this_month
        return date(self.years[0], 4, 1)

    @property
    def month_name(self) -> str:
        return f"{self.month:%B %Y}"

    @cached_property
    def year(self) -> int:
        return financial_year(self.month)

    @cached_property
    def months(self) -> Sequence[date]:
        """Of the financial year."""
        return months_from(date(self.year, 4, 1), 12)

    @property
    def span(self) -> tables.Span:
        return tables.Span(self.year, self.months, slice(None))

    @property
    def year_links(self) -> list[tuple[str, str, bool]]:
        """Each year that a plan is for: the same month in it."""
        found = []
        for year in self.years:
            month = date(self.month.year + year - self.year, self.month.month, 1)
            found.append(
                (self.asked.query(month=key_of(month)), year_name(year), year == self.year)
            )
        return found

    @property
    def month_links(self) -> list[tuple[str, str, str, bool]]:
        """Each month of the year: address, name, year, and whether it is shown."""
        return [
            (
                self.asked.query(month=key_of(month)),
                f"{month:%b}",
                f"{month:%Y}",
                month == self.month,
            )
            for month in self.months
        ]

    @cached_property
    def versions(self) -> dict[int, Version]:
        """Of the approved ones, those for the year, by collaborative."""
        return {
            key: version
            for key, version in self.approved.items()
            if version.first_year <= self.year < version.first_year + version.years
        }

    @cached_property
    def missing(self) -> list[tuple[Collaborative, str]]:
        """Collaboratives without an approved plan for the year, and why there is none."""
        return [
            (one, f"approved for {self.approved[one.pk].period}" if one.pk in self.approved else "")
            for one in self.shown
            if one.pk not in self.versions
        ]

    @cached_property
    def of_year(self) -> dict[int, Figures]:
        """The figures of the year's months, by collaborative."""
        projections = projections_of(list(self.versions.values()))
        return {
            key: part_of(projections[version.pk].total, self.slice_of(version))
            for key, version in self.versions.items()
        }

    def slice_of(self, version: Version) -> slice:
        start = (self.year - version.first_year) * 12
        return slice(start, start + 12)

    @cached_property
    def at(self) -> int:
        """Which month of the year is shown."""
        return self.months.index(self.month)

    @cached_property
    def of_regions(self) -> Mapping[int, Figures]:
        """The sums of the year's months, by region."""
        parts = ((one.region_id, self.of_year[one.pk]) for one in self.in_plans)
        return added_by(parts, 12)

    @cached_property
    def in_plans(self) -> list[Collaborative]:
        return [one for one in self.shown if one.pk in self.versions]

    @cached_property
    def total(self) -> Figures:
        """The sum of the regions."""
        return summed(self.of_regions.values(), 12)

    def drawn(self, figures: Figures) -> SafeString:
        """The columns of the month."""
        return tables.columns_of(cells_of(figures, self.at))

    @cached_property
    def total_columns(self) -> SafeString:
        return self.drawn(self.total)

    @property
    def total_cells(self) -> list[str]:
        return cells_of(self.total, self.at)

    @property
    def key_figures(self) -> list[tuple[str, str]]:
        names = ("Planned", "Needed", "Gap", "Occupancy")
        return list(zip(names, self.total_cells, strict=True))

    @cached_property
    def regions(self) -> list[RegionPart]:
        """The collaboratives of each region in the month."""
        found = []
        for _, members in groupby(self.in_plans, key=lambda one: one.region_id):
            rows = [
                PlanRow(one, self.versions[one.pk], self.drawn(self.of_year[one.pk]))
                for one in members
            ]
            region = rows[0].collaborative.region
            total = self.drawn(self.of_regions[region.pk])
            found.append(RegionPart(region, rows, total))
        return found

    @cached_property
    def region_links(self) -> list[tuple[str, str]]:
        """The regions to choose from, if there are several: address and name."""
        regions = [part.region for part in self.regions]
        if len(regions) < 2:
            return []
        return [(self.asked.query(region=str(one.pk)), one.name) for one in regions]

    @property
    def year_name(self) -> str:
        return year_name(self.year)

    @cached_property
    def of_segments(self) -> Mapping[Segment, Figures]:
        """The sums of the month, by type, sex and security."""
        projections = projections_of(list(self.versions.values()))
        return by_segment(
            (projections[version.pk], self.slice_of(version).start + self.at)
            for version in self.versions.values()
        )

    @cached_property
    def segments(self) -> list[tuple[str, Figures]]:
        chosen = {segment.service_type for segment in self.of_segments}
        types = {one.pk: one for one in types_with_groups().found({"chosen": list(chosen)})}
        names = {key: one.name for key, one in types.items()}
        several = len({one.group_id for one in types.values()}) > 1

        def name(segment: Segment) -> str:
            words = segment_name(segment, names)
            group = types[segment.service_type].group
            return f"{group.name}: {words}" if several else words

        def place(segment: Segment) -> tuple[Any, ...]:
            of_type = types[segment.service_type]
            return (of_type.group.position, of_type.position, *segment[1:])

        return [(name(key), self.of_segments[key]) for key in sorted(self.of_segments, key=place)]

    @property
    def segment_rows(self) -> list[tables.Row]:
        return [tables.Row(name, cells_of(figures, 0)) for name, figures in self.segments]

    @cached_property
    def gap_chart(self) -> GapChart | None:
        values = [(name, one.gap[0]) for name, one in self.segments if one.gap is not None]
        title = f"Gap by type, sex and security in {self.month_name}"
        return GapChart("gap", title, values) if values else None

    @property
    def all_months(self) -> tables.Part:
        """The year month by month."""
        return self.by_month("All", self.total)

    @property
    def region_parts(self) -> list[tables.Part]:
        """The same of each region, if there are several."""
        if len(self.of_regions) < 2:
            return []
        return [
            self.by_month(part.region.name, self.of_regions[part.region.pk])
            for part in self.regions
        ]

    def by_month(self, name: str, figures: Figures) -> tables.Part:
        return tables.Part(name, tables.measures(figures, self.span, counts=self.counts))


@cache
def readable_with(role_in_use: str) -> Objects[Collaborative]:
    """What the `person` may read, with regions and service groups, in their order."""
    found = planners_readable_by(Asker(role_in_use)).select_related("region", "service_group")
    return Objects.of(found.order_by("region__position", "service_group__position", "name"))


@cache
def approved_of(kind: str) -> Objects[Version]:
    """The approved versions of that kind of the `collaboratives`."""
    found = Version.objects.filter(
        status=VersionStatus.APPROVED,
        plan__kind=kind,
        plan__collaborative__pk__any_of=later("collaboratives", Ids),
    )
    return Objects.of(found.select_related("plan").order_by())


@cache
def types_with_groups() -> Objects[ServiceType]:
    """The `chosen` service types."""
    found = ServiceType.objects.filter(pk__any_of=later("chosen", Ids))
    return Objects.of(found.select_related("group"))


def key_of(month: date) -> str:
    return f"{month:%Y-%m}"


def cells_of(figures: Figures, at: int) -> list[str]:
    """Planned, needed, gap and occupancy of a month."""
    one = part_of(figures, slice(at, at + 1))
    return [
        figure(one.beds[0]),
        figure(one.requirement[0] if one.requirement else None),
        difference(one.gap[0] if one.gap else None),
        percent(one.occupancy[0] if one.occupancy else None),
    ]
