"""Organisations, units and wards, as people choose them in the access request."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from core.errors import DomainError
from organisations.choices import AsksAs
from organisations.models import Organisation, Unit, Ward
from organisations.queries import still_open

MOST_PLACES = 100


class PlaceError(DomainError):
    """What was named is not a place that can be asked for."""


@dataclass(frozen=True)
class ChosenPlace:
    """One place; `kind` is organisation, unit or ward."""

    kind: str
    place: models.Model

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.place.pk}"

    @property
    def label(self) -> str:
        return str(self.place)


def choosable() -> dict[str, models.QuerySet]:
    """Open places of providers; wards only of the groups that are open to registration."""
    return {
        "organisation": Organisation.objects.filter(still_open(""), kind__asks_as=AsksAs.PROVIDER),
        "unit": Unit.objects.filter(still_open("", "organisation__")).select_related(
            "organisation"
        ),
        "ward": Ward.objects.filter(
            still_open("", "unit__", "unit__organisation__"),
            service_type__group__open_to_registration=True,
        ).select_related("unit__organisation", "service_type__group"),
    }


def chosen_places(values: Iterable[str]) -> list[ChosenPlace]:
    """The places of 'kind:id' values, in their order: 1 query a kind. PlaceError if one is none."""
    wanted = list(values)
    found = places_still_open(wanted)
    if len(found) < len(wanted):
        raise PlaceError("Choose a place from the list. One that you chose may have closed.")
    return found


def places_still_open(values: Iterable[str]) -> list[ChosenPlace]:
    """Those of 'kind:id' values that can be chosen today; PlaceError if one is malformed."""
    wanted = []
    for value in values:
        kind, _, number = value.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise PlaceError("Choose a place from the list")
        wanted.append((kind, int(number)))
    found: dict[tuple[str, int], models.Model] = {}
    for kind, places in choosable().items():
        numbers = [number for wanted_kind, number in wanted if wanted_kind == kind]
        if numbers:
            found |= {(kind, place.pk): place for place in places.filter(pk__in=numbers)}
    return [ChosenPlace(key[0], found[key]) for key in wanted if key in found]
