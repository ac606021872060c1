"""FHIR R4: what is answered is valid by the models of the standard, and says what is so.

The models are those of R4B (4.3.0), in which these resources are as in R4 (4.0.1).
"""

from datetime import time, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pydantic import BaseModel

from availability.choices import BedState, ClosedReason
from availability.exports.fhir import views
from availability.exports.tokens.services import make_token
from availability.models import Bed
from availability.services import limit_intake
from availability.sessions.plan import Slot
from organisations.choices import WardKind
from organisations.models import Feature
from tests.factories.accounts import searcher
from tests.factories.availability import bed_manager, bed_since, change, ward_with_beds
from tests.factories.organisations import (
    OrganisationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)
from tests.factories.sessions import plan, ward_with_sessions, week

pytestmark = pytest.mark.django_db

BASE = "/exports/fhir"
SERVER = "http://testserver/exports/fhir"


def valid(data: dict[str, Any]) -> dict[str, Any]:
    """The resource, held against its model, and its codes against those that the model names."""
    module = import_module(f"fhir.resources.R4B.{data['resourceType'].lower()}")
    model = getattr(module, data["resourceType"]).model_validate(data)
    check_codes(model)
    return data


def check_codes(model: BaseModel) -> None:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        allowed = (field.json_schema_extra or {}).get("enum_values")
        values = value if isinstance(value, list) else [value]
        # Of media types, the model names those that are always understood.
        closed = allowed and name != "format"
        for one in values:
            if closed and one is not None:
                assert one in allowed, f"{name}: {one}"
            if isinstance(one, BaseModel):
                check_codes(one)


def get(client, address: str, status: int = 200) -> dict[str, Any]:
    response = client.get(address.replace("http://testserver", ""))
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/fhir+json")
    return valid(response.json())


