"""The levels of the country as one person sees them, from the nation down to a ward."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.queries import groups_viewable_by, live_grants, wards_viewable_by
from organisations.closing import still_open
from organisations.models import Collaborative, Organisation, Region, Unit, Ward

NATION = "nation"
SLUG = re.compile(r"(region|collaborative|provider|unit|ward)-([0-9]{1,18})")
KINDS = {
    NATION: "All regions",
    "region": "Region",
    "collaborative": "Provider collaborative",
    "provider": "Provider",
    "unit": "Unit",
    "ward": "Ward",
}
# Of a person's own levels, which stand above all others
MOST_OWN = 10


@dataclass(frozen=True)
class Level:
    """One level: `wards` are the open ones in it that the person may find."""

    kind: str
    name: str
    wards: QuerySet[Ward]
    thing: Any = None
    wider: "tuple[Level, ...]" = ()

    @property
    def slug(self) -> str:
        """As addresses name it, e.g. 'unit-12'."""
        return slug_of(self.kind, self.thing.pk) if self.thing else NATION

    @property
    def below(self) -> str:
        """The path from a ward to what lies below this level; '' of a ward, which has nothing."""
        return BELOW[self.kind][0]

    @property
    def kind_below(self) -> str:
        return BELOW[self.kind][1]

    @property
    def kind_in_words(self) -> str:
        """E.g. 'Provider collaborative'."""
        return KINDS[self.kind]

    @property
    def dashboard(self) -> str:
        """Where its figures are."""
        if self.thing is None:
            return reverse("availability:dashboards")
        return reverse("availability:dashboard", args=[self.slug])

    @property
    def address(self) -> str:
        """Its page in the directory."""
        if self.thing is None:
            return reverse("availability:directory")
        return address_of(self.kind, self.thing.pk)


# Of each level, where its wards say in what of the next one they lie, and which that is.
BELOW = {
    NATION: ("unit__region", "region"),
    "region": ("unit__organisation", "provider"),
    "collaborative": ("unit__organisation", "provider"),
    "provider": ("unit", "unit"),
    "unit": ("pk", "ward"),
    "ward": ("", ""),
}


# How grants call what a level is of.
SCOPES = {
    "region": "region",
    "collaborative": "collaborative",
    "provider": "organisation",
    "unit": "unit",
    "ward": "ward",
}


def slug_of(kind: str, pk: int) -> str:
    return f"{kind}-{pk}"


def address_of(kind: str, pk: int) -> str:
    """Where the directory has it."""
    return reverse("availability:directory_place", args=[slug_of(kind, pk)])


def nation(user: Any) -> Level:
    return Level(NATION, "Nationwide", wards_viewable_by(user))


def collaboratives_viewable_by(user: Any) -> QuerySet[Collaborative]:
    """The collaboratives of the service groups in which the person may search."""
    return Collaborative.objects.filter(service_group__in=groups_viewable_by(user))


def open_providers() -> QuerySet[Organisation]:
    return Organisation.objects.filter(still_open(""), kind__asks_as="provider")


def open_units() -> QuerySet[Unit]:
    return Unit.objects.filter(
        still_open("", "organisation__"), organisation__kind__asks_as="provider"
    )


def level_of(user: Any, slug: str) -> Level | None:
    """The level that an address names; None if there is none that the person may see.

    One query. Places are public; wards and collaboratives are those of the person's groups.
    """
    if slug == NATION:
        return nation(user)
    named = SLUG.fullmatch(slug)
    return LEVELS[named[1]](user, int(named[2])) if named else None


def region_level(user: Any, pk: int) -> Level | None:
    region = Region.objects.filter(pk=pk).first()
    return in_region(user, region) if region else None


def in_region(user: Any, region: Region) -> Level:
    return Level("region", region.name, wards_viewable_by(user).filter(unit__region=region), region)


def collaborative_level(user: Any, pk: int) -> Level | None:
    found = collaboratives_viewable_by(user).select_related("region", "service_group", "lead")
    collaborative = found.filter(pk=pk).first()
    if collaborative is None:
        return None
    wards = wards_viewable_by(user).filter(
        service_type__group=collaborative.service_group_id,
        unit__organisation__collaboratives=collaborative,
    )
    wider = (in_region(user, collaborative.region),)
    return Level("collaborative", collaborative.name, wards, collaborative, wider)


def provider_level(user: Any, pk: int) -> Level | None:
    provider = open_providers().select_related("kind", "region").filter(pk=pk).first()
    return of_provider(user, provider) if provider else None


def of_provider(user: Any, provider: Organisation) -> Level:
    wards = wards_viewable_by(user).filter(unit__organisation=provider)
    return Level("provider", provider.name, wards, provider)


def unit_level(user: Any, pk: int) -> Level | None:
    unit = open_units().select_related("organisation", "region").filter(pk=pk).first()
    return of_unit(user, unit) if unit else None


def of_unit(user: Any, unit: Unit) -> Level:
    wards = wards_viewable_by(user).filter(unit=unit)
    return Level("unit", unit.name, wards, unit, (of_provider(user, unit.organisation),))


def ward_level(user: Any, pk: int) -> Level | None:
    wards = wards_viewable_by(user).filter(pk=pk)
    ward = wards.select_related(
        "unit__organisation", "unit__region", "service_type__group", "totals"
    ).first()
    if ward is None:
        return None
    unit = of_unit(user, ward.unit)
    return Level("ward", ward.name, wards, ward, (*unit.wider, unit))


LEVELS: dict[str, Callable[[Any, int], Level | None]] = {
    "region": region_level,
    "collaborative": collaborative_level,
    "provider": provider_level,
    "unit": unit_level,
    "ward": ward_level,
}


def own_levels(user: Any) -> list[tuple[str, str]]:
    """What the person's own grants are about, of what they may see: name and slug; one query."""
    grants = live_grants(user).filter(
        Q(region__isnull=False)
        | Q(collaborative__in=collaboratives_viewable_by(user))
        | Q(organisation__in=open_providers())
        | Q(unit__in=open_units())
        | Q(ward__in=wards_viewable_by(user))
    )
    columns = [f"{scope}{part}" for scope in SCOPES.values() for part in ("_id", "__name")]
    rows = list(grants.order_by().values(*columns).distinct()[:MOST_OWN])
    found = {
        slug_of(kind, row[f"{scope}_id"]): row[f"{scope}__name"]
        for kind, scope in SCOPES.items()
        for row in rows
        if row[f"{scope}_id"]
    }
    return [(name, slug) for slug, name in found.items()]
