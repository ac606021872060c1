"""Where the wards of a page of results lie."""

from itertools import groupby

from availability.map.picture import MapPicture, MapPoint
from availability.searching.cards import Result
from availability.searching.criteria import Criteria
from availability.searching.finding import Results


def map_of(results: Results, criteria: Criteria) -> MapPicture:
    """A mark for each unit, numbered like its first ward in the list."""
    place = criteria.place
    by_unit = sorted(results.results, key=lambda result: (result.ward.unit_id, result.number))
    points = [
        point_of(list(found)) for _, found in groupby(by_unit, key=lambda one: one.ward.unit_id)
    ]
    here = MapPoint(place.postcode, place.latitude, place.longitude, emphasis=True)
    return MapPicture(f"Wards found near {place.postcode}", [*points, here], name="wards")


def point_of(results: list[Result]) -> MapPoint:
    """Of wards in one unit; it leads to the first of them."""
    first = results[0]
    wards = "; ".join(f"{one.number}. {one.ward.name}, {one.free_words}" for one in results)
    return MapPoint(
        f"{wards}: {first.ward.unit}, {first.distance}",
        first.ward.latitude,
        first.ward.longitude,
        href=f"#ward-{first.ward.pk}",
        mark=f"{first.number}+" if len(results) > 1 else str(first.number),
    )
