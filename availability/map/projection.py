"""Degrees on paper, in whole units of some half a kilometre."""

from math import cos, radians

# Seen from the middle of England, a degree of longitude is this part of one of latitude.
NARROWING = cos(radians(53))
NORTH, WEST = 60.95, -8.75
SOUTH, EAST = 49.75, 1.85
UNITS_PER_DEGREE = 200


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """How far right and down of the north-western corner of the United Kingdom's frame (WGS84)."""
    right = (longitude - WEST) * NARROWING * UNITS_PER_DEGREE
    return right, (NORTH - latitude) * UNITS_PER_DEGREE
