"""A draft of a plan under the hands of its planners: rows that save by themselves, and without
scripts."""

import re

import pytest

from tests.journeys.conftest import NARROW, WIDE

PLANNER = "planner@demo.example"
SAVED = re.compile(r"^Saved \d")


def open_line(visitor):
    """The first line of the draft that the planner has in hand."""
    visitor.goto("/plans/")
    link = visitor.page.locator("main a[href*='/plans/versions/']")
    for address in dict.fromkeys(one.get_attribute("href") for one in link.all()):
        visitor.expected.add("404")
        visitor.goto(re.sub(r"(versions/\d+/).*", r"\1edit/", address))
        if visitor.heading().startswith("Edit version"):
            break
    visitor.check()
    visitor.page.locator(".cpms-plan-lines th a").first.click()
    visitor.page.wait_for_load_state()
    visitor.check()
    return visitor.page.url


def said(visitor):
    return visitor.page.locator(".cpms-plan-row__status").first


def type_notes(visitor, text):
    visitor.page.get_by_label("Notes (optional)").fill(text)
    visitor.page.keyboard.press("Tab")


@pytest.mark.requirement("CPMS-03")
def test_a_row_saves_by_itself_and_two_planners_see_each_other(visitor):
    one, two = visitor(NARROW), visitor(WIDE)
    for somebody in (one, two):
        somebody.login(PLANNER)
        somebody.expected |= {"409", "ERR_INTERNET_DISCONNECTED", "htmx:"}
    address = open_line(one)
    two.page.goto(address)
    type_notes(one, "Seen by the board")
    said(one).get_by_text(SAVED).wait_for()
    two.page.get_by_label("Baseline on the first day").fill("9")
    two.page.get_by_label("Why it is not the directory's figure").fill("Staffed for nine")
    two.page.keyboard.press("Tab")
    said(two).get_by_text("You typed: 9").wait_for()
    two.check()
    assert two.page.get_by_label("Baseline on the first day").input_value() == "9"
    two.page.get_by_role("button", name="Keep mine").click()
    said(two).get_by_text(SAVED).wait_for()
    assert two.page.get_by_label("Notes (optional)").input_value() == "Seen by the board"
    assert two.page.locator("#line-months + thead + tbody td").first.inner_text() == "9"
    two.page.context.set_offline(True)
    type_notes(two, "Typed on a train")
    said(two).get_by_text("Not saved: you are not connected").wait_for()
    two.page.context.set_offline(False)
    said(two).get_by_text(SAVED).wait_for()
    two.page.reload()
    assert two.page.get_by_label("Notes (optional)").input_value() == "Typed on a train"


def test_without_scripts_a_change_is_added_and_moved_by_the_keyboard(visitor):
    one = visitor(NARROW, scripted=False)
    one.login(PLANNER)
    open_line(one)
    one.page.get_by_role("button", name="Add a change").click()
    one.page.get_by_label("Kind").select_option("increase")
    one.page.get_by_label("How many beds").fill("1")
    for part, value in (("Day", "1"), ("Month", "6"), ("Year", "2027")):
        one.page.get_by_label(part, exact=True).first.fill(value)
    one.page.get_by_label("Reason").fill("One more room")
    one.page.get_by_role("button", name="Add the change").click()
    moved = one.page.locator(".cpms-plan-change", has_text="One more room")
    for month in ("July", "August"):
        moved.get_by_role("button", name="One month later").focus()
        one.page.keyboard.press("Enter")
        moved.get_by_text(f"1 {month} 2027", exact=True).wait_for()
        assert "later" in one.page.locator(":focus").get_attribute("id")
