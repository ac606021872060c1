"""Adding up plans: a total is the sum of what stands below it. No database."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from capacity_plans.figures import Figures, Projection, Segment, summed

Key = TypeVar("Key", bound=Hashable)


def part_of(figures: Figures, at: slice) -> Figures:
    """Those of some months."""
    return Figures(
        figures.beds[at],
        requirement=figures.requirement and figures.requirement[at],
        inside_flow=figures.inside_flow and figures.inside_flow[at],
        in_use=figures.in_use and figures.in_use[at],
        compared=figures.compared and figures.compared[at],
    )


def added_by(parts: Iterable[tuple[Key, Figures]], months: int) -> dict[Key, Figures]:
    """The sums by key, of figures of so many months."""
    gathered: dict[Key, list[Figures]] = defaultdict(list)
    for key, figures in parts:
        gathered[key].append(figures)
    return {key: summed(found, months) for key, found in gathered.items()}


def by_segment(projections: Iterable[tuple[Projection, int]]) -> Mapping[Segment, Figures]:
    """The sums by type, sex and security of one month, by its position in each plan."""
    parts = (
        (segment, part_of(figures, slice(at, at + 1)))
        for projection, at in projections
        for segment, figures in projection.segments.items()
    )
    return added_by(parts, 1)
