"""Wards and beds as FHIR R4 resources."""
