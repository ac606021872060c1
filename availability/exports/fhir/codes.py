"""The code systems that resources speak in."""

from typing import Any

from availability.choices import HL7_CODES, BedState
from organisations.choices import Sex

BED_STATUS = "http://terminology.hl7.org/CodeSystem/v2-0116"
BED_STATUS_WORDS = {
    "U": "Unoccupied",
    "O": "Occupied",
    "H": "Housekeeping",
    "I": "Isolated",
    "C": "Closed",
}
PHYSICAL_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ORGANISATION_TYPE = "http://terminology.hl7.org/CodeSystem/organization-type"
REFERRAL_METHOD = "http://terminology.hl7.org/CodeSystem/service-referral-method"
GENDER = "http://hl7.org/fhir/administrative-gender"
ODS_ORGANISATION = "https://fhir.nhs.uk/Id/ods-organization-code"
ODS_SITE = "https://fhir.nhs.uk/Id/ods-site-code"
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

SITE = ("si", "Site")
WARD = ("wa", "Ward")
BED = ("bd", "Bed")
GENDERS: dict[str, tuple[str, ...]] = {
    Sex.MALE: ("male",),
    Sex.FEMALE: ("female",),
    Sex.MIXED: ("male", "female"),
}


def coding(system: str, code: str, display: str = "") -> dict[str, Any]:
    return filled({"system": system, "code": code, "display": display})


def concept(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [coding(system, code, display)]}


def bed_status(code: str) -> dict[str, Any]:
    return coding(BED_STATUS, code, BED_STATUS_WORDS[code])


def code_of(column: str) -> str:
    """Of what a bed counts as: one that is available later is not unoccupied until then."""
    return HL7_CODES[BedState.OCCUPIED if column == "coming" else column]


def filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, which FHIR does not know, and characters that it does not take."""
    return {
        name: cleaned(value) for name, value in fields.items() if value not in ("", None, [], {})
    }


def cleaned(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join(sign for sign in value if sign >= " " or sign in "\t\r\n")
