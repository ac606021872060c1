"""Reads of the directory."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    Case,
    F,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression, Expression
from django.db.models.functions import (
    ASin,
    Cos,
    Least,
    Now,
    Power,
    Radians,
    Sin,
    Sqrt,
    TruncDate,
)
from django.utils import timezone

from organisations.choices import AsksAs
from organisations.models import Organisation, Unit, Ward
from organisations.postcodes import Place, PostcodeError, resolve

EARTH_RADIUS_MILES = 3958.7613
LONGEST_SEARCH = 100

PlaceKind = Literal["organisation", "unit", "ward"]


def still_open(*paths: str) -> Q:
    """The condition that what each path leads to ('' itself, 'unit__', ...) is not closed today."""
    condition = Q()
    for path in paths:
        condition &= Q(**{f"{path}closed_on__isnull": True}) | Q(
            **{f"{path}closed_on__gt": TruncDate(Now())}
        )
    return condition


def distance_miles(latitude: float, longitude: float, *, path: str = "") -> Expression:
    """Straight-line miles from a point (WGS84 degrees) to units, or to what `path` leads to.

    E.g. Ward.objects.annotate(miles=distance_miles(51.5, -0.7, path="unit__")).
    """
    there_latitude, there_longitude = F(f"{path}latitude"), F(f"{path}longitude")
    haversine: CombinedExpression = Power(
        Sin(Radians(there_latitude - Value(latitude)) / 2.0), 2
    ) + Cos(Radians(Value(latitude))) * Cos(Radians(there_latitude)) * Power(
        Sin(Radians(there_longitude - Value(longitude)) / 2.0), 2
    )
    # Rounding can carry the other side of the earth past 1, of which there is no arcsine.
    root = Least(Sqrt(haversine), Value(1.0), output_field=FloatField())
    return CombinedExpression(
        Value(2 * EARTH_RADIUS_MILES), "*", ASin(root), output_field=FloatField()
    )


@dataclass(frozen=True)
class Match:
    """Something of the directory that a person may choose."""

    kind: PlaceKind
    id: int
    label: str
    detail: str

    @property
    def value(self) -> str:
        """As forms name it, e.g. 'ward:12'."""
        return f"{self.kind}:{self.id}"


def find_places(
    text: str,
    *,
    groups: Collection[int] | None = None,
    kinds: tuple[PlaceKind, ...] = ("organisation", "unit", "ward"),
    limit: int = 20,
) -> list[Match]:
    """Open providers, units and wards, up to `limit` of each, by part of a name, code or postcode.

    A postcode, or its first half, gives the nearest units and wards. `groups` (ids of
    service groups) limits the wards. One query for each kind, and one more if the text has the
    shape of a postcode.
    """
    text = " ".join(text.replace("\x00", " ").split())
    if len(text) < 2 or len(text) > LONGEST_SEARCH:
        return []
    place = place_of(text)
    found: list[Match] = []
    if "organisation" in kinds:
        providers = Organisation.objects.filter(still_open(""), kind__asks_as=AsksAs.PROVIDER)
        found += [
            Match("organisation", row.pk, str(row), f"ODS code {row.ods_code}")
            for row in best(providers, text, place, ["name"], code="ods_code", path=None)[:limit]
        ]
    if "unit" in kinds:
        units = Unit.objects.filter(
            still_open("", "organisation__"), organisation__kind__asks_as=AsksAs.PROVIDER
        )
        names = ["name", "town", "organisation__name"]
        found += [
            Match("unit", row.pk, str(row), where(row, row))
            for row in best(
                units.select_related("organisation"),
                text,
                place,
                names,
                code="ods_code",
                path="",
            )[:limit]
        ]
    if "ward" in kinds:
        wards = Ward.objects.filter(still_open("", "unit__", "unit__organisation__"))
        if groups is not None:
            wards = wards.filter(service_type__group__in=groups)
        names = ["name", "unit__name", "unit__town", "unit__organisation__name"]
        found += [
            Match("ward", row.pk, str(row), where(row, row.unit))
            for row in best(
                wards.select_related("unit__organisation"),
                text,
                place,
                names,
                code="unit__ods_code",
                path="unit__",
            )[:limit]
        ]
    return found


def find_organisations(text: str, *, asks_as: str, limit: int = 20) -> list[Match]:
    """Open organisations whose people ask as that, by part of a name or ODS code."""
    text = " ".join(text.replace("\x00", " ").split())
    if len(text) < 2 or len(text) > LONGEST_SEARCH:
        return []
    rows = Organisation.objects.filter(still_open(""), kind__asks_as=asks_as)
    found = best(rows.select_related("kind"), text, None, ["name"], code="ods_code", path=None)
    return [
        Match("organisation", row.pk, row.name, organisation_detail(row)) for row in found[:limit]
    ]


def organisation_detail(row: Organisation) -> str:
    """E.g. 'ODS code NV2', 'GP practice, ODS code A81001, SL6 0PQ'."""
    kind = "" if row.kind.asks_as == AsksAs.PROVIDER else row.kind.name
    return ", ".join(filter(None, [kind, f"ODS code {row.ods_code}", row.postcode]))


def successor_of(organisation: Organisation) -> Organisation | None:
    """The open organisation that took a closed one over, through any number of mergers.

    None if there is none, or if they lead in a circle. A query for each merger.
    """
    today, seen = timezone.localdate(), {organisation.pk}
    following = organisation.successor
    while following is not None and following.closed_on and following.closed_on <= today:
        if following.pk in seen:
            return None
        seen.add(following.pk)
        following = following.successor
    return following


def place_of(text: str) -> Place | None:
    try:
        return resolve(text, allow_outcode=True)
    except PostcodeError:
        return None


def best(
    rows: QuerySet[Any],
    text: str,
    place: Place | None,
    names: list[str],
    *,
    code: str,
    path: str | None,
) -> QuerySet[Any]:
    """The rows that fit, best first: an ODS code, then the nearest or the most alike.

    `names` are where each word of the text may stand, the row's own name first; `path` leads to
    the position, None where there is none. Some ODS codes look like the first half of a postcode.
    """
    has_code = Q(**{f"{code}__iexact": text})
    rows = rows.annotate(
        code_rank=Case(When(has_code, then=0), default=1, output_field=IntegerField())
    )
    if place is not None:
        if path is None:
            return rows.filter(has_code)
        miles = distance_miles(place.latitude, place.longitude, path=path)
        return rows.annotate(miles=miles).order_by("code_rank", "miles", "name", "pk")
    every_word = Q()
    for word in text.split():
        anywhere = Q()
        for name in names:
            anywhere |= Q(**{f"{name}__icontains": word})
        every_word &= anywhere
    own = names[0]
    alike = Q(**{f"{own}__trigram_word_similar": text})
    return (
        rows.filter(has_code | every_word | alike)
        .annotate(likeness=TrigramWordSimilarity(text, own))
        .order_by("code_rank", "-likeness", "name", "pk")
    )


def where(row: Unit | Ward, unit: Unit) -> str:
    """E.g. 'Maidenhead, SL6 0PQ, 3 miles away'."""
    miles: float | None = getattr(row, "miles", None)
    away = (
        "" if miles is None else "less than a mile away" if miles < 1 else f"{miles:.0f} miles away"
    )
    if away == "1 miles away":
        away = "1 mile away"
    return ", ".join(filter(None, [unit.town, unit.postcode, away]))
