"""Regions as the reference files name them."""

from organisations.loading.rows import Row
from organisations.models import Region


def regions_by_name() -> dict[str, int]:
    return {name.casefold(): pk for pk, name in Region.objects.values_list("id", "name")}


def region_if_given(row: Row, regions: dict[str, int]) -> int | None:
    return row.one_of("nhs_region", regions) if row.text("nhs_region") else None
