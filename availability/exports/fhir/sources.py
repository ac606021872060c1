"""Where resources come from: rows in the order of their keys, of the person's service groups."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from accounts.queries import wards_viewable_by
from availability.exports.fhir import resources
from availability.models import Bed, SessionPattern
from availability.queries import current_entries, free_now
from organisations.models import Organisation, Unit

KEY = re.compile(r"([a-z]+)-(\d{1,18})")
# What an id begins with, and the key of the row.
Key = tuple[str, int]


@dataclass(frozen=True)
class Source:
    """Rows of one kind. `parts_of` names the column by which they are parts of what `Key` names."""

    prefix: str
    rows: Callable[[Any], QuerySet[Any]]
    loaded: Callable[[QuerySet[Any]], Iterable[Any]]
    resource: Callable[[str, Any], dict[str, Any]]
    parts_of: tuple[str, str] | None = None


def organisations(user: Any) -> QuerySet[Any]:
    return Organisation.objects.filter(pk__in=wards_viewable_by(user).values("unit__organisation"))


def units(user: Any) -> QuerySet[Any]:
    return Unit.objects.filter(pk__in=wards_viewable_by(user).values("unit"))


def beds(user: Any) -> QuerySet[Any]:
    return Bed.objects.filter(retired_at=None, ward__in=wards_viewable_by(user))


def loaded_units(rows: QuerySet[Any]) -> Iterable[Any]:
    return rows.select_related("organisation")


def loaded_wards(rows: QuerySet[Any]) -> Iterable[Any]:
    return rows.select_related("unit__organisation", "totals").annotate(free=free_now())


def loaded_services(rows: QuerySet[Any]) -> Iterable[Any]:
    """With `weeks`: of wards with sessions the pattern that is in force, in a list."""
    begun = SessionPattern.objects.filter(
        ward=OuterRef("ward"), starts_on__lte=timezone.localdate()
    ).order_by("-starts_on", "-pk")
    in_force = SessionPattern.objects.filter(pk=Subquery(begun.values("pk")[:1]))
    weeks = Prefetch("session_patterns", in_force.prefetch_related("slots"), to_attr="weeks")
    return rows.select_related("unit__organisation", "service_type__group").prefetch_related(
        "features", weeks
    )


def loaded_beds(rows: QuerySet[Any]) -> Iterable[Any]:
    """The latest entry of each; a bed has one from the moment that it is there."""
    keys = [bed.pk for bed in rows]
    entries = current_entries(Bed.objects.filter(pk__in=keys)).annotate(now=Now())
    return entries.select_related("bed__ward__unit__organisation").order_by("bed_id")


def itself(rows: QuerySet[Any]) -> Iterable[Any]:
    return rows


LOCATIONS = (
    Source("site", units, loaded_units, resources.site),
    Source("ward", wards_viewable_by, loaded_wards, resources.ward, ("site", "unit")),
    Source("bed", beds, loaded_beds, resources.bed, ("ward", "ward")),
)
SOURCES: dict[str, tuple[Source, ...]] = {
    "Location": LOCATIONS,
    "HealthcareService": (Source("ward", wards_viewable_by, loaded_services, resources.service),),
    "Organization": (Source("organisation", organisations, itself, resources.organisation),),
}


def key_of(text: str) -> Key | None:
    """E.g. ('ward', 17) of 'ward-17'; None of what is no id of ours."""
    match = KEY.fullmatch(text)
    return (match[1], int(match[2])) if match else None


def one(kind: str, text: str, *, user: Any, base: str) -> dict[str, Any] | None:
    """The resource of that id, if it is in the person's reach. At most 4 queries."""
    key = key_of(text)
    for source in SOURCES[kind]:
        if key and key[0] == source.prefix:
            for row in source.loaded(source.rows(user).filter(pk=key[1])):
                return source.resource(base, row)
    return None


@dataclass(frozen=True)
class Page:
    """`last` is the id of the last resource if there are more."""

    resources: list[dict[str, Any]]
    last: str = ""


def page_of(
    kind: str, *, user: Any, base: str, count: int, after: Key | None, part_of: Key | None
) -> Page:
    """The next resources after an id, in an order that stays. At most 4 queries a source."""
    found: list[dict[str, Any]] = []
    sources = [one for one in SOURCES[kind] if is_asked(one, part_of)]
    prefixes = [source.prefix for source in SOURCES[kind]]
    for source in sources:
        rows = source.rows(user).order_by("pk")
        if after and prefixes.index(source.prefix) < prefixes.index(after[0]):
            continue
        if after and source.prefix == after[0]:
            rows = rows.filter(pk__gt=after[1])
        if part_of and source.parts_of:
            rows = rows.filter(**{source.parts_of[1]: part_of[1]})
        wanted = rows[: count + 1 - len(found)]
        found += [source.resource(base, row) for row in source.loaded(wanted)]
        if len(found) > count:
            return Page(found[:count], found[count - 1]["id"])
    return Page(found)


def is_asked(source: Source, part_of: Key | None) -> bool:
    return part_of is None or (source.parts_of is not None and source.parts_of[0] == part_of[0])
