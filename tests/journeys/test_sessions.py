"""A login that runs out: warned of, extended, ended, and what was typed afterwards."""

from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, WIDE

EDITOR = "ward@demo.example"
HOUR = 60 * 60


def pass_time(one, seconds):
    """So long nothing is done: the session's times move back, the browser's clock forward."""
    [key] = [c["value"] for c in one.page.context.cookies() if c["name"] == "sessionid"]
    one.site.manage(
        "shell",
        "-v0",
        "-c",
        "from django.contrib.sessions.backends.db import SessionStore;"
        f"session = SessionStore('{key}');"
        f"session.update({{k: session[k] - {seconds} for k in ('seen_at', 'signed_in_at')}});"
        "session.save()",
    )
    if one.scripted:
        one.page.context.clock.fast_forward(seconds * 1000)


def open_form(one, number):
    """The form of all that a bed can be, with a reason chosen why it is closed."""
    one.goto("/wards/")
    one.page.locator(".cpms-bed").nth(number).get_by_role("link", name="More").click()
    one.page.get_by_label("Closed", exact=True).check()
    one.page.get_by_label("Why is it closed?").select_option("Staffing")


def assert_closed(one, number):
    tag = one.page.locator(".cpms-bed").nth(number).locator(".nhsuk-tag")
    expect(tag).to_have_text("Closed (staffing)")


def dialog(page, name):
    return page.get_by_role("dialog", name=name)


WARNING, COVER = "You are about to be logged out", "You have been logged out"


def test_the_warning_and_the_end_come_in_all_tabs_and_the_page_goes_on_after_a_new_login(visitor):
    one = visitor(NARROW)
    one.login(EDITOR)
    one.page.context.clock.install()
    open_form(one, 4)
    tab = one.page.context.new_page()
    tab.goto(one.site.url + "/help/")
    pass_time(one, HOUR - 100)
    for page in (one.page, tab):
        expect(dialog(page, WARNING)).to_contain_text("You will be logged out in 2 minutes.")
    one.check()
    expect(one.page.get_by_role("button", name="Stay logged in")).to_be_focused()
    one.page.keyboard.press("Enter")
    for page in (one.page, tab):
        expect(dialog(page, WARNING)).to_be_hidden()
    pass_time(one, HOUR - 100)
    expect(dialog(tab, WARNING)).to_be_visible()
    tab.keyboard.press("Escape")
    expect(dialog(one.page, WARNING)).to_be_hidden()
    pass_time(one, HOUR)
    for page in (one.page, tab):
        expect(dialog(page, COVER)).to_be_visible()
    one.page.keyboard.press("Escape")
    one.page.keyboard.press("Escape")
    expect(dialog(one.page, COVER)).to_be_visible()
    one.check()
    with one.page.expect_popup() as popup:
        one.page.get_by_role("link", name="Log in (opens in a new tab)").click()
    popup.value.get_by_label("What is your email address?").fill(EDITOR)
    popup.value.get_by_label("Password", exact=True).fill(one.site.password)
    popup.value.get_by_role("button", name="Login").click()
    for page in (one.page, tab):
        expect(dialog(page, COVER)).to_be_hidden()
    expect(one.page.get_by_label("Why is it closed?")).to_have_value("staffing")
    one.click("Save")
    assert_closed(one, 4)
    popup.value.get_by_role("button", name="Log out").click()
    expect(dialog(tab, COVER)).to_be_visible()


def test_without_scripts_what_was_sent_too_late_is_sent_again_after_logging_in(visitor):
    one = visitor(WIDE, scripted=False)
    one.login(EDITOR)
    open_form(one, 5)
    pass_time(one, HOUR)
    one.click("Save")
    assert "you did nothing for 60 minutes" in one.page.locator("main").inner_text()
    one.page.get_by_label("What is your email address?").fill(EDITOR)
    one.page.get_by_label("Password", exact=True).fill(one.site.password)
    one.click("Login")
    assert one.heading() == "Continue where you left off"
    one.click("Send it again")
    assert_closed(one, 5)
