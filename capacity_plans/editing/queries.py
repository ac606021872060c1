"""A draft or scenario with all its rows, as the pages of its editors show it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from capacity_plans.figures import Projection, Segment
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.projections import among, projection_of
from capacity_plans.queries import versions_planned_by
from capacity_plans.words import day_in_words, name_of_line, segment_name


@dataclass(frozen=True)
class Draft:
    """A version's rows, and what follows from them."""

    version: Version
    lines: Sequence[Line]
    changes: Mapping[int, Sequence[Change]]
    assumptions: Sequence[Assumption]
    projection: Projection

    @cached_property
    def names(self) -> dict[int, str]:
        """The lines' names by their ids."""
        return {line.pk: name_of_line(line) for line in self.lines}

    @cached_property
    def arrivals(self) -> dict[int, list[str]]:
        """Of each line that others transfer to, from where, and when."""
        found: dict[int, list[str]] = defaultdict(list)
        for change in (one for changes in self.changes.values() for one in changes):
            if change.to_line_id:
                day = day_in_words(change.on)
                words = f"{day}: {change.number} from {self.names[change.line_id]}"
                found[change.to_line_id].append(words)
        return found

    @cached_property
    def types(self) -> dict[int, str]:
        """The service types' names, of all segments, by their ids."""
        rows: Sequence[Line | Assumption] = [*self.lines, *self.assumptions]
        return {row.service_type_id: row.service_type.name for row in rows}

    def segment_in_words(self, segment: Segment) -> str:
        """E.g. 'Low secure, male'."""
        return segment_name(segment, self.types)


def versions_for(user: Any) -> QuerySet[Version]:
    """The versions of a person's plans, with what every page of them names. One query."""
    return versions_planned_by(user).select_related("plan__collaborative__service_group")


def lines_of(version: Version) -> QuerySet[Line]:
    """The lines with what is shown of them."""
    related = ("service_type", "unit__organisation", "ward__unit__organisation")
    return version.lines.select_related(*related, "ward__service_type")


def names_in(version: Version) -> dict[int, str]:
    """The names of the lines, by their ids. One query."""
    return {line.pk: name_of_line(line) for line in lines_of(version)}


def draft_of(version: Version) -> Draft:
    """Three queries."""
    lines = list(lines_of(version))
    changes: dict[int, list[Change]] = defaultdict(list)
    found = among(Change.objects.filter(line__version=version), (line.pk for line in lines))
    for change in found:
        changes[change.line_id].append(change)
    assumptions = list(version.assumptions.select_related("service_type"))
    projection = projection_of(version, lines, found, assumptions)
    return Draft(version, lines, changes, assumptions, projection)
