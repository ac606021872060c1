"""The main job, end to end: from no account to a bed that the next search sees."""

import re

import pytest
from playwright.sync_api import expect

from tests.counts import in_the_long_run
from tests.journeys.conftest import NARROW, WIDE

WARD = "The Huntercombe Group: Huntercombe Hospital - Maidenhead: CAMHS-Kennet-ED"
PASSWORD = "Correct-Horse-7"


def create_account(newcomer, address):
    page = newcomer.page
    newcomer.goto("/")
    newcomer.check()
    newcomer.click("Create an account")
    page.get_by_label("What is your first name?").fill("Zoë")
    page.get_by_label("What is your surname?").fill("O'Neill-Test")
    page.get_by_label("What is your email address?").fill(address)
    newcomer.click("Next")
    page.get_by_label("What is your job title? (optional)").fill("Staff nurse")
    page.get_by_label("What is your contact number? (optional)").fill("01632 960 001 ext 12")
    page.get_by_label("What is your organisation postcode?").fill("sl60pq")
    newcomer.click("Next")
    page.get_by_label("What would you like your password to be?").fill(PASSWORD)
    page.get_by_label("Please confirm your password by typing it again").fill(PASSWORD)
    newcomer.click("Next")
    page.get_by_label("I accept the terms of use").check()
    page.get_by_label("I do not agree").check()
    newcomer.click("Next")
    assert "SL6 0PQ" in page.locator("main").inner_text()
    # No person is as quick as this one.
    page.wait_for_timeout(3_000)
    page.get_by_label("I confirm my details are correct").check()
    newcomer.click("Register")


def mail_to(newcomer, address, subject):
    """Open the demonstration inbox until the worker has delivered the mail."""
    page = newcomer.page
    for _ in range(40):
        newcomer.goto(f"/demo/inbox/?to={address}")
        mail = page.locator(".nhsuk-card", has_text=subject)
        if mail.count():
            newcomer.check()
            return mail.first
        page.wait_for_timeout(250)
    raise AssertionError(f"No mail {subject!r} to {address}")


def ask_to_edit_the_ward(newcomer):
    page = newcomer.page
    for question, answer in (
        ("Your organisation", "Provider / provider collaborative"),
        ("Do you require bed/session availability access?", "Yes"),
        ("Do you require bed/capacity plans access?", "No"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    newcomer.click("Next")
    page.get_by_label("Your provider").fill("The Huntercombe Group")
    newcomer.click("Next")
    assert page.get_by_label("CYPMHS (CAMHS)").is_checked()
    page.get_by_role("group", name=re.compile("Do you require 'edit access'")).get_by_label(
        "Yes"
    ).check()
    newcomer.click("Next")
    page.get_by_label("Find an organisation, unit or ward").fill("kennet")
    newcomer.click("Find")
    newcomer.click(f"Add {WARD}")
    newcomer.click("Next")
    assert WARD in page.locator("main").inner_text()
    newcomer.click("Register")
    assert newcomer.heading() == "Your request has been sent"
    text = page.locator("main").inner_text()
    assert "Commissioner approver" in text
    assert "Your request is currently under review." in text


def approve_everything_of(approver, name):
    """From the notification of the request to the queue, and all of it."""
    page = approver.page
    approver.goto("/notifications/")
    approver.check()
    page.get_by_role("link", name=re.compile(f"{name} asks for")).first.click()
    approver.check()
    assert approver.heading() == "Approvals"
    asked = page.get_by_role("table").get_by_role("link", name=name)
    while asked.count():
        asked.first.click()
        approver.check()
        for answer in page.get_by_label("Yes", exact=True).all():
            answer.check()
        page.get_by_label("Approve", exact=True).check()
        approver.click("Confirm")
        assert "You have approved the request of" in page.locator("main").inner_text()


def free_beds_found(searcher):
    """What the search says of the ward, near the own postcode."""
    searcher.goto("/search/")
    searcher.check()
    result = searcher.page.locator(".cpms-result", has_text="CAMHS-Kennet-ED")
    if not result.count():
        return 0
    found = re.search(r"(\d+) free bed", result.inner_text())
    assert found, result.inner_text()
    return int(found[1])


@pytest.mark.journey
@pytest.mark.parametrize(
    ("viewport", "scripted"),
    [pytest.param(WIDE, True, marks=in_the_long_run), (NARROW, False)],
    ids=["1280", "390-no-js"],
)
@pytest.mark.requirement("CPMS-02")
@pytest.mark.requirement("CPMS-12")
@pytest.mark.requirement("CPMS-14")
@pytest.mark.requirement("CPMS-28")
@pytest.mark.requirement("CPMS-29")
@pytest.mark.requirement("CQRS-09")
def test_from_no_account_to_a_bed_that_the_next_search_sees(visitor, viewport, scripted):
    newcomer, approver = visitor(viewport, scripted), visitor(viewport, scripted)
    address = f"zoe.{viewport['width']}.{'js' if scripted else 'plain'}@trust.example"
    page = newcomer.page

    create_account(newcomer, address)
    newcomer.expected.add("410")
    mail = mail_to(newcomer, address, "NECS CPMS Account Registration")
    mail.locator("a[href*='/verify/']").click()
    newcomer.check()
    newcomer.click("Verify my email address")
    assert "verified" in page.locator("main").inner_text()

    newcomer.login(address, PASSWORD)
    assert "Organisation details" in newcomer.heading()
    ask_to_edit_the_ward(newcomer)
    newcomer.goto("/home/")
    assert page.get_by_text("Pending", exact=True).count() == 1

    approver.login("commissioner@demo.example")
    approve_everything_of(approver, "Zoë O'Neill-Test")
    mail_to(newcomer, address, "NECS CPMS Access Request Approval")

    newcomer.goto("/home/")
    newcomer.check()
    assert page.get_by_text("Pending", exact=True).count() == 0
    before = free_beds_found(newcomer)
    newcomer.goto("/wards/")
    newcomer.check()
    assert "CAMHS-Kennet-ED" in newcomer.heading()
    occupied = page.locator(".cpms-bed", has=page.locator(".nhsuk-tag", has_text="Occupied"))
    bed = page.locator(f"#{occupied.first.get_attribute('id')}")
    bed.get_by_role("button", name=re.compile("^Available")).click()
    expect(bed.locator(".nhsuk-tag")).to_have_text("Available")
    newcomer.check()
    assert free_beds_found(newcomer) == before + 1
    newcomer.click("Log out")
    newcomer.goto("/home/")
    assert "/login/" in page.url
