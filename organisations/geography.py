"""Points on the earth, in the database."""

from math import asin, cos, pi, radians, sin
from typing import Any

from django.db.models import F, FloatField, Func, Value
from django.db.models.expressions import CombinedExpression, Expression
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

EARTH_RADIUS_MILES = 3958.7613


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


def position_on_sphere(*, path: str = "") -> Func:
    """A unit's place as a point in space, of which an index knows the nearest."""
    latitude, longitude = Radians(f"{path}latitude"), Radians(f"{path}longitude")
    return Func(
        Cos(latitude) * Cos(longitude),
        Cos(latitude) * Sin(longitude),
        Sin(latitude),
        template="cube(ARRAY[%(expressions)s])",
        output_field=FloatField(),
    )


def point_on_sphere(latitude: float, longitude: float) -> list[float]:
    """The same of any place."""
    north, east = radians(latitude), radians(longitude)
    return [cos(north) * cos(east), cos(north) * sin(east), sin(north)]


def nearness(point: Any, *, path: str = "") -> Expression:
    """What orders units from the nearest to the farthest, by index: `miles_of` makes it miles.

    `point` is a `point_on_sphere`, or an expression that gives one.
    """
    given = point if isinstance(point, Expression) else Value(point)
    here = Func(given, template="cube(%(expressions)s)")
    there = position_on_sphere(path=path)
    return CombinedExpression(there, "<->", here, output_field=FloatField())


def miles_of(nearness: float) -> float:
    """Straight-line miles over the ground."""
    return 2 * EARTH_RADIUS_MILES * asin(min(nearness / 2, 1.0))


def nearness_of(miles: float) -> float:
    """The reverse; never beyond the other side of the earth."""
    return 2 * sin(min(miles / (2 * EARTH_RADIUS_MILES), pi / 2))
