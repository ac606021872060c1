"""What the card of a ward says to who searches."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from accounts.choices import Capability
from availability.follow_up.words import call_in_words, doubt_in_words
from availability.searching.criteria import Criteria, Source
from availability.sessions.free import in_words as sessions_in_words
from availability.words import Freshness, day, dial, freshness, miles_away, plural
from organisations.choices import SecurityLevel, Sex, WardKind
from organisations.geography import miles_of
from organisations.models import Ward
from organisations.postcodes import Place


class Found(NamedTuple):
    """A ward as searches load it: its own columns and those of its places, in one row."""

    pk: int
    name: str
    kind: str
    sex: str
    minimum_age: int
    maximum_age: int | None
    security_level: int
    telephone: str
    referral_hours: str
    service_type: str
    group: str
    warn_after_hours: int
    stale_after_hours: int
    unit_id: int
    unit: str
    town: str
    latitude: float
    longitude: float
    organisation: str
    confirmed_at: datetime | None
    confirmed_by: int | None
    doubted_at: datetime | None
    doubt: str
    free: int
    near: float
    is_stale: bool = False
    has_flow: bool = False
    is_in_flow: bool = False
    next_free_session: datetime | None = None
    last_call: str | None = None


# What depends on who searches, or for what.
FIGURES = (
    *("free", "near", "is_stale", "has_flow", "is_in_flow", "next_free_session"),
    "last_call",
)
# Where each other column comes from, seen from a ward.
COLUMNS = {name: name for name in Found._fields[:9]} | {
    "service_type": "service_type__name",
    "group": "service_type__group__name",
    "warn_after_hours": "service_type__group__warn_after_hours",
    "stale_after_hours": "service_type__group__stale_after_hours",
    "unit_id": "unit_id",
    "unit": "unit__name",
    "town": "unit__town",
    "latitude": "unit__latitude",
    "longitude": "unit__longitude",
    "organisation": "unit__organisation__name",
    "confirmed_at": "totals__confirmed_at",
    "confirmed_by": "totals__confirmed_by_id",
    "doubted_at": "totals__doubted_at",
    "doubt": "totals__doubt",
}


def found_of(ward: Ward, **figures: Any) -> Found:
    """The row of a ward that is loaded already, with what it depends on who searches."""
    columns = {name: attrgetter(path.replace("__", "."))(ward) for name, path in COLUMNS.items()}
    return Found(**columns, **figures)


@dataclass(frozen=True)
class Result:
    """A ward that fits, with what its card says, in words."""

    ward: Found
    number: int
    free_words: str
    where: str
    band: str
    distance: str
    freshness: Freshness
    figures: str
    advice: str
    doubt: str
    called: str
    dial: str
    hours: str
    why: str
    flow: str


def result_of(ward: Found, criteria: Criteria, band: str, number: int) -> Result:
    fresh = freshness(ward.confirmed_at, ward)
    return Result(
        ward=ward,
        number=number,
        free_words=free_words(ward, criteria),
        where=where(ward.unit, ward.organisation, ward.town),
        band=band,
        distance=miles_away(miles_of(ward.near)),
        freshness=fresh,
        figures=f"{fresh.words}{confirmed_by(ward)}",
        advice=fresh.advice if fresh.is_stale else "",
        doubt=doubt_in_words(ward.doubted_at, ward.doubt),
        called=call_in_words(ward.last_call),
        dial=dial(ward.telephone),
        hours=f" ({ward.referral_hours})" if ward.referral_hours else "",
        why=why(ward, criteria),
        flow=flow_of(ward, criteria.place),
    )


class Free(Protocol):
    """Of a ward, loaded however, what is free."""

    @property
    def kind(self) -> str: ...
    @property
    def free(self) -> int: ...
    @property
    def next_free_session(self) -> datetime | None: ...


def free_words(ward: Free, criteria: Criteria) -> str:
    """E.g. '2 free beds', 'No free bed', '1 bed by 25 November', '3 free sessions, next on ...'."""
    free = ward.free
    if ward.kind == WardKind.SESSIONAL:
        return sessions_in_words(free, ward.next_free_session)
    if criteria.by is None and not criteria.with_preparing:
        return plural(free, "free bed") if free else "No free bed"
    beds = plural(free, "bed") if free else "No bed"
    if criteria.by:
        return f"{beds} by {day(criteria.by)}"
    return f"{beds} free or being prepared"


def confirmed_by(ward: Found) -> str:
    """The role of who confirmed: of those who do, there is one; '' if nobody did."""
    if ward.confirmed_at is None or ward.confirmed_by is None:
        return ""
    return f" by an {Capability.AVAILABILITY_EDIT.label.lower()}"


def flow_of(ward: Found, place: Place) -> str:
    """'' where no flow is recorded for patients of the place."""
    if not ward.has_flow:
        return ""
    where = "In" if ward.is_in_flow else "Outside"
    return f"{where} the natural clinical flow of {place.district_name}"


def where(unit: str, organisation: str, town: str) -> str:
    """E.g. 'Cassel Hospital, West London NHS Trust, Richmond'."""
    return ", ".join(filter(None, [unit, organisation, town]))


def why(ward: Found, criteria: Criteria) -> str:
    """What the ward is for and takes; a type that is called after its security says so once."""
    facts = [
        ward.service_type,
        takes_sex(ward, criteria.sex),
        takes_age(ward, criteria.age),
        str(SecurityLevel(ward.security_level).label),
        *(feature.name for feature in criteria.features),
        *([criteria.region.name] if criteria.region else []),
        *([criteria.collaborative.name] if criteria.collaborative else []),
    ]
    return " · ".join(dict.fromkeys(facts))


class Takes(Protocol):
    """Of a ward, loaded however, whom it takes."""

    @property
    def sex(self) -> str: ...
    @property
    def minimum_age(self) -> int: ...
    @property
    def maximum_age(self) -> int | None: ...


def takes_sex(ward: Takes, asked: str) -> str:
    """E.g. 'Mixed: takes female patients', 'Female'."""
    words = str(Sex(ward.sex).label)
    return f"{words}: takes {asked} patients" if asked and ward.sex == Sex.MIXED else words


def takes_age(ward: Takes, asked: int | None) -> str:
    """E.g. 'Ages 12 to 18', 'Ages 18 and over: takes age 40'."""
    words = ages_of(ward)
    return words if asked is None else f"{words}: takes age {asked}"


def ages_of(ward: Takes) -> str:
    upper = "and over" if ward.maximum_age is None else f"to {ward.maximum_age}"
    return f"Ages {ward.minimum_age} {upper}"


def lacks(ward: Found, criteria: Criteria, source: Source) -> str:
    """Why the ward does not meet that condition, e.g. 'Ages 12 to 18, not 11'."""
    name, value = source
    return {
        "radius": lambda: f"{miles_away(miles_of(ward.near))}, not within {criteria.radius} miles",
        "service_group": lambda: f"{ward.group}, not {criteria.service_group}",
        "service_type": lambda: f"{ward.service_type}, not {criteria.service_type}",
        "sex": lambda: f"{Sex(ward.sex).label} patients only",
        "age": lambda: f"{ages_of(ward)}, not {criteria.age}",
        "security": lambda: (
            f"{SecurityLevel(ward.security_level).label}, not "
            f"{str(SecurityLevel(criteria.security or 0).label).lower()}"
        ),
        "features": lambda: (
            "Not recorded: " + next(one.name for one in criteria.features if one.code == value)
        ),
        "region": lambda: f"Not in {criteria.region}",
        "collaborative": lambda: f"Not in {criteria.collaborative}",
        "fresh": lambda: "Figures out of date",
        "full": lambda: too_few(ward, criteria),
    }[name]()


def too_few(ward: Found, criteria: Criteria) -> str:
    """E.g. 'No free bed', '1 free bed, not 2'."""
    words = free_words(ward, criteria)
    return words if criteria.beds_wanted == 1 else f"{words}, not {criteria.beds_wanted}"
