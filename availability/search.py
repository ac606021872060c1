"""The search for wards that can take a patient, nearest first."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Now

from accounts.queries import wards_viewable_by
from availability.queries import SHOWN_WITH_WARD, free_now, freshness_of
from availability.words import Freshness, miles_away
from organisations.choices import Sex
from organisations.models import ServiceGroup, ServiceType, Ward
from organisations.postcodes import Place
from organisations.queries import distance_miles

PAGE_SIZE = 25
COUNTED_TO = 200
BANDS = (
    "Within 10 miles",
    "10 to 25 miles away",
    "25 to 50 miles away",
    "50 to 100 miles away",
    "More than 100 miles away",
)
BAND_OF = "width_bucket(%(expressions)s, ARRAY[10, 25, 50, 100]::double precision[])"


@dataclass(frozen=True)
class Criteria:
    """What a person looks for; what is empty does not matter."""

    place: Place
    service_group: ServiceGroup | None = None
    service_type: ServiceType | None = None
    sex: str = ""
    age: int | None = None
    include_full: bool = False


@dataclass(frozen=True)
class Result:
    """A ward that fits, with what its card says."""

    ward: Ward
    free: int
    band: str
    distance: str
    freshness: Freshness
    dial: str
    why: list[str]


@dataclass(frozen=True)
class Results:
    """One page of what was found; the count is exact to 200, then '200+'."""

    results: list[Result]
    count: str
    number: int
    has_next: bool


def find(user: Any, criteria: Criteria, number: int = 1) -> Results:
    """Wards that fit, by band of distance; inside it free before full, fresh before stale, then
    the nearest. Two queries."""
    wards = matching(user, criteria)
    count = wards.order_by()[: COUNTED_TO + 1].count()
    start = (number - 1) * PAGE_SIZE
    found = list(in_order(wards, criteria.place)[start : start + PAGE_SIZE + 1])
    return Results(
        results=[result_of(ward, criteria) for ward in found[:PAGE_SIZE]],
        count=f"{COUNTED_TO}+" if count > COUNTED_TO else str(count),
        number=number,
        has_next=len(found) > PAGE_SIZE,
    )


def matching(user: Any, criteria: Criteria) -> QuerySet[Ward]:
    """The wards with beds, of those that the person may find, that fit the criteria."""
    wards = wards_viewable_by(user).filter(totals__isnull=False).annotate(free=free_now())
    if criteria.service_group:
        wards = wards.filter(service_type__group=criteria.service_group)
    if criteria.service_type:
        wards = wards.filter(service_type=criteria.service_type)
    if criteria.sex:
        wards = wards.filter(sex__in=(criteria.sex, Sex.MIXED))
    if criteria.age is not None:
        wards = wards.filter(
            Q(maximum_age=None) | Q(maximum_age__gte=criteria.age),
            minimum_age__lte=criteria.age,
        )
    if not criteria.include_full:
        wards = wards.filter(free__gt=0)
    return wards


def in_order(wards: QuerySet[Ward], place: Place) -> QuerySet[Ward]:
    """The wards with `miles` and `band`, in the order in which a search shows them."""
    miles = distance_miles(place.latitude, place.longitude, path="unit__")
    allowed = ExpressionWrapper(
        F("service_type__group__stale_after_hours") * Value(timedelta(hours=1)), DurationField()
    )
    never, too_old = Q(totals__confirmed_at=None), Q(totals__confirmed_at__lt=Now() - allowed)
    return (
        wards.annotate(
            miles=miles,
            band=Func(miles, template=BAND_OF, output_field=IntegerField()),
            is_full=flag(Q(free=0)),
            is_stale=flag(never | too_old),
        )
        .select_related(*SHOWN_WITH_WARD)
        .order_by("band", "is_full", "is_stale", "miles", "pk")
    )


def flag(condition: Q) -> Expression:
    return ExpressionWrapper(condition, BooleanField())


def result_of(ward: Any, criteria: Criteria) -> Result:
    """The card of a ward from `in_order`."""
    return Result(
        ward=ward,
        free=ward.free,
        band=BANDS[ward.band],
        distance=miles_away(ward.miles),
        freshness=freshness_of(ward),
        dial="".join(character for character in ward.telephone if character in "+0123456789"),
        why=why(ward, criteria),
    )


def why(ward: Ward, criteria: Criteria) -> list[str]:
    """What the ward is for and takes; a type that is called after its security says so once."""
    facts = [
        ward.service_type.name,
        takes_sex(ward, criteria.sex),
        takes_age(ward, criteria.age),
        str(ward.get_security_level_display()),
    ]
    return list(dict.fromkeys(facts))


def takes_sex(ward: Ward, asked: str) -> str:
    """E.g. 'Mixed: takes female patients', 'Female'."""
    if asked and ward.sex == Sex.MIXED:
        return f"{ward.get_sex_display()}: takes {asked} patients"
    return str(ward.get_sex_display())


def takes_age(ward: Ward, asked: int | None) -> str:
    """E.g. 'Ages 12 to 18', 'Ages 18 and over: takes age 40'."""
    upper = "and over" if ward.maximum_age is None else f"to {ward.maximum_age}"
    words = f"Ages {ward.minimum_age} {upper}"
    return words if asked is None else f"{words}: takes age {asked}"