def resources(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    for entry in bundle.get("entry", []):
        valid(entry["resource"])
        assert entry["fullUrl"].endswith(f"/{entry['resource']['id']}")
    return {entry["resource"]["id"]: entry["resource"] for entry in bundle.get("entry", [])}


@pytest.fixture
def ward():
    """Two beds free, of which the staff can take one patient, and one occupied."""
    ward = ward_with_beds(3, free=2, referral_hours="24 hours a day", email="kennet@trust.example")
    limit_intake(ward=ward, can_take=1, by=bed_manager(ward))
    return ward


@pytest.fixture
def sam(client, ward):
    user = searcher(ward.service_type.group)
    client.force_login(user)
    return user


def test_a_ward_is_a_location_with_its_place_and_status(client, sam, ward):
    found = get(client, f"{BASE}/Location/ward-{ward.pk}")
    assert found["name"] == "CAMHS-Kennet-ED"
    assert (found["status"], found["mode"]) == ("active", "instance")
    assert found["operationalStatus"]["system"] == "http://terminology.hl7.org/CodeSystem/v2-0116"
    assert found["operationalStatus"]["code"] == "U"
    assert found["physicalType"]["coding"][0]["code"] == "wa"
    assert found["position"] == {"longitude": -0.65911, "latitude": 51.518794}
    assert found["partOf"]["reference"] == f"Location/site-{ward.unit_id}"
    assert found["telecom"][0] == {"system": "phone", "value": "01632 960101", "use": "work"}
    organisation = found["managingOrganization"]["reference"]
    provider = get(client, f"{BASE}/{organisation}")
    assert provider["identifier"] == [
        {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "NV2"}
    ]
    hospital = get(client, f"{BASE}/{found['partOf']['reference']}")
    assert hospital["identifier"][0]["value"] == "NV201"


def test_a_ward_that_can_take_nobody_is_not_unoccupied(client, sam, ward):
    limit_intake(ward=ward, can_take=0, by=bed_manager(ward))
    found = get(client, f"{BASE}/Location/ward-{ward.pk}")
    assert found["operationalStatus"]["code"] == "O"
    for bed in ward.beds.all():
        change(bed, BedState.CLOSED, by=bed_manager(ward), closed_reason=ClosedReason.ENVIRONMENT)
    found = get(client, f"{BASE}/Location/ward-{ward.pk}")
    assert found["operationalStatus"]["code"] == "C"


def test_each_bed_has_the_code_of_its_state_as_time_has_made_it(client, sam):
    ward = WardFactory(name="Thames")
    now = timezone.now()
    past, soon = {"due_at": now - timedelta(hours=1)}, {"due_at": now + timedelta(hours=1)}
    held = {"held_for": "Night team"}
    expected = {}
    for state, details, code in (
        (BedState.AVAILABLE, {}, "U"),
        (BedState.AVAILABLE, soon, "O"),
        (BedState.AVAILABLE, past, "U"),
        (BedState.RESERVED, {**held, **soon}, "O"),
        (BedState.RESERVED, {**held, **past}, "U"),
        (BedState.OCCUPIED, {}, "O"),
        (BedState.ON_LEAVE, past, "O"),
        (BedState.PREPARING, soon, "H"),
        (BedState.PREPARING, past, "U"),
        (BedState.ISOLATED, {}, "I"),
        (BedState.CLOSED, {"closed_reason": ClosedReason.ACUITY, **past}, "C"),
    ):
        bed = bed_since(ward, (9, state, details), name=f"Bed {len(expected)}")
        expected[f"bed-{bed.pk}"] = code
    found = resources(get(client, f"{BASE}/Location?partof=Location/ward-{ward.pk}"))
    assert {key: bed["operationalStatus"]["code"] for key, bed in found.items()} == expected
    assert "Night team" not in str(found)


def test_a_service_says_whom_it_takes_and_how_to_refer(client, sam, ward):
    ward.features.add(Feature.objects.create(code="en-suite", name="En-suite", position=1))
    found = get(client, f"{BASE}/HealthcareService/ward-{ward.pk}")
    group, detained = found["category"][0]["coding"][0], found["characteristic"][1]["coding"][0]
    assert group["display"] == "CYPMHS (CAMHS)"
    codings = found["type"][0]["coding"]
    assert [(one["system"], one["code"]) for one in codings] == [
        (f"{SERVER}/CodeSystem/service-type", "cyp-eating-disorders"),
        (f"{SERVER}/CodeSystem/mhsds-v6-class", "302"),
    ]
    sex, age = found["eligibility"]
    assert [one["code"] for one in sex["code"]["coding"]] == ["male", "female"]
    assert age["comment"] == "12 to 18 years"
    assert found["availableTime"][0]["allDay"] is True
    assert found["extraDetails"] == "Referrals: 24 hours a day"
    assert detained["display"] == "En-suite"
    assert found["location"][0]["reference"] == f"Location/ward-{ward.pk}"


def test_pages_follow_each_other_and_miss_nothing(client, sam, ward):
    ward_with_beds(2, name="Thames")
    everything = list(resources(get(client, f"{BASE}/Location")))
    assert len(everything) == 1 + 2 + 5
    assert [key.split("-")[0] for key in everything] == ["site", *["ward"] * 2, *["bed"] * 5]
    for count in (1, 2, 3, 8):
        found, address = [], f"{BASE}/Location?_count={count}"
        while address:
            bundle = get(client, address)
            links = {link["relation"]: link["url"] for link in bundle["link"]}
            assert links["self"].endswith(address.replace("http://testserver", ""))
            page = list(resources(bundle))
            assert 1 <= len(page) <= count
            found, address = found + page, links.get("next", "")
            # What comes in between moves nothing.
            if len(found) == 3:
                Bed.objects.filter(pk=everything[3].removeprefix("bed-")).update(name="Renamed")
        assert found == everything


def test_a_page_has_no_more_than_so_many_whatever_is_asked(client, sam, ward, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    assert len(resources(get(client, f"{BASE}/Location?_count=999999"))) == 2


def test_a_page_takes_as_many_queries_however_many_there_are(client, sam, ward):
    def queries(kind: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            get(client, f"{BASE}/{kind}")
        return len(counted)

    kinds = ("Location", "HealthcareService", "Organization")
    ward_with_sessions((9, 1), unit=ward.unit)
    before = [queries(kind) for kind in kinds]
    ward_with_sessions((10, 1), unit=ward.unit, name="Another programme")
    for number in range(4):
        ward_with_beds(5, name=f"Ward {number}")
    assert [queries(kind) for kind in kinds] == before


def test_nothing_of_other_groups_nor_of_what_is_closed_is_there(client, sam, ward):
    group = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
    kind = ServiceTypeFactory(code="medium-secure", name="Medium", group=group, position=1)
    provider = OrganisationFactory(ods_code="NV3", ods_name="THEIR", name="Their provider")
    unit = UnitFactory(ods_code="NV301", ods_name="T", name="Their house", organisation=provider)
    theirs = ward_with_beds(1, name="Secret", service_type=kind, unit=unit)
    closed = ward_with_beds(1, name="Closed", closed_on=timezone.localdate())
    retired = ward.beds.last()
    Bed.objects.filter(pk=retired.pk).update(retired_at=timezone.now())
    found = str([get(client, f"{BASE}/{kind}") for kind in ("Location", "HealthcareService")])
    found += str(get(client, f"{BASE}/Organization"))
    for name in ("Secret", "Closed", "Their", f"bed-{retired.pk}'"):
        assert name not in found
    text = make_token(name="Warehouse", days=30, by=sam)
    hidden = [f"ward-{one.pk}" for one in (theirs, closed)] + [f"bed-{retired.pk}", "nonsense"]
    for key in [*hidden, f"bed-{theirs.beds.get().pk}", "ward-" + "9" * 30, "bed-0", "ward-9%00"]:
        assert client.get(f"{BASE}/Location/{key}").status_code == 404
        answer = client.get(f"{BASE}/Location/{key}", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 404
        assert valid(answer.json())["issue"][0]["code"] == "not-found"
    assert "entry" not in get(client, f"{BASE}/Location?partof=Location/ward-{theirs.pk}")


def test_a_sessional_ward_is_there_without_a_status(client, sam):
    ward = WardFactory(
        name="Day", kind=WardKind.SESSIONAL, commissioned_beds=None, sessions_a_day=4
    )
    assert "operationalStatus" not in get(client, f"{BASE}/Location/ward-{ward.pk}")


def test_a_service_with_sessions_says_when_they_are_held_in_the_week_in_force(client, sam, ward):
    day = ward_with_sessions((9, 1), days=[0], unit=ward.unit)
    today = timezone.localdate()
    plan(day, [Slot(1, time(10), 90, 4), Slot(4, time(14, 30), 60, 1)], today)
    plan(day, week((20, 1)), today + timedelta(days=3))
    found = get(client, f"{BASE}/HealthcareService/ward-{day.pk}")
    assert found["appointmentRequired"] is True
    assert found["availableTime"] == [
        {
            "daysOfWeek": ["tue"],
            "availableStartTime": "10:00:00",
            "availableEndTime": "11:30:00",
        },
        {
            "daysOfWeek": ["fri"],
            "availableStartTime": "14:30:00",
            "availableEndTime": "15:30:00",
        },
    ]
    assert "appointmentRequired" not in get(client, f"{BASE}/HealthcareService/ward-{ward.pk}")


@pytest.mark.parametrize(
    "asked",
    [
        "_count=0",
        "_count=-1",
        "_count=x",
        "_count=" + "9" * 50,
        "_count=%C2%B2",
        "_after=nonsense",
        "_after=ward-" + "9" * 30,
        "_after=organisation-1",
        "partof=bed-1",
        "partof=%00",
        "name=Kennet",
        "_format=xml",
    ],
)
def test_what_is_not_understood_is_refused_with_a_reason(client, sam, asked):
    outcome = get(client, f"{BASE}/Location?{asked}", status=400)
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["diagnostics"]


def test_a_wrong_token_is_refused_as_fhir_says(client):
    response = client.get(f"{BASE}/Location", headers={"Authorization": "Bearer wrong"})
    assert response.status_code == 401
    assert valid(response.json())["issue"][0]["code"] == "login"


def test_the_server_says_what_it_can_do(client, sam):
    statement = get(client, f"{BASE}/metadata")
    assert (statement["fhirVersion"], statement["kind"]) == ("4.0.1", "instance")
    told = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert set(told) == {"Location", "HealthcareService", "Organization"}
    for kind, one in told.items():
        assert "entry" in get(client, f"{BASE}/{kind}")
        assert {code["code"] for code in one["interaction"]} == {"read", "search-type"}


def test_characters_that_fhir_does_not_take_are_left_out(client, sam, ward):
    ward.name = "Kennet\x0b\x1f <b>"
    ward.save()
    assert get(client, f"{BASE}/Location/ward-{ward.pk}")["name"] == "Kennet <b>"
