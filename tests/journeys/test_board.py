"""The ward board under the thumb: with and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.counts import LONG
from tests.journeys.conftest import NARROW, WIDE

EDITOR = "ward@demo.example"
EVERY = 30_000  # milliseconds between two questions of the page


def rows(visitor):
    return visitor.page.locator(".cpms-bed")


def open_board(visitor):
    """One tap from the home page, for who has one ward."""
    visitor.page.locator("main").get_by_role(
        "link", name="Update beds and sessions", exact=True
    ).click()
    visitor.page.wait_for_url("**/wards/*/")
    visitor.check()


def tap(row, state):
    row.get_by_role("button", name=state).click()


@pytest.mark.parametrize("viewport", [NARROW, *([WIDE] if LONG else [])])
def test_a_tap_changes_the_row_keeps_the_focus_and_says_so(visitor, viewport):
    one = visitor(viewport)
    one.login(EDITOR)
    one.goto("/wards/")
    one.check()
    row = rows(one).nth(0)
    for state in ("Available", "Occupied"):
        tap(row, state)
        row.locator(".nhsuk-tag", has_text=state).wait_for()
        status = one.page.locator("#board-status")
        assert status.inner_text() == f"Bed 1 is now {state}."
        assert state.lower() in one.page.evaluate("document.activeElement.id")
    one.page.get_by_role("button", name="Everything else is unchanged").wait_for()
    one.check()
    for box in (action.bounding_box() for action in row.locator(".cpms-bed__action").all()):
        assert min(box["width"], box["height"]) >= 44


def test_without_scripts_a_tap_comes_back_to_the_row(visitor):
    one = visitor(NARROW, scripted=False)
    one.login(EDITOR)
    open_board(one)
    tap(rows(one).nth(1), "Available")
    one.page.wait_for_url("**/wards/*/#bed-*")
    assert rows(one).nth(1).locator(".nhsuk-tag").inner_text() == "Available"
    tap(rows(one).nth(1), "Occupied")
    one.click("Everything else is unchanged")
    assert "Confirmed just now" in one.page.locator("#ward-summary").inner_text()


def test_of_two_browsers_the_later_one_is_told_in_the_row(visitor):
    first, second = visitor(NARROW), visitor(NARROW)
    second.expected.add("409")
    for one in (first, second):
        one.login(EDITOR)
        one.goto("/wards/")
    # A second tap before the first is answered
    sent = []
    first.page.on("request", lambda one: sent.append(one.post_data) if one.post_data else None)
    first.page.evaluate(
        """() => ["available", "occupied"].forEach((state) =>
            document.querySelectorAll(`.cpms-bed button[id$="-${state}"]`)[2].click())"""
    )
    status = first.page.locator("#board-status", has_text="Bed 3 is now Occupied.")
    status.wait_for()
    assert ["state=available" in sent[0], "state=occupied" in sent[1]] == [True, True]
    tap(rows(second).nth(2), "Available")
    message = rows(second).nth(2).locator(".nhsuk-error-message")
    message.wait_for()
    assert "Bed 3 was changed to Occupied by you at" in message.inner_text()
    second.check()
    tap(rows(second).nth(2), "Available")
    rows(second).nth(2).locator(".nhsuk-tag", has_text="Available").wait_for()
    # What others changed meanwhile comes with the answer to any tap.
    tap(rows(first).nth(0), "Occupied")
    rows(first).nth(2).locator(".nhsuk-tag", has_text="Available").wait_for()
    first.check()
    tap(rows(first).nth(2), "Occupied")
    rows(first).nth(2).locator(".nhsuk-tag", has_text="Occupied").wait_for()
    # It comes to a page that nobody touches, too, and the focus stays.
    second.page.clock.install()
    second.page.reload()
    tap(rows(first).nth(2), "Available")
    rows(first).nth(2).locator(".nhsuk-tag", has_text="Available").wait_for()
    link = rows(second).nth(2).get_by_role("link", name="Closed")
    link.focus()
    second.page.clock.fast_forward(EVERY)
    rows(second).nth(2).locator(".nhsuk-tag", has_text="Available").wait_for()
    assert "Changed meanwhile: Bed 3." in second.page.locator("#board-status").inner_text()
    expect(link).to_be_focused()


@pytest.mark.requirement("CPMS-01")
def test_a_nurse_changes_a_bed_in_two_taps_and_without_a_connection_once_it_is_back(visitor):
    one = visitor(NARROW)
    one.expected |= {"htmx:", "ERR_INTERNET_DISCONNECTED"}
    one.login(EDITOR)
    open_board(one)
    row = rows(one).nth(3)
    tap(row, "Being prepared")
    row.get_by_text("ready at").wait_for()
    tap(row, "Undo")
    row.locator(".nhsuk-tag", has_text="Being prepared").wait_for(state="detached")
    was = row.locator(".nhsuk-tag").inner_text()
    one.page.context.set_offline(True)
    wanted = "Occupied" if was == "Available" else "Available"
    tap(row, wanted)
    row.get_by_text("Not saved yet: will be sent when you are connected.").wait_for()
    one.check()
    assert row.locator(".nhsuk-tag").inner_text() == was
    one.page.context.set_offline(False)
    row.locator(".nhsuk-tag", has_text=wanted).wait_for()
    row.get_by_text("Not saved yet").wait_for(state="detached")
    assert f"is now {wanted}" in one.page.locator("#board-status").inner_text()
    tap(row, "Undo")
    row.locator(".nhsuk-tag", has_text=was).wait_for()


def test_a_tap_after_the_session_ended_leads_to_the_login(visitor):
    one = visitor(NARROW)
    one.login(EDITOR)
    one.goto("/wards/")
    one.page.context.clear_cookies(name="sessionid")
    tap(rows(one).nth(0), "Available")
    one.page.wait_for_url("**/login/**")
