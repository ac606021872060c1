"""Footprints of the collaboratives: invented, since no list of natural clinical flows is public."""

from collections import Counter, defaultdict

from organisations.models import (
    Collaborative,
    CollaborativeDistrict,
    PostcodeLocation,
)

SOURCE = "Invented for the demonstration"


def make_footprints() -> None:
    """Each district of a region belongs to one collaborative of each group that the region has."""
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    located = PostcodeLocation.objects.filter(district__isnull=False, region__isnull=False)
    for district, region in located.values_list("district_id", "region_id"):
        counted[district][region] += 1
    groups: dict[tuple[int, int], list[Collaborative]] = defaultdict(list)
    for one in Collaborative.objects.order_by("name"):
        groups[one.region_id, one.service_group_id].append(one)
    region_of = {one: regions.most_common(1)[0][0] for one, regions in counted.items()}
    CollaborativeDistrict.objects.bulk_create(
        CollaborativeDistrict(
            collaborative=collaboratives[number % len(collaboratives)],
            district_id=district,
            source=SOURCE,
        )
        for (region, _), collaboratives in groups.items()
        for number, district in enumerate(
            sorted(one for one, lies_in in region_of.items() if lies_in == region)
        )
    )
