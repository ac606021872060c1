"""What the FHIR addresses can do, as they say themselves."""

from typing import Any

from django.conf import settings

# When what is said here last changed
CHANGED = "2026-11-21"


def capability_statement(base: str) -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base}/metadata",
        "name": "CPMSExports",
        "title": f"{settings.SERVICE_NAME}: exports",
        "status": "active",
        "date": CHANGED,
        "publisher": settings.SERVICE_OWNER,
        "kind": "instance",
        "implementation": {"description": "Specialised mental health wards and beds", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A bearer token that somebody made in their profile"},
                "resource": [
                    resource("Location", [("partof", "reference", "Parts of a site or ward")]),
                    resource("HealthcareService", []),
                    resource("Organization", []),
                ],
            }
        ],
    }


def resource(kind: str, parameters: list[tuple[str, str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
    }
    if parameters:
        found["searchParam"] = [
            {"name": name, "type": of, "documentation": text} for name, of, text in parameters
        ]
    return found
