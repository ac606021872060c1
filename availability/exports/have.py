"""What is free now as an EDXL-HAVE 2.0 message: a facility for each site, a service for each ward.

Namespaces, HAVE, facility, facilityInformation and serviceList are as published; what could not be
compared with the schema stands in docs/operators/exports.md.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.sax.saxutils import quoteattr

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.queries import wards_viewable_by
from availability.queries import free_now, totals_of
from organisations.choices import WardKind
from organisations.models import Unit, Ward

NAMESPACES = {
    "have": "urn:oasis:names:tc:emergency:edxl:have:2.0",
    "gsf": "urn:oasis:names:tc:emergency:edxl:gsf:1.0",
    "gml": "http://www.opengis.net/gml/3.2",
}
WGS84 = "urn:ogc:def:crs:EPSG::4326"
BATCH = 500


def is_xml(sign: str) -> bool:
    """Whether XML 1.0 has the character."""
    return (
        sign in "\t\n\r"
        or " " <= sign <= "\ud7ff"
        or "\ue000" <= sign <= "\ufffd"
        or sign > "\uffff"
    )


def add(parent: Element, name: str, text: Any = None, **attributes: str) -> Element:
    """A child of that prefixed name; text is escaped when it is written."""
    child = SubElement(parent, name, attributes)
    if text is not None:
        child.text = "".join(sign for sign in str(text) if is_xml(sign))
    return child


def wards_of(user: Any) -> QuerySet[Any]:
    wards = wards_viewable_by(user).filter(kind=WardKind.INPATIENT, totals__isnull=False)
    return wards.select_related("unit__organisation", "service_type", "totals").annotate(
        free=free_now()
    )


def batches(wards: QuerySet[Any]) -> Iterator[Any]:
    """The wards site by site; a query for each 500."""
    ordered = wards.order_by("unit_id", "pk")
    some = list(ordered[:BATCH])
    yield from some
    while len(some) == BATCH:
        unit, ward = some[-1].unit_id, some[-1].pk
        later = Q(unit=unit, pk__gt=ward) | Q(unit__gt=unit)
        some = list(ordered.filter(later)[:BATCH])
        yield from some


def message(user: Any, now: datetime) -> Iterator[str]:
    """The message in parts, a site at a time; memory does not grow with their number."""
    declared = " ".join(
        f"xmlns:{prefix}={quoteattr(address)}" for prefix, address in NAMESPACES.items()
    )
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<have:HAVE {declared}>\n'
    yield written(reporter())
    yield written(period(now))
    for unit, wards in groupby(batches(wards_of(user)), key=lambda ward: ward.unit):
        yield written(facility(unit, wards))
    yield "</have:HAVE>\n"


def written(element: Element) -> str:
    return tostring(element, encoding="unicode") + "\n"


def reporter() -> Element:
    element = Element("have:organizationInformation")
    add(element, "have:organizationName", settings.SERVICE_NAME)
    return element


def period(now: datetime) -> Element:
    element = Element("have:reportingPeriod")
    add(element, "have:fromDateTime", now.isoformat())
    add(element, "have:toDateTime", now.isoformat())
    return element


def facility(unit: Unit, wards: Iterable[Ward]) -> Element:
    element = Element("have:facility")
    about = add(element, "have:facilityInformation")
    add(about, "have:facilityID", unit.ods_code)
    add(about, "have:facilityName", unit.name)
    add(about, "have:organizationID", unit.organisation.ods_code)
    add(about, "have:organizationName", unit.organisation.name)
    place = add(add(about, "have:facilityGeoLocation"), "gsf:EDXLGeoLocation")
    # An id of GML is unique in the message.
    point = add(place, "gml:Point", **{"gml:id": f"site-{unit.pk}", "srsName": WGS84})
    add(point, "gml:pos", f"{unit.latitude} {unit.longitude}")
    services = add(element, "have:serviceList")
    for ward in wards:
        add_service(services, ward)
    return element


def add_service(services: Element, ward: Any) -> None:
    totals = totals_of(ward)
    free = max(ward.free or 0, 0)
    service = add(services, "have:serviceListItem")
    add(service, "have:serviceID", f"ward-{ward.pk}")
    add(service, "have:serviceName", ward.name)
    add(service, "have:serviceType", ward.service_type.name)
    capacity = add(service, "have:bedCapacity")
    add(capacity, "have:bedType", "Psychiatric")
    add(capacity, "have:subCategoryBedType", ward.service_type.code)
    add(capacity, "have:capacityStatus", "VacantAvailable" if free else "NotAvailable")
    add(capacity, "have:availableCount", free)
    add(capacity, "have:baselineCount", totals.beds)
    add(capacity, "have:closedCount", totals.closed)
    if totals.confirmed_at:
        add(service, "have:lastUpdateTime", totals.confirmed_at.isoformat())
