"""A plan from its editor to its readers: changed, submitted, approved, read, and gone on with."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, WIDE

# The paper between its margins, in pixels
ACROSS = {"width": 1047, "height": 718}
OURS = "Greater Manchester Adult Secure"


def words(one):
    return one.page.locator("main").inner_text()


def open_version(one, number):
    """From the list of plans to a version of ours."""
    one.goto("/plans/")
    one.check()
    row = one.page.get_by_role("row").filter(has_text=OURS)
    row.get_by_role("link", name=re.compile(rf"\b[Vv]ersion {number}\b")).first.click()
    one.check()
    assert OURS in one.heading()


def first_line(one):
    one.click("Change this version", "link")
    one.page.locator("a[href*='/edit/lines/']").nth(2).click()
    one.check()


def submit(one):
    one.click("Submit for approval", "link")
    one.click("Submit for approval")
    assert "Waits for approval" in words(one)


def next_draft(one, number, source):
    one.click("Make a new draft from it", "link")
    one.page.locator("main form button").first.click()
    assert f"You have made version {number} from version {source}" in words(one)


def printed(one, summary: str) -> None:
    """What is folded on the page is open on paper."""
    table = one.page.locator("details", has_text=summary).locator("table")
    expect(table).not_to_be_visible()
    one.page.emulate_media(media="print")
    expect(table).to_be_visible()
    one.page.emulate_media(media="screen")


def printed_across(one) -> None:
    """On A4 across stand all months of all years, in letters that can be read."""
    one.page.get_by_role("link", name="All years").click()
    one.page.set_viewport_size(ACROSS)
    one.page.emulate_media(media="print")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= ACROSS["width"]
    size = "cells => Math.min(...cells.map(one => parseFloat(getComputedStyle(one).fontSize)))"
    assert one.page.locator(".cpms-months td").evaluate_all(size) >= 12
    one.page.emulate_media(media="screen")


@pytest.mark.journey
@pytest.mark.requirement("CPMS-03")
def test_a_plan_is_changed_submitted_approved_and_read(visitor):
    planner = visitor(WIDE)
    planner.login("planner@demo.example")
    open_version(planner, 3)
    first_line(planner)
    notes = planner.page.get_by_label("Notes (optional)").first
    notes.fill("Agreed with the ward")
    notes.blur()
    saved = planner.page.locator(".cpms-saved--done").first
    saved.wait_for()
    planner.page.set_viewport_size(NARROW)
    planner.check()
    planner.page.reload()
    assert notes.input_value() == "Agreed with the ward"
    open_version(planner, 3)
    submit(planner)

    approver = visitor(NARROW)
    approver.login("commissioner@demo.example")
    approver.goto("/approvals/?q=kendall")
    approver.check()
    approver.page.get_by_role("link", name=re.compile("^Ruth Kendall")).first.click()
    approver.check()
    approver.page.get_by_role("link", name=re.compile("^Version 3, ")).click()
    approver.check()
    assert "Agreed with the ward" in words(approver)
    approver.page.go_back()
    approver.page.get_by_label("Approve", exact=True).check()
    approver.click("Confirm")
    assert "You have approved" in words(approver)
    open_version(approver, 3)
    assert "Approved" in words(approver)
    assert not approver.page.get_by_role("link", name="Change this version").count()

    for name, size in (("region", NARROW), ("national", WIDE)):
        reader = visitor(size)
        reader.login(f"{name}@demo.example")
        reader.goto("/plans/overview/")
        reader.check()
        assert OURS in words(reader)
        printed(reader, "By type, sex and security")
        open_version(reader, 3)
        assert "Approved" in words(reader)
        printed(reader, "These figures as a table")
        printed_across(reader)
        assert not reader.page.get_by_role("link", name="Change this version").count()
        reader.page.set_viewport_size(WIDE if size is NARROW else NARROW)
        reader.check()
        reader.click("Compare", "link")
        printed(reader, "Planned, month by month")

    planner = visitor(NARROW, scripted=False)
    planner.login("planner@demo.example")
    open_version(planner, 3)
    planner.click("Copy", "link")
    planner.page.get_by_label("The next draft of the plan").check()
    planner.page.locator("main form button").first.click()
    assert "You have made version 4 from version 3" in words(planner)
    first_line(planner)
    planner.page.get_by_label("Notes (optional)").first.fill("Without a script")
    planner.page.get_by_role("button", name="Save", exact=True).first.click()
    assert planner.page.get_by_label("Notes (optional)").first.input_value() == "Without a script"
    open_version(planner, 4)
    planner.click("Compare", "link")
    assert "From version 3 to version 4" in words(planner)
    assert "Without a script" in words(planner)
    planner.click("Back to the version", "link")
    submit(planner)
    planner.click("Take back", "link")
    planner.click("Take it back")
    assert "version 4: it is a draft again" in words(planner)
    submit(planner)

    approver = visitor(WIDE, scripted=False)
    approver.login("commissioner@demo.example")
    approver.goto("/approvals/?q=kendall")
    approver.page.get_by_role("link", name=re.compile("^Ruth Kendall")).first.click()
    approver.page.get_by_label("Return", exact=True).check()
    approver.page.get_by_label("Reason").fill("The gap is not explained")
    approver.click("Confirm")
    assert "You have returned" in words(approver)

    planner.page.reload()
    planner.click("History", "link")
    assert "The gap is not explained" in words(planner)
    open_version(planner, 4)
    next_draft(planner, 5, 4)
    submit(planner)

    approver.goto("/approvals/?q=kendall")
    approver.page.get_by_role("link", name=re.compile("^Ruth Kendall")).first.click()
    approver.page.get_by_label("Approve", exact=True).check()
    approver.click("Confirm")
    assert "You have approved" in words(approver)
    open_version(approver, 5)
    assert "Approved" in words(approver)
    planner.page.reload()
    next_draft(planner, 6, 5)
