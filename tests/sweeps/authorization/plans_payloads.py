"""What is sent to the pages on which a plan is edited: something that each of them writes."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from capacity_plans.models import Line
from tests.sweeps.authorization.estate import Estate

Payload = dict[str, Any]
SEGMENT = {"sex": "male", "security_level": "0"}
CHANGE = {
    **{"revision": 0, "kind": "increase", "number": 3, "reason": "Business case agreed"},
    **{"on_day": 1, "on_month": 6, "on_year": 2027},
}
ASSUMED = {
    **{"revision": 0, "admissions": 99, "length_of_stay": "30", "yearly_change": "0"},
    **{"occupancy": 85, "inside_flow": 100, **SEGMENT},
}


def service_type(estate: Estate) -> int:
    return int(estate.places.asked.service_type_id)


def asked_to_move(estate: Estate, place: str) -> Payload:
    lines = Line.objects.filter(version=min(estate.objects["own draft"][place], 2**62))
    first = lines.order_by("position").first()
    return {"move": f"{first.pk if first else 1}-down-0"}


def of_segment(estate: Estate, **fields: Any) -> Payload:
    return {"service_type": service_type(estate), **SEGMENT, **fields}


EDITING: dict[str, Callable[[Estate, str], Payload]] = {
    "plans:edit_details": lambda estate, place: {
        **{"revision": 0, "first_year": 2026, "years": 4, "population": 500_000, "notes": "More"},
    },
    "plans:add_wards": lambda estate, place: {"wards": [estate.objects["ward"]["own"]]},
    "plans:add_planned_ward": lambda estate, place: of_segment(
        estate, key=uuid4(), planned_name="Cedar", baseline=0
    ),
    "plans:order_lines": asked_to_move,
    "plans:add_assumption": lambda estate, place: of_segment(estate, **ASSUMED),
    "plans:edit_line": lambda estate, place: {
        **{"revision": 0, "baseline": 5, "difference": "Staffed for five"},
    },
    "plans:take_directory": lambda estate, place: {"revision": 0},
    "plans:remove_line": lambda estate, place: {"revision": 0, "changes": 1},
    "plans:add_change": lambda estate, place: {**CHANGE, "key": uuid4()},
    "plans:edit_change": lambda estate, place: CHANGE,
    "plans:move_change": lambda estate, place: {"revision": 0, "to": "2027-06-01"},
    "plans:remove_change": lambda estate, place: {"revision": 0},
    "plans:edit_assumption": lambda estate, place: of_segment(estate, **ASSUMED),
    "plans:remove_assumption": lambda estate, place: {"revision": 0},
}
