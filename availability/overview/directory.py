"""What the pages of the directory show: places, what lies in them, and what is free there now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Avg, Exists, OuterRef, Q, QuerySet

from accounts.queries import groups_viewable_by
from availability.map.picture import MapPicture, MapPoint
from availability.overview.figures import NETWORK, Offer, offers_by
from availability.overview.levels import (
    Level,
    address_of,
    collaboratives_viewable_by,
    nation,
    open_providers,
    open_units,
    slug_of,
)
from availability.searching.cards import takes_age, takes_sex
from organisations.models import Collaborative, Region, ServiceType, Unit, Ward
from organisations.queries import find_places, place_of, tidy

PER_PAGE = 25
MOST_ON_MAP = 100
MOST_LISTED = 100
NONE = Offer()
# How the search of the directory names the kinds that `find_places` finds
KINDS = {"organisation": "provider", "unit": "unit", "ward": "ward"}
PATHS = {"provider": "unit__organisation", "unit": "unit", "ward": "pk"}
TITLES = {
    "region": "Regions",
    "collaborative": "Provider collaboratives",
    "provider": "Providers",
    "unit": "Units",
    "ward": "Wards",
}


@dataclass(frozen=True)
class Row:
    """Something of the directory in a list."""

    kind: str
    pk: int
    name: str
    detail: str = ""
    offer: Offer = NONE
    telephone: str = ""

    @property
    def slug(self) -> str:
        return slug_of(self.kind, self.pk)

    @property
    def address(self) -> str:
        return address_of(self.kind, self.pk)


@dataclass(frozen=True)
class Found:
    """What was looked for, by kind; `more` says that other things fit as well."""

    groups: list[tuple[str, list[Row]]]
    more: bool = False


def look_for(user: Any, text: str) -> Found:
    """Regions, collaboratives, providers, units and wards, by part of a name, code or postcode.

    A postcode gives its region, and the nearest units and wards. 6 to 12 queries, as in
    `find_places`.
    """
    groups = list(groups_viewable_by(user).values_list("pk", flat=True))
    matches = find_places(text, groups=groups)
    rows: dict[str, list[Row]] = {kind: [] for kind in TITLES}
    rows["region"], rows["collaborative"] = networks_like(user, text)
    wards = nation(user).wards
    for kind, name in KINDS.items():
        found = [match for match in matches if match.kind == kind]
        path = PATHS[name]
        offers = offers_by(wards.filter(**{f"{path}__in": [one.id for one in found]}), path)
        rows[name] = [
            Row(name, one.id, one.label, one.detail, offers.get(one.id, NONE)) for one in found
        ]
    return Found([(TITLES[kind], listed) for kind, listed in rows.items() if listed], matches.more)


def networks_like(user: Any, text: str) -> tuple[list[Row], list[Row]]:
    """Regions and collaboratives that are called so; of a postcode, the region that it lies in."""
    text = tidy(text)
    if not text:
        return [], []
    place = place_of(text)
    regions = Region.objects.filter(
        Q(pk=place.region_id) if place else Q(name__icontains=text) | Q(code__iexact=text)
    )
    collaboratives = collaboratives_viewable_by(user).select_related("service_group", "region")
    called = Q(name__icontains=text) | Q(brand__icontains=text) | Q(footprint__icontains=text)
    named = [] if place else collaboratives.filter(called).order_by("name")[:MOST_LISTED]
    return [Row("region", one.pk, one.name) for one in regions], [network(one) for one in named]


def network(one: Collaborative, offer: Offer | None = None) -> Row:
    detail = f"{one.service_group.name}, {one.region.name}"
    return Row("collaborative", one.pk, one.name, detail, offer or NONE)


def networks(user: Any, condition: Q) -> list[Row]:
    """The collaboratives that fit, with what their wards offer; 2 queries."""
    listed = list(
        collaboratives_viewable_by(user)
        .filter(condition)
        .select_related("service_group", "region")
        .order_by("region__position", "name")[:MOST_LISTED]
    )
    offers = offers_by(nation(user).wards, NETWORK)
    return [network(one, offers.get(one.pk)) for one in listed]


def networks_of(user: Any, level: Level) -> list[Row]:
    """The collaboratives of a region, or of a provider; 2 queries, none of anything else."""
    if level.kind == "region":
        return networks(user, Q(region=level.thing))
    return networks(user, Q(members=level.thing)) if level.kind == "provider" else []


def regions(user: Any) -> list[Row]:
    """All regions, with what their wards offer; 2 queries."""
    offers = offers_by(nation(user).wards, "unit__region")
    return [
        Row("region", one.pk, one.name, "", offers.get(one.pk, NONE))
        for one in Region.objects.all()
    ]


def map_of_regions(rows: Iterable[Row]) -> MapPicture:
    """A mark for each region that has units, in their midst; one query."""
    middles = {
        region: (latitude, longitude)
        for region, latitude, longitude in open_units()
        .order_by()
        .values_list("region")
        .annotate(north=Avg("latitude"), east=Avg("longitude"))
    }
    points = [
        MapPoint(
            f"{row.name}: {row.offer.in_words.lower()}",
            *middles[row.pk],
            href=f"#{row.slug}",
            mark=str(row.offer.free),
        )
        for row in rows
        if row.pk in middles
    ]
    return MapPicture("Regions, each with its free beds", points)


@dataclass(frozen=True)
class Contents:
    """What lies in a level: a page of it, and a map."""

    title: str
    page: Page[Any]
    rows: list[Row]
    map: MapPicture


def contents_of(level: Level, total: Offer, number: str | None) -> Contents:
    """What lies below a level that is no ward; 5 queries at most."""
    listed, kind = below(level), level.kind_below
    page = Paginator(listed, PER_PAGE).get_page(number)
    things = list(page.object_list)
    keys = [thing.pk for thing in things]
    offers = offers_by(level.wards.filter(**{f"{level.below}__in": keys}), level.below)
    rows = [
        Row(
            kind,
            thing.pk,
            thing.name,
            detail_of(thing),
            offers.get(thing.pk, NONE),
            getattr(thing, "telephone", ""),
        )
        for thing in things
    ]
    return Contents(TITLES[kind], page, rows, map_of(level, total, keys, rows))


def below(level: Level) -> QuerySet[Any]:
    """What lies in a level, with wards of the person or without, by name."""
    thing = level.thing
    if level.kind == "region":
        here = open_units().filter(organisation=OuterRef("pk"), region=thing)
        return open_providers().filter(Exists(here)).order_by("name", "pk")
    if level.kind == "collaborative":
        return open_providers().filter(collaboratives=thing).order_by("name", "pk")
    if level.kind == "provider":
        return open_units().filter(organisation=thing).order_by("name", "pk")
    return level.wards.select_related("service_type__group", "totals").order_by("name", "pk")


def detail_of(thing: Any) -> str:
    if isinstance(thing, Unit):
        return ", ".join(filter(None, [thing.town, thing.postcode]))
    if isinstance(thing, Ward):
        return ", ".join(
            [thing.service_type.name, takes_sex(thing, "").lower(), takes_age(thing, None).lower()]
        )
    return f"ODS code {thing.ods_code}"


def map_of(level: Level, total: Offer, keys: list[int], rows: list[Row]) -> MapPicture:
    """The units of what is listed, or the unit itself."""
    if level.kind == "unit":
        return picture(level, [level.thing], {level.thing.pk: total})
    if level.kind == "provider":
        units = list(open_units().filter(pk__in=keys).order_by("name", "pk"))
        return picture(level, units, {row.pk: row.offer for row in rows})
    found = open_units().filter(organisation__in=keys)
    if level.kind == "region":
        found = found.filter(region=level.thing)
    else:
        found = found.filter(pk__in=level.wards.order_by().values("unit"))
    units = list(found.order_by("name", "pk")[:MOST_ON_MAP])
    return picture(level, units, offers_by(level.wards.filter(unit__in=units), "unit"))


def picture(level: Level, units: list[Unit], offers: dict[Any, Offer]) -> MapPicture:
    """A mark for each unit with its free beds, which leads to its page."""
    points = []
    for unit in units:
        offer = offers.get(unit.pk, NONE)
        points.append(
            MapPoint(
                f"{unit.name}: {offer.in_words.lower()}",
                unit.latitude,
                unit.longitude,
                href="" if level.kind in ("unit", "ward") else address_of("unit", unit.pk),
                mark=str(offer.free) if offer.wards else "",
            )
        )
    return MapPicture(f"Units of {level.name}, each with its free beds", points)


def service_types_of(level: Level) -> list[tuple[ServiceType, Offer]]:
    """What the wards of a level are for, with what they offer; 2 queries."""
    offers = offers_by(level.wards, "service_type")
    types = ServiceType.objects.filter(pk__in=offers).select_related("group")
    return [(one, offers[one.pk]) for one in types.order_by("group__position", "position")]
