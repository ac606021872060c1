"""Reads of the directory."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Upper

from organisations.choices import AsksAs
from organisations.closing import is_closed, still_open
from organisations.geography import distance_miles, nearness, point_on_sphere
from organisations.models import Organisation, Unit, Ward
from organisations.postcodes import Place, PostcodeError, resolve
from organisations.search_text import search_words

SHORTEST_SEARCH = 2
LONGEST_SEARCH = 100
MOST_FOUND = 20
MOST_COMPARED = 200
MOST_WORDS = 10
# Of closed organisations that fit, how many are followed to what they are part of now.
MOST_MERGED = 5

PlaceKind = Literal["organisation", "unit", "ward"]


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


class Matches(list[Match]):
    """What was found, the best first; `more` says that other things fit as well."""

    def __init__(self, matches: Iterable[Match] = (), *, more: bool = False) -> None:
        super().__init__(matches)
        self.more = more


@dataclass(frozen=True)
class Kind:
    """What is found of one kind: `code` leads to the ODS code, `related` to what a match shows."""

    rows: QuerySet[Any]
    related: str
    code: str
    match: Callable[[Any], Match]


def asking_as(asks_as: str | None) -> Q:
    """The condition that an organisation is of such a kind; None: of any."""
    return Q() if asks_as is None else Q(kind__asks_as=asks_as)


def organisations_of(asks_as: str | None) -> Kind:
    rows = Organisation.objects.filter(still_open(""), asking_as(asks_as))
    return Kind(rows, "kind", "ods_code", organisation_match)


def units_of_providers() -> Kind:
    rows = Unit.objects.filter(
        still_open("", "organisation__"), organisation__kind__asks_as=AsksAs.PROVIDER
    )
    return Kind(rows, "organisation__kind", "ods_code", unit_match)


def wards_of(groups: Collection[int] | None) -> Kind:
    rows = Ward.objects.filter(
        still_open("", "unit__", "unit__organisation__"),
        unit__organisation__kind__asks_as=AsksAs.PROVIDER,
    )
    if groups is not None:
        rows = rows.filter(service_type__group__in=groups)
    return Kind(rows, "unit__organisation", "unit__ods_code", ward_match)


def find_organisations(text: str, *, asks_as: str | None, limit: int = MOST_FOUND) -> Matches:
    """Open organisations whose people ask as that, by part of a name, ODS code or postcode.

    None finds those of all kinds.

    A postcode, or its first half, gives the organisations of that area, and providers by their
    units nearest to it. A name that is only a closed organisation's gives the one that it is part
    of now. 1 query, 1 more if the text has the shape of a postcode, 1 more if it is one of a known
    area, 2 more if no name has its words, and some for each merger that is found.
    """
    text = tidy(text)
    if not search_words(text):
        return Matches()
    kind = organisations_of(asks_as)
    place = place_of(text)
    if place is not None:
        found = around(kind, text, place, limit, with_units=asks_as in (None, AsksAs.PROVIDER))
    else:
        found = (
            [kind.match(row) for row in best(kind, text, limit)]
            or followers(asks_as, text)
            or [kind.match(row) for row in alike(kind, text, limit)]
        )
    return Matches(found[:limit], more=len(found) > limit)


def find_places(
    text: str, *, groups: Collection[int] | None = None, limit: int = MOST_FOUND
) -> Matches:
    """Open providers, units and wards, by part of a name, code or postcode: 20 of each at most.

    A postcode, or its first half, gives the nearest units and wards. `groups` (ids of service
    groups) limits the wards. 3 queries, 1 more if the text has the shape of a postcode, 3 more if
    it is none and no name has its words.
    """
    text = tidy(text)
    if not search_words(text):
        return Matches()
    kinds = organisations_of(AsksAs.PROVIDER), units_of_providers(), wards_of(groups)
    place = place_of(text)
    if place is not None:
        providers, units, wards = kinds
        found = [
            list(of_code(providers, text).select_related(providers.related)),
            nearest_units(units, text, place),
            nearest_wards(wards, text, place),
        ]
    else:
        found = [best(kind, text, MOST_FOUND) for kind in kinds]
        if not any(found):
            found = [alike(kind, text, MOST_FOUND) for kind in kinds]
    return Matches(
        (kind.match(row) for kind, rows in zip(kinds, found, strict=True) for row in rows[:limit]),
        more=any(len(rows) > limit for rows in found),
    )


def successor_of(organisation: Organisation) -> Organisation | None:
    """The open organisation that took a closed one over, through any number of mergers.

    None if there is none, or if they lead in a circle. A query for each merger.
    """
    seen = {organisation.pk}
    following = organisation.successor
    while following is not None and is_closed(following):
        if following.pk in seen:
            return None
        seen.add(following.pk)
        following = following.successor
    return following


def followers(asks_as: str | None, text: str) -> list[Match]:
    """The open organisations that have taken over what fits, each with the name that it had."""
    merged = Organisation.objects.exclude(still_open("")).filter(successor__isnull=False)
    found: dict[int, Match] = {}
    for row in best(Kind(merged, "successor__kind", "ods_code", match_of), text, MOST_MERGED):
        following = successor_of(row)
        if following and asks_as in (None, following.kind.asks_as):
            match = organisation_match(following, f"{row.name} is part of it now")
            found.setdefault(match.id, match)
    return list(found.values())


def tidy(text: str) -> str:
    """What was typed, on one line; nothing where it is too short or too long to look for."""
    text = " ".join(text.replace("\0", " ").split())
    return text if SHORTEST_SEARCH <= len(text) <= LONGEST_SEARCH else ""


def place_of(text: str) -> Place | None:
    """That of a postcode or its first half; a text without a digit is a name, even 'Biona'."""
    if not any(letter.isdigit() for letter in text):
        return None
    try:
        return resolve(text, allow_outcode=True)
    except PostcodeError:
        return None


def best(kind: Kind, text: str, limit: int) -> list[Any]:
    """Rows that fit, up to one more than the limit: those of an ODS code first, then by name.

    Each step is a search of its own, which an index serves and the limit ends: one condition with
    OR would read the whole table.
    """
    steps = [Q(name__istartswith=text)]
    if " " not in text:
        steps.insert(0, Q(**{f"{kind.code}__iexact": text}))
    if len(text) > 2:
        steps.append(Q(name__icontains=text))
    every_word = has_words(text)
    rank = Case(*(When(step, then=number) for number, step in enumerate(steps)), default=9)
    found = [kind.rows.filter(step).order_by("name", "pk") for step in (*steps, every_word)]
    return list(either(kind, found, limit).order_by(rank, "name", "pk")[: limit + 1])


def has_words(text: str) -> Q:
    """The condition that every word of a text is in the names of a row or of what it lies in."""
    condition = Q()
    for word in list(dict.fromkeys(search_words(text).split()))[:MOST_WORDS]:
        # One or two letters would fit nearly everything, and only begin a word.
        condition &= Q(search_text__contains=word if len(word) > 2 else f" {word}")
    return condition


def alike(kind: Kind, text: str, limit: int) -> list[Any]:
    """Rows whose own names are spelled like the text, up to one more than the limit."""
    text = text.upper()
    near = kind.rows.annotate(upper=Upper("name")).filter(upper__trigram_word_similar=text)
    likeness = TrigramWordSimilarity(text, Upper("name"))
    found = either(kind, [near.order_by()], MOST_COMPARED).annotate(likeness=likeness)
    return list(found.order_by("-likeness", "name", "pk")[: limit + 1])


def either(kind: Kind, found: list[QuerySet[Any]], limit: int) -> QuerySet[Any]:
    """The rows that one of the searches has among its first, with all that a match shows."""
    first, *others = (search.values("pk")[: limit + 1] for search in found)
    rows = kind.rows.model._default_manager.select_related(kind.related)
    return rows.filter(pk__in=first.union(*others) if others else first)


def of_code(kind: Kind, text: str) -> QuerySet[Any]:
    return kind.rows.filter(**{f"{kind.code}__iexact": text})


def around(kind: Kind, text: str, place: Place, limit: int, *, with_units: bool) -> list[Match]:
    """Organisations at the postcode, then those of the nearest units, then those of its area."""
    outcode = place.postcode.split()[0]
    is_here = Q(ods_code__iexact=text) | Q(postcode=place.postcode)
    in_area = (
        kind.rows.filter(is_here | Q(postcode__startswith=f"{outcode} "))
        .select_related(kind.related)
        .annotate(rank=Case(When(is_here, then=0), default=1))
        .order_by("rank", "name", "pk")[: limit + 1]
    )
    found = {row.pk: kind.match(row) for row in in_area if row.rank == 0}
    if with_units:
        for unit in nearest(units_of_providers(), place, limit):
            match = organisation_match(unit.organisation, f"{unit.name}, {away(unit.miles)}")
            found.setdefault(match.id, match)
    for row in in_area:
        found.setdefault(row.pk, kind.match(row))
    return list(found.values())


def nearest(units: Kind, place: Place, limit: int) -> QuerySet[Any]:
    """The units nearest to a place, up to one more than the limit, with their `miles`."""
    return (
        units.rows.select_related(units.related)
        .annotate(miles=distance_miles(place.latitude, place.longitude))
        .order_by(nearness(point_on_sphere(place.latitude, place.longitude)), "pk")[: limit + 1]
    )


def nearest_units(units: Kind, text: str, place: Place) -> list[Any]:
    """Units of an ODS code that looks like a postcode, then the nearest."""
    found = [of_code(units, text), nearest(units, place, MOST_FOUND)]
    return in_order(either(units, found, MOST_FOUND), units, text, place)


def nearest_wards(wards: Kind, text: str, place: Place) -> list[Any]:
    """The same for wards: the nearest are in the nearest units that have any of them."""
    having = Unit.objects.filter(Exists(wards.rows.filter(unit=OuterRef("pk"))))
    units = Kind(having, "organisation", "ods_code", unit_match)
    near = nearest(units, place, MOST_FOUND).values("pk")
    of_that_code = Unit.objects.filter(ods_code__iexact=text).values("pk")
    rows = wards.rows.select_related(wards.related).filter(unit__in=near.union(of_that_code))
    return in_order(rows, wards, text, place)


def in_order(rows: QuerySet[Any], kind: Kind, text: str, place: Place) -> list[Any]:
    """Those of an ODS code, then the nearest, up to one more than are shown."""
    path = kind.code.removesuffix("ods_code")
    miles = distance_miles(place.latitude, place.longitude, path=path)
    rank = Case(When(**{f"{kind.code}__iexact": text}, then=0), default=1)
    return list(rows.annotate(miles=miles).order_by(rank, "miles", "name", "pk")[: MOST_FOUND + 1])


def match_of(row: Organisation | Unit | Ward) -> Match:
    """What a place is shown as."""
    if isinstance(row, Organisation):
        return organisation_match(row)
    return unit_match(row) if isinstance(row, Unit) else ward_match(row)


def organisation_match(row: Organisation, nearby: str = "") -> Match:
    """With e.g. 'ODS code NV2, Maidenhead SL6 0PQ' or 'GP practice, ODS code A81001'."""
    kind = "" if row.kind.asks_as == AsksAs.PROVIDER else row.kind.name
    place = nearby or " ".join(filter(None, [row.address.rpartition(", ")[2], row.postcode]))
    detail = ", ".join(filter(None, [kind, f"ODS code {row.ods_code}", place]))
    return Match("organisation", row.pk, row.name, detail)


def unit_match(row: Any) -> Match:
    return Match("unit", row.pk, str(row), where(row, row))


def ward_match(row: Any) -> Match:
    return Match("ward", row.pk, str(row), where(row.unit, row))


def where(unit: Unit, row: Any) -> str:
    """E.g. 'Maidenhead, SL6 0PQ, 3 miles away'."""
    miles: float | None = getattr(row, "miles", None)
    distance = "" if miles is None else away(miles)
    return ", ".join(filter(None, [unit.town, unit.postcode, distance]))


def away(miles: float) -> str:
    if miles < 1:
        return "less than a mile away"
    return "1 mile away" if round(miles) == 1 else f"{miles:.0f} miles away"
