"""EDXL-HAVE 2.0: what is well-formed, in its namespaces, and what it says."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from availability.choices import BedState, ClosedReason
from availability.exports import have
from availability.services import confirm_ward, limit_intake
from tests.factories.accounts import searcher
from tests.factories.availability import bed_manager, change, ward_with_beds
from tests.factories.organisations import ServiceGroupFactory, ServiceTypeFactory, UnitFactory

pytestmark = pytest.mark.django_db

NS = have.NAMESPACES


@pytest.fixture
def ward():
    ward = ward_with_beds(4, free=2)
    limit_intake(ward=ward, can_take=1, by=bed_manager(ward))
    return ward


@pytest.fixture
def sam(client, ward):
    user = searcher(ward.service_type.group)
    client.force_login(user)
    return user


def message(client) -> Element:
    response = client.get("/exports/edxl-have.xml")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return fromstring(b"".join(response.streaming_content))


def texts(element: Element, path: str) -> list[str | None]:
    return [found.text for found in element.findall(path, NS)]


def test_a_site_is_a_facility_and_a_ward_a_service_with_its_beds(client, sam, ward):
    confirm_ward(ward=ward, by=bed_manager(ward))
    root = message(client)
    assert root.tag == "{urn:oasis:names:tc:emergency:edxl:have:2.0}HAVE"
    (facility,) = root.findall("have:facility", NS)
    about = "have:facilityInformation"
    assert texts(facility, f"{about}/have:facilityID") == ["NV201"]
    assert texts(facility, f"{about}/have:facilityName") == ["Huntercombe Hospital - Maidenhead"]
    point = facility.find(f"{about}/have:facilityGeoLocation/gsf:EDXLGeoLocation/gml:Point", NS)
    assert texts(point, "gml:pos") == ["51.518794 -0.65911"]
    item = "have:serviceList/have:serviceListItem"
    assert texts(facility, f"{item}/have:serviceName") == ["CAMHS-Kennet-ED"]
    beds = f"{item}/have:bedCapacity"
    assert texts(facility, f"{beds}/have:capacityStatus") == ["VacantAvailable"]
    # Two are free, and the staff can take one patient.
    assert texts(facility, f"{beds}/have:availableCount") == ["1"]
    assert texts(facility, f"{beds}/have:baselineCount") == ["4"]
    assert len(texts(facility, f"{item}/have:lastUpdateTime")) == 1


def test_a_full_ward_is_not_available(client, sam, ward):
    *others, last = ward.beds.all()
    for bed in others:
        change(bed, BedState.OCCUPIED, by=bed_manager(ward))
    change(last, BedState.CLOSED, by=bed_manager(ward), closed_reason=ClosedReason.STAFFING)
    assert texts(message(client), ".//have:bedCapacity/have:closedCount") == ["1"]
    path = ".//have:bedCapacity/have:capacityStatus"
    assert texts(message(client), path) == ["NotAvailable"]


def test_whatever_a_name_holds_stays_a_name(client, sam, ward):
    ward.name = "</have:HAVE>&<!-- \x0b\x00 ]]> \ufffe".replace("\0", "")
    ward.save()
    assert texts(message(client), ".//have:serviceName") == ["</have:HAVE>&<!--  ]]> "]


def test_no_site_comes_twice_and_no_ward_is_missed_between_batches(client, sam, ward, monkeypatch):
    monkeypatch.setattr(have, "BATCH", 1)
    ward_with_beds(1, name="Thames")
    other = UnitFactory(ods_code="NV202", ods_name="Second", name="Second house")
    ward_with_beds(1, name="Isis", unit=other)
    root = message(client)
    assert texts(root, ".//have:facilityID") == ["NV201", "NV202"]
    assert texts(root, ".//have:serviceName") == ["CAMHS-Kennet-ED", "Thames", "Isis"]


def test_wards_of_other_groups_are_not_there(client, sam, ward):
    group = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
    kind = ServiceTypeFactory(code="medium-secure", name="Medium", group=group, position=1)
    ward_with_beds(1, name="Secret", service_type=kind)
    assert texts(message(client), ".//have:serviceName") == ["CAMHS-Kennet-ED"]


def test_the_whole_message_takes_one_query_for_some_hundred_wards(
    sam, ward, django_assert_num_queries
):
    for number in range(3):
        ward_with_beds(1, name=f"Ward {number}")
    with django_assert_num_queries(1):
        assert len(list(have.batches(have.wards_of(sam)))) == 4
