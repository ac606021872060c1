"""Wards around SL6 0PQ."""

from datetime import timedelta

from django.utils import timezone

from availability.models import WardTotals
from organisations.postcodes import Place
from tests.factories.availability import ward_with_beds
from tests.factories.organisations import UnitFactory

ADDRESS = "/search/"
MILES_IN_A_DEGREE_NORTH = 69.09
HERE = Place("SL6 0PQ", 51.5224, -0.6836, "sector", None)


def ward_at(miles, name, *, free=1, beds=2, confirmed_hours_ago=1, unit=None, **fields):
    """A ward so many miles north of SL6 0PQ, last confirmed so many hours ago (None: never)."""
    site = UnitFactory(
        **{
            "ods_code": f"N{miles}",
            "name": f"Unit {miles}",
            "latitude": HERE.latitude + miles / MILES_IN_A_DEGREE_NORTH,
            "longitude": HERE.longitude,
            **(unit or {}),
        }
    )
    ward = ward_with_beds(beds, free=free, unit=site, name=name, **fields)
    if confirmed_hours_ago is not None:
        at = timezone.now() - timedelta(hours=confirmed_hours_ago, minutes=1)
        WardTotals.objects.filter(ward=ward).update(confirmed_at=at)
    return ward


def names(response):
    return [result.ward.name for result in response.context["results"].results]
