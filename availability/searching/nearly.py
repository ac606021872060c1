"""What fits all but one criterion, and what each criterion costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from availability.searching.cards import Result, lacks, result_of
from availability.searching.criteria import Criteria, Source, conditions, failing
from core.statements import Statement
from organisations.models import Ward

SHOWN = 5

# Each ward with how many conditions it does not meet, of those that fail one the nearest.
FAILING_ONE = """
    SELECT id, failed{counts}
      FROM (SELECT id, near, {total} AS number, {first} AS failed FROM ({wards}) AS ward) AS ward
     WHERE number = 1
     ORDER BY near, id
     LIMIT %s
"""


class NearWard(NamedTuple):
    """A ward and the one condition that it does not meet."""

    pk: int
    failed: Source


@dataclass(frozen=True)
class NearlyMatched:
    """A ward that fits but for one criterion, in words."""

    result: Result
    failed: str


@dataclass(frozen=True)
class Nearly:
    """`relaxed`: how many wards would be found without each condition, where any would."""

    wards: list[NearlyMatched]
    relaxed: dict[Source, int]


def of_failing_one(wards: QuerySet[Ward], criteria: Criteria) -> Statement:
    """The nearest wards that fail one condition: id, which, and of each condition how many there
    are. With no condition: nothing.
    """
    sources = conditions(criteria)
    names = [f"fails_{place}" for place in range(len(sources))]
    flags = dict(zip(names, map(failing, sources.values()), strict=True))
    inner = Statement.of(wards.annotate(**flags).values("id", "near", *names))
    sql = FAILING_ONE.format(
        wards=inner.sql,
        total=" + ".join(names) or "0",
        first=" + ".join(f"{place} * {name}" for place, name in enumerate(names)) or "0",
        counts="".join(
            f", count(*) FILTER (WHERE failed = {place}) OVER ()" for place in range(len(names))
        ),
    )
    return Statement(sql, (*inner.params, SHOWN))


def nearly(
    rows: Iterable[Sequence[Any]], criteria: Criteria
) -> tuple[list[NearWard], dict[Source, int]]:
    """The nearest wards that fail one condition, and how many more fail each alone.

    `rows` as of `of_failing_one`; empty ones are of wards that fail none.
    """
    known = list(conditions(criteria))
    close = [row for row in rows if row[0] is not None]
    counts = close[0][2:] if close else ()
    more = {source: count for source, count in zip(known, counts, strict=False) if count}
    return [NearWard(row[0], known[row[1]]) for row in close], more


def in_words(
    loaded: Iterable[Any],
    close: Mapping[int, NearWard],
    relaxed: dict[Source, int],
    criteria: Criteria,
) -> Nearly:
    """In words, of wards with all that their cards show."""
    by_distance = sorted(loaded, key=lambda ward: (ward.near, ward.pk))
    return Nearly(
        wards=[
            NearlyMatched(
                result_of(ward, criteria, "", 0), lacks(ward, criteria, close[ward.pk].failed)
            )
            for ward in by_distance
            if ward.pk in close
        ],
        relaxed=relaxed,
    )
