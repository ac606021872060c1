"""From a version's rows to its figures."""

from collections import defaultdict
from collections.abc import Iterable

from capacity_plans.choices import TAKING, ChangeKind
from capacity_plans.figures import Need, PlannedLine, Projection, Step, project
from capacity_plans.models import Assumption, Change, Line, Version


def among(changes: Iterable[Change], lines: Iterable[int]) -> list[Change]:
    """Those between lines that are known, by id: of a draft, another may be written meanwhile."""
    known = set(lines)
    return [one for one in changes if {one.line_id, one.to_line_id or one.line_id} <= known]


def steps_of(changes: Iterable[Change]) -> dict[int, list[Step]]:
    """The steps of each line, by its id: a transfer is one on either line."""
    steps: dict[int, list[Step]] = defaultdict(list)
    for change in changes:
        sign = -1 if change.kind in TAKING else 1
        steps[change.line_id].append(Step(change.on, sign * change.number, change.until))
        if change.kind == ChangeKind.TRANSFER and change.to_line_id:
            steps[change.to_line_id].append(Step(change.on, change.number))
    return steps


def need_of(row: Assumption) -> Need:
    return Need(
        segment=row.segment,
        admissions=row.admissions,
        length_of_stay=row.length_of_stay,
        occupancy=row.occupancy,
        inside_flow=row.inside_flow,
        yearly_change=row.yearly_change,
    )


def projection_of(
    version: Version,
    lines: Iterable[Line],
    changes: Iterable[Change],
    assumptions: Iterable[Assumption],
) -> Projection:
    """A version's figures for all its months; lines are keyed by their id. No query."""
    steps = steps_of(changes)
    return project(
        [PlannedLine(line.pk, line.segment, line.baseline, steps[line.pk]) for line in lines],
        [need_of(row) for row in assumptions],
        first=version.starts_on,
        months=version.years * 12,
    )
