"""What a scope contains, in words, for whoever decides whether it is the right one."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from organisations.models import (
    Collaborative,
    Organisation,
    Region,
    ServiceGroup,
    Unit,
    Ward,
)
from organisations.queries import still_open

MOST_NAMED = 10


def contents_of(scope: Model | None) -> str:
    """E.g. '3 wards: Ash, Beech, Cedar'; empty if nothing is to be said. At most 1 query."""
    words = CONTENTS.get(type(scope)) if scope else None
    return words(scope) if words else ""


def of_ward(ward: Any) -> str:
    return "One ward."


def of_unit(unit: Any) -> str:
    return named("ward", Ward.objects.filter(still_open(""), unit=unit))


def of_organisation(organisation: Any) -> str:
    units = Unit.objects.filter(still_open(""), organisation=organisation)
    return f"Every ward of {named('unit', units)}"


def of_group(group: Any) -> str:
    wards = Ward.objects.filter(
        still_open("", "unit__", "unit__organisation__"), service_type__group=group
    )
    return f"The whole country: {counted(wards.count(), 'ward')}."


def of_collaborative(collaborative: Any) -> str:
    return named("provider", Organisation.objects.filter(collaboratives=collaborative))


def of_region(region: Any) -> str:
    return named("collaborative", Collaborative.objects.filter(region=region))


CONTENTS: dict[type[Model], Callable[[Any], str]] = {
    Ward: of_ward,
    Unit: of_unit,
    Organisation: of_organisation,
    ServiceGroup: of_group,
    Collaborative: of_collaborative,
    Region: of_region,
}


def named(what: str, rows: Any) -> str:
    names = list(rows.order_by("name").values_list("name", flat=True))
    if not names:
        return f"0 {what}s."
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{counted(len(names), what)}: {', '.join(names[:MOST_NAMED])}{more}."


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
