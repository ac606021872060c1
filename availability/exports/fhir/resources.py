"""Organisations, sites, wards and beds as FHIR R4 resources: plain dictionaries."""

from datetime import date, datetime, timedelta
from typing import Any

from availability.conditions import Condition
from availability.exports.fhir import codes
from availability.exports.fhir.codes import bed_status, coding, concept, filled
from availability.models import BedEntry, SessionSlot
from availability.queries import as_it_is, totals_of
from organisations.choices import WardKind
from organisations.models import Organisation, Unit, Ward


def reference(kind: str, key: str, display: str) -> dict[str, Any]:
    return filled({"reference": f"{kind}/{key}", "display": display})


def managed_by(organisation: Organisation) -> dict[str, Any]:
    return reference("Organization", f"organisation-{organisation.pk}", organisation.name)


def address_of(place: Any) -> dict[str, Any]:
    found = filled(
        {
            "text": place.address,
            "city": getattr(place, "town", ""),
            "postalCode": place.postcode,
        }
    )
    return {**found, "country": "GBR"} if found else {}


def position_of(unit: Unit) -> dict[str, float]:
    """WGS84 degrees."""
    return {"longitude": unit.longitude, "latitude": unit.latitude}


def telecom_of(ward: Ward) -> list[dict[str, Any]]:
    """For referrals."""
    contacts = (("phone", ward.telephone), ("email", ward.email))
    return [
        {"system": system, "value": value, "use": "work"} for system, value in contacts if value
    ]


def organisation(base: str, row: Organisation) -> dict[str, Any]:
    return filled(
        {
            "resourceType": "Organization",
            "id": f"organisation-{row.pk}",
            "identifier": [{"system": codes.ODS_ORGANISATION, "value": row.ods_code}],
            "active": True,
            "type": [concept(codes.ORGANISATION_TYPE, "prov", "Healthcare Provider")],
            "name": row.name,
            "alias": [row.ods_name] if row.ods_name != row.name else [],
            "address": [address] if (address := address_of(row)) else [],
        }
    )


def location(**more: Any) -> dict[str, Any]:
    return filled({"resourceType": "Location", "status": "active", "mode": "instance", **more})


def site(base: str, row: Unit) -> dict[str, Any]:
    return location(
        id=f"site-{row.pk}",
        identifier=[{"system": codes.ODS_SITE, "value": row.ods_code}],
        name=row.name,
        address=address_of(row),
        physicalType=concept(codes.PHYSICAL_TYPE, *codes.SITE),
        position=position_of(row),
        managingOrganization=managed_by(row.organisation),
    )


def ward_status(ward: Any) -> str:
    """Of a ward with beds: whether it can take somebody now; its `free` says how many."""
    totals = totals_of(ward)
    if not totals.beds:
        return ""
    if ward.free and ward.free > 0:
        return "U"
    return "C" if totals.closed == totals.beds else "O"


def ward(base: str, row: Ward) -> dict[str, Any]:
    status = ward_status(row)
    return location(
        id=f"ward-{row.pk}",
        operationalStatus=bed_status(status) if status else {},
        name=row.name,
        type=[concept(codes.ROLE, "PHU", "Psychiatric hospital unit")],
        telecom=telecom_of(row),
        address=address_of(row.unit),
        physicalType=concept(codes.PHYSICAL_TYPE, *codes.WARD),
        position=position_of(row.unit),
        managingOrganization=managed_by(row.unit.organisation),
        partOf=reference("Location", f"site-{row.unit_id}", row.unit.name),
    )


def bed(base: str, entry: BedEntry) -> dict[str, Any]:
    """`entry` is the bed's latest, with `now` by the database's clock."""
    of = entry.bed.ward
    is_now = Condition.of(as_it_is(entry))
    return location(
        id=f"bed-{entry.bed_id}",
        operationalStatus=bed_status(codes.code_of(is_now.column)),
        name=entry.bed.name,
        physicalType=concept(codes.PHYSICAL_TYPE, *codes.BED),
        position=position_of(of.unit),
        managingOrganization=managed_by(of.unit.organisation),
        partOf=reference("Location", f"ward-{of.pk}", of.name),
    )


def times_of(slot: SessionSlot) -> dict[str, Any]:
    """When a session of each week is held, by the clock on the wall."""
    ends = datetime.combine(date.min, slot.begins) + timedelta(minutes=slot.minutes)
    return {
        "daysOfWeek": [codes.EVERY_DAY[slot.weekday]],
        "availableStartTime": f"{slot.begins:%H:%M:%S}",
        "availableEndTime": f"{ends:%H:%M:%S}",
    }


def service(base: str, row: Any) -> dict[str, Any]:
    """What a ward is for, and whom it takes; `weeks` as `sources.loaded_services` gives them."""
    kind = row.service_type
    types = [coding(f"{base}/CodeSystem/service-type", kind.code, kind.name)]
    if kind.mhsds_code:
        types.append(coding(f"{base}/CodeSystem/mhsds-v6-class", kind.mhsds_code))
    features = [
        concept(f"{base}/CodeSystem/feature", feature.code, feature.name)
        for feature in row.features.all()
    ]
    security = coding(
        f"{base}/CodeSystem/security-level",
        str(row.security_level),
        row.get_security_level_display(),
    )
    hours = row.referral_hours
    always = any(words in hours.lower().replace(" ", "") for words in ("24hours", "24/7", "24h"))
    times = [{"daysOfWeek": codes.EVERY_DAY, "allDay": True}] if always else []
    if row.kind == WardKind.SESSIONAL:
        times = [times_of(slot) for week in row.weeks for slot in week.slots.all()]
    return filled(
        {
            "resourceType": "HealthcareService",
            "id": f"ward-{row.pk}",
            "active": True,
            "providedBy": managed_by(row.unit.organisation),
            "category": [
                concept(f"{base}/CodeSystem/service-group", kind.group.code, kind.group.name)
            ],
            "type": [{"coding": types, "text": kind.name}],
            "location": [reference("Location", f"ward-{row.pk}", row.name)],
            "name": row.name,
            "comment": row.referral_instructions,
            "extraDetails": f"Referrals: {hours}" if hours else "",
            "telecom": telecom_of(row),
            "eligibility": [
                {
                    "code": {
                        "coding": [
                            coding(codes.GENDER, gender) for gender in codes.GENDERS[row.sex]
                        ],
                        "text": row.get_sex_display(),
                    }
                },
                {"code": {"text": "Age"}, "comment": ages_of(row)},
            ],
            "characteristic": [{"coding": [security]}, *features],
            "referralMethod": [concept(codes.REFERRAL_METHOD, "phone", "Phone")],
            "appointmentRequired": True if row.kind == WardKind.SESSIONAL else None,
            "availableTime": times,
        }
    )


def ages_of(row: Ward) -> str:
    """Years, inclusive."""
    if row.maximum_age is None:
        return f"{row.minimum_age} years and over"
    return f"{row.minimum_age} to {row.maximum_age} years"
