"""Reads for the files of plans."""

from typing import Any

from django.db.models import Q

from capacity_plans.editing.directory import units_for, wards_for
from capacity_plans.files import columns as c
from capacity_plans.files.checking import Places
from capacity_plans.models import Assumption, Change, Line, PlanUpload, Version
from capacity_plans.projections import among
from organisations.models import ServiceType, Unit, Ward


class VersionRows:
    """All rows of a version with what they name; 3 queries."""

    def __init__(self, version: Version):
        self.version = version
        lines = version.lines.select_related("ward__unit__organisation", "unit", "service_type")
        self.lines: list[Line] = list(lines)
        by_id = {line.pk: line for line in self.lines}
        self.changes = among(Change.objects.filter(line__version=version), by_id)
        for change in self.changes:
            change.line = by_id[change.line_id]
            if change.to_line_id:
                change.to_line = by_id[change.to_line_id]
        self.assumptions: list[Assumption] = list(
            version.assumptions.select_related("service_type")
        )

    @property
    def tables(self) -> dict[c.Sheet, list[c.Cells]]:
        return c.tables_of(self.version, self.lines, self.changes, self.assumptions)


def places_of(version: Version) -> Places:
    """What the version's lines may be about, besides what they are about now; 3 queries."""
    group = version.plan.collaborative.service_group_id
    used = Line.objects.filter(version=version)
    wards = Ward.objects.filter(
        Q(pk__in=wards_for(version).order_by().values("pk")) | Q(pk__in=used.values("ward"))
    )
    units = Unit.objects.filter(
        Q(pk__in=units_for(version).values("pk")) | Q(pk__in=used.values("unit"))
    )
    types = ServiceType.objects.filter(Q(group=group) | Q(pk__in=used.values("service_type")))
    return Places(
        list(wards.select_related("unit__organisation", "service_type")),
        list(units.select_related("organisation")),
        list(types),
    )


def upload_of(person: Any, version: Version) -> PlanUpload | None:
    """The file that the person has uploaded for the version and not saved."""
    return PlanUpload.objects.filter(person=person, version=version).first()
