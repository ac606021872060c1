"""The figures of versions; those of what cannot change are kept."""

from collections import defaultdict
from collections.abc import Sequence

from capacity_plans.figures import Projection
from capacity_plans.kept import Kept
from capacity_plans.models import Assumption, Change, Line, Version
from capacity_plans.projections import projection_of

PROJECTIONS: Kept[Projection] = Kept(300)


def projections_of(versions: Sequence[Version]) -> dict[int, Projection]:
    """By the versions' ids: 3 queries, however many; none if all are kept."""
    found = {version.pk: PROJECTIONS.get(version) for version in versions}
    missing = [version for version in versions if found[version.pk] is None]
    if missing:
        lines: dict[int, list[Line]] = defaultdict(list)
        changes: dict[int, list[Change]] = defaultdict(list)
        assumptions: dict[int, list[Assumption]] = defaultdict(list)
        of_line = {}
        for line in Line.objects.filter(version__in=missing):
            lines[line.version_id].append(line)
            of_line[line.pk] = line.version_id
        for change in Change.objects.filter(line__version__in=missing):
            changes[of_line[change.line_id]].append(change)
        for row in Assumption.objects.filter(version__in=missing):
            assumptions[row.version_id].append(row)
        for version in missing:
            key = version.pk
            made = projection_of(version, lines[key], changes[key], assumptions[key])
            found[key] = PROJECTIONS.keep(made, version)
    return {key: projection for key, projection in found.items() if projection is not None}
