"""The search for wards that can take a patient, nearest first."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.expressions import CombinedExpression, RawSQL

from accounts.models.people import PERSON
from accounts.queries import open_wards
from availability.follow_up.calls.queries import last_call
from availability.searching.cards import COLUMNS, Found, Result, result_of
from availability.searching.criteria import Criteria, conditions, stale
from availability.searching.nearly import Nearly, NearWard, in_words, nearly, of_failing_one
from availability.searching.patterns import Pattern, pattern_of, values_of
from availability.sessions.free import next_free_session
from core.statements import Ids, Statement, Values, later
from organisations.geography import miles_of, nearness_of, position_on_sphere
from organisations.models import CollaborativeDistrict, CollaborativeMember
from organisations.postcodes import Place

PAGE_SIZE = 25
COUNTED_TO = 200
WIDTH = len(Found._fields)
# So few found, that what fits all but one criterion is worth a look.
FEW = 5
BAND_ENDS = (10, 25, 50, 100)
BANDS = (
    "Within 10 miles",
    "10 to 25 miles away",
    "25 to 50 miles away",
    "50 to 100 miles away",
    "More than 100 miles away",
)
EVERYWHERE = 3.0  # as nearness, beyond the other side of the earth

# Parts of the list whose wards follow each other by distance alone. The database takes them in the
# order given, and no more of them than it has to; the tests would see it if it ever did not.
IN_SLOTS = """
    SELECT found.id
      FROM unnest(%s::float8[], %s::float8[], %s::boolean[], %s::boolean[])
           AS slot (begins, ends, is_short, is_stale)
     CROSS JOIN LATERAL ({} LIMIT %s + %s) AS found
    OFFSET %s LIMIT %s
"""
# Each card beside what it lacks, if it is there for that.
WITH_WHAT_FAILS = """
    WITH close AS ({close})
    SELECT card.*, close.* FROM ({cards}) AS card LEFT JOIN close ON close.id = card.pk
