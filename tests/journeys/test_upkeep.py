"""A ward manager on a phone: a new ward, its beds, and what became of them."""

from tests.factories.accounts import PASSWORD
from tests.journeys.conftest import NARROW

MANAGER = "mira.manager@trust.example"
# Somebody of the demonstration's example unit, who may add wards to it.
MAKE_MANAGER = """
from accounts.choices import Capability
from accounts.models import User
from tests.factories.accounts import grant, person
unit = User.objects.get(email="ward@demo.example").grants.get(ward__isnull=False).ward.unit
grant(person("mira.manager"), Capability.AVAILABILITY_EDIT, unit=unit)
"""


def test_a_ward_manager_adds_a_ward_and_keeps_its_beds(visitor, site):
    site.manage("shell", "-c", MAKE_MANAGER)
    one = visitor(NARROW)
    one.login(MANAGER, PASSWORD)
    one.goto("/wards/keep/")
    one.check()
    one.page.get_by_role("link", name="Add a ward").first.click()
    page = one.page
    page.get_by_label("Name of the ward").fill("Willow")
    page.get_by_label("Service type").select_option(label="Eating disorders")
    page.get_by_label("Commissioned beds").fill("12")
    page.get_by_label("Mixed").check()
    page.get_by_label("Youngest age").fill("12")
    page.get_by_label("Oldest age (optional)").fill("17")
    page.get_by_label("Telephone for referrals").fill("01632 960177")
    one.click("See how searchers will see it")
    assert one.heading() == "How searchers will see Willow"
    assert "Telephone before travelling: 01632 960177" in page.locator(".cpms-result").inner_text()
    one.click("Save")
    assert one.heading() == "Add beds to Willow"
    page.get_by_label("What are the beds called?").fill("Bed 1-3")
    page.get_by_label("Closed", exact=True).check()
    page.get_by_label("Why closed?").select_option(label="Staffing")
    one.click("Add beds")
    rows = page.locator(".cpms-bed")
    assert rows.count() == 3
    rows.nth(0).get_by_role("link", name="Rename Bed 1").click()
    page.get_by_label("Name of the bed").fill("Garden room")
    one.click("Save")
    rows.nth(2).get_by_role("link", name="Retire Bed 3").click()
    page.get_by_label("Why is it retired?").fill("The room is an office now")
    one.click("Retire the bed")
    assert "The room is an office now" in rows.last.inner_text()
    rows.last.get_by_role("link", name="History of Bed 3").click()
    one.check()
    said = page.locator("main").inner_text()
    assert "Mira Manager, Availability editor" in said
    assert "Retired" in said
    one.click("History of the whole ward", role="link")
    assert "Renamed to Garden room" in page.locator("main").inner_text()
