"""What keeps a version from being submitted, and what its editors may have overlooked."""

from dataclasses import dataclass

from capacity_plans.editing.directory import figure_of
from capacity_plans.editing.queries import Draft, draft_of
from capacity_plans.models import Line, Version
from capacity_plans.words import day_in_words


@dataclass(frozen=True)
class Problem:
    """A sentence; the line that it is about, if it is about one."""

    words: str
    line: Line | None = None


def problems_of(version: Version) -> list[str]:
    """The sentences that say why a version cannot be submitted; none if it can. Three queries."""
    return [problem.words for problem in problems_in(draft_of(version))]


def problems_in(draft: Draft) -> list[Problem]:
    """The same of rows that are at hand."""
    version = draft.version
    if not draft.lines:
        return [Problem("The plan has no line yet. Add at least one ward.")]
    found = []
    for line in draft.lines:
        name = draft.names[line.pk]
        if day := draft.projection.below_zero.get(line.pk):
            counts = version.plan.counts
            words = f"{name} would have fewer than 0 {counts} on {day_in_words(day)}."
            found.append(Problem(words, line))
        if line.ward and line.baseline != figure_of(line.ward) and not line.difference:
            figure = figure_of(line.ward)
            words = f"{name} starts with {line.baseline}, and the directory says {figure}: say why."
            found.append(Problem(words, line))
        for change in draft.changes.get(line.pk, ()):
            if not version.starts_on <= change.on <= version.ends_on:
                words = f"A change of {name} is on {day_in_words(change.on)}, outside the plan."
                found.append(Problem(words, line))
    return found


@dataclass(frozen=True)
class Hints:
    """What can be meant, and can be forgotten: segments are given in words, with their address."""

    no_assumption: list[tuple[str, str]]
    no_line: list[str]


def hints_in(draft: Draft) -> Hints:
    with_lines = {line.segment for line in draft.lines}
    assumed = {row.segment for row in draft.assumptions}
    return Hints(
        [
            (draft.segment_in_words(one), "-".join(map(str, one)))
            for one in sorted(with_lines - assumed)
        ],
        [draft.segment_in_words(one) for one in sorted(assumed - with_lines)],
    )