"""
# So many patterns are remembered: many more than people use.
PATTERNS = 300


@dataclass(frozen=True)
class Results:
    """One page of what was found; the count is exact to 200, then '200+'.

    `nearly` only where few are found.
    """

    results: list[Result]
    count: str
    number: int
    has_next: bool
    nearly: Nearly | None = None

    @property
    def can_compare(self) -> bool:
        return len(self.results) > 1


def find(groups: Iterable[int], criteria: Criteria, number: int = 1, *, person: int) -> Results:
    """Wards that fit, of service groups that the person may search, all by id. By band of distance;
    inside it those with enough free beds before the others, fresh before stale, then the nearest.
    Two queries.
    """
    pattern = pattern_of(criteria)
    given = values_of(criteria) | {"groups": list(groups), "person": person}
    some = fitting(pattern, COUNTED_TO + 1).rows(given)
    is_all = len(some) <= COUNTED_TO
    start = (number - 1) * PAGE_SIZE
    close: list[NearWard] = []
    relaxed = None
    if is_all:
        in_order = sorted(some, key=lambda row: order_of(criteria, *row))
        chosen = [row[0] for row in in_order[start : start + PAGE_SIZE + 1]]
        if len(some) <= FEW:
            rows = cards_of_few(pattern).rows(given | {"chosen": chosen})
            close, relaxed = nearly([row[WIDTH:] for row in rows], criteria)
        else:
            rows = cards(pattern).rows(given | {"chosen": chosen})
    else:
        rows = cards_nearest_first(pattern).rows(
            given | slots_of(criteria) | {"start": start, "number": PAGE_SIZE + 1}
        )
    loaded = sorted(
        (Found(*row[:WIDTH]) for row in rows),
        key=lambda ward: order_of(criteria, ward.pk, ward.near, ward.free, ward.is_stale),
    )
    apart = {one.pk: one for one in close}
    found = [ward for ward in loaded if ward.pk not in apart]
    return Results(
        results=[
            result_of(ward, criteria, BANDS[band_of(ward.near)], start + place)
            for place, ward in enumerate(found[:PAGE_SIZE], 1)
        ],
        count=str(len(some)) if is_all else f"{COUNTED_TO}+",
        number=number,
        has_next=len(found) > PAGE_SIZE,
        nearly=None if relaxed is None else in_words(loaded, apart, relaxed, criteria),
    )


def offered(pattern: Pattern) -> QuerySet[Any]:
    """The open wards with beds of the service groups given later, with their figures."""
    wards = open_wards().filter(service_type__group__pk__any_of=later("groups", Ids))
    return with_figures(wards, pattern)


def with_figures(wards: QuerySet[Any], criteria: Criteria) -> QuerySet[Any]:
    """Those of the wards that have beds, with `free`, `near` and `is_stale`."""
    return (
        wards.filter(totals__isnull=False)
        .annotate(free=criteria.free, near=criteria.nearness, is_stale=stale())
        .order_by()
    )


@lru_cache(PATTERNS)
def fitting(pattern: Pattern, most: int) -> Statement:
    """Those of them that fit, up to so many, in no order: id, `near`, `free`, `is_stale`."""
    asked = conditions(pattern)
    enough = asked.pop(("full", ""), None)
    wards = offered(pattern).filter(*asked.values())
    one = Statement.of(wards.values_list("pk", "near", "free", "is_stale"))
    if enough is None:
        return Statement(f"{one.sql} LIMIT {most}", one.params)
    # Apart, so that the free beds of a ward are counted once.
    sql = f"SELECT * FROM ({one.sql} OFFSET 0) AS ward WHERE free >= %s LIMIT {most}"  # noqa: S608
    return Statement(sql, (*one.params, pattern.beds))


@lru_cache(PATTERNS)
def cards(pattern: Pattern) -> Statement:
    """The `chosen` wards, by id, as Found."""
    wards = offered(pattern).filter(pk__any_of=later("chosen", Ids))
    return found_rows(wards, pattern)


@lru_cache(PATTERNS)
def cards_of_few(pattern: Pattern) -> Statement:
    """The same, and the nearest that fail one condition; after each what `nearly` reads."""
    close = of_failing_one(offered(pattern), pattern)
    both = RawSQL("%s || ARRAY(SELECT id FROM close)", (later("chosen", Ids),))
    of_all = found_rows(offered(pattern).filter(pk__any_of=both), pattern)
    sql = WITH_WHAT_FAILS.format(close=close.sql, cards=of_all.sql)
    return Statement(sql, (*close.params, *of_all.params))


@lru_cache(PATTERNS)
def cards_nearest_first(pattern: Pattern) -> Statement:
    """So many wards in the order of a search from a `start` on, read by index, as Found."""
    around = RawSQL("cube_enlarge(cube(%s), slot.ends, 3)", (pattern.point,))
    place = position_on_sphere(path="unit__")
    inside = CombinedExpression(place, "<@", around, output_field=BooleanField())
    everything = offered(pattern)
    wards = everything.filter(*conditions(pattern).values()).filter(
        inside,
        near__gte=RawSQL("slot.begins", (), output_field=FloatField()),
        near__lt=RawSQL("slot.ends", (), output_field=FloatField()),
        is_stale=RawSQL("slot.is_stale", (), output_field=BooleanField()),
    )
    if pattern.include_full:
        is_short = ExpressionWrapper(Q(free__lt=pattern.beds_wanted), BooleanField())
        wards = wards.annotate(is_short=is_short).filter(
            is_short=RawSQL("slot.is_short", (), output_field=BooleanField())
        )
    in_slot = Statement.of(wards.order_by("near", "pk").values("id"))
    names = ("begins", "ends", "is_short", "is_stale")
    params = (
        *(later(name, Values) for name in names),
        *in_slot.params,
        *(later(name, IntegerField) for name in ("start", "number", "start", "number")),
    )
    chosen = RawSQL(IN_SLOTS.format(in_slot.sql), params)  # noqa: S611
    return found_rows(everything.filter(pk__in=chosen), pattern)


def found_rows(wards: QuerySet[Any], criteria: Criteria) -> Statement:
    """Columns as in Found."""
    columns = [COLUMNS.get(name, name) for name in Found._fields]
    return Statement.of(with_card(wards, criteria, PERSON).values_list(*columns))


def with_card(wards: QuerySet[Any], criteria: Criteria, person: Any) -> QuerySet[Any]:
    """With all that a card shows to a person, by id or its place."""
    return in_flow(wards, criteria.place).annotate(
        next_free_session=next_free_session(), last_call=last_call(person)
    )


def order_of(
    criteria: Criteria, pk: int, near: float, free: int, is_stale: bool
) -> tuple[int, bool, bool, float, int]:
    return band_of(near), free < criteria.beds_wanted, is_stale, near, pk


def band_of(near: float) -> int:
    return bisect_right(BAND_ENDS, miles_of(near))


def slots_of(criteria: Criteria) -> dict[str, list[Any]]:
    """Of each slot its begin and end as nearness, whether there are too few free beds, and whether
    it is stale: as columns.
    """
    edges = [0.0, *(nearness_of(miles) for miles in BAND_ENDS), EVERYWHERE]
    reach = EVERYWHERE if criteria.radius is None else criteria.reach
    slots = [
        (begins, ends, is_short, is_stale)
        for begins, ends in pairwise(edges)
        if begins < reach
        for is_short in ((False, True) if criteria.include_full else (False,))
        for is_stale in ((False,) if criteria.fresh_only else (False, True))
    ]
    columns = map(list, zip(*slots, strict=True))
    return dict(zip(("begins", "ends", "is_short", "is_stale"), columns, strict=True))


def in_flow(wards: QuerySet[Any], place: Place) -> QuerySet[Any]:
    """With `has_flow`, whether a collaborative of the ward's group is for the place's district, and
    `is_in_flow`, whether the ward's provider is a member of one.
    """
    group, district = OuterRef("service_type__group"), place.district_code
    theirs = {"collaborative__service_group": group}
    for_district = CollaborativeDistrict.objects.filter(district=district, **theirs)
    members = CollaborativeMember.objects.filter(
        collaborative__districts=district, organisation=OuterRef("unit__organisation"), **theirs
    )
    return wards.annotate(has_flow=Exists(for_district), is_in_flow=Exists(members))
