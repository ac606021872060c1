"""The pages of the footer, old browsers, and a keyboard alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cpms.local import PROJECT
from tests.counts import LONG
from tests.journeys.conftest import NARROW, WIDE

ZOOMED = {"width": 320, "height": 256}
TEXT_PAGES = (
    "/accessibility-statement/",
    "/contact-us/",
    "/cookies/",
    "/privacy-policy/",
    "/terms-and-conditions/",
    "/supported-browsers/",
    "/help/",
)
FIRST_PAGES = ("/", "/login/", "/register/", "/password/reset/", "/verify/new-link/")
EDITOR = "ward@demo.example"
NOTICE = "Your browser is out of date."


@pytest.mark.requirement("CPMS-05", "CT-15")
@pytest.mark.parametrize("viewport", [ZOOMED, *([NARROW, WIDE] if LONG else [])])
def test_the_text_pages_are_accessible_and_fit(visitor, viewport):
    one = visitor(viewport)
    for path in (*TEXT_PAGES, *FIRST_PAGES):
        one.goto(path)
        one.check()


def test_the_pages_keep_nothing_but_their_address_in_the_browser(visitor):
    """As the page about cookies says."""
    one = visitor(WIDE)
    one.login(EDITOR)
    kept = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
    for path in ("/home/", "/search/?postcode=SL6+0PQ", "/wards/", "/request-access/"):
        one.goto(path)
        expect(one.page.get_by_role("button", name="Log out")).to_be_visible()
        assert one.page.evaluate(kept) in ([], ["htmx-current-path-for-history"])


class TestOldBrowser:
    @pytest.mark.requirement("CT-15")
    @pytest.mark.parametrize("scripted", [True, False])
    def test_a_browser_of_today_and_one_without_scripts_are_told_nothing(self, visitor, scripted):
        one = visitor(WIDE, scripted=scripted)
        for path in ("/", "/login/", "/supported-browsers/", "/nowhere/"):
            one.expected.add("404")
            one.goto(path)
            expect(one.page.get_by_text(NOTICE)).to_be_hidden()

    @pytest.mark.requirement("CT-15")
    @pytest.mark.parametrize("viewport", [NARROW, *([WIDE] if LONG else [])])
    def test_a_browser_that_runs_what_is_for_old_ones_is_told(self, visitor, viewport):
        one = visitor(viewport)
        one.goto("/login/")
        source = one.page.locator("script[nomodule]").get_attribute("src")
        one.page.add_script_tag(url=source)
        expect(one.page.get_by_text(NOTICE)).to_be_visible()
        one.check()
        one.click("See which browsers are supported", role="link")
        assert one.heading() == "Supported browsers"

    def test_what_it_runs_is_old_enough(self):
        """Parsed by eye and by this: no word or sign that came with ECMAScript 2015 or later."""
        source = Path(PROJECT / "static/js/unsupported.js").read_text()
        assert not re.search(r"=>|`|\b(let|const|class|async|await|import|of)\b", code(source))

    @pytest.mark.parametrize("script", ["nhsuk-frontend", "cpms"])
    def test_where_a_script_does_not_come_nothing_stays_hidden(self, visitor, script):
        one = visitor(WIDE)
        one.expected |= {script, "ERR_FAILED"}
        one.page.route(
            re.compile(rf"/{script}[^/]*\.js"),
            lambda route: route.abort() if route.request.resource_type == "script" else None,
        )
        one.goto("/")
        expect(one.page.locator("body")).not_to_have_class(re.compile("js-enabled"))

    def test_where_a_script_cannot_be_read_nothing_stays_hidden(self, visitor):
        one = visitor(WIDE)
        one.expected.add("SyntaxError")
        one.expected.add("Unexpected")
        one.page.route(
            re.compile(r"/cpms[^/]*\.js"),
            lambda route: route.fulfill(body="from the future;", content_type="text/javascript"),
        )
        one.goto("/")
        expect(one.page.locator("body")).not_to_have_class(re.compile("js-enabled"))

    def test_in_a_browser_of_today_the_design_systems_script_runs(self, visitor):
        one = visitor(WIDE)
        one.goto("/login/")
        expect(one.page.get_by_role("button", name="Show password")).to_be_visible()
        expect(one.page.locator("body")).to_have_class(re.compile("js-enabled"))


def code(source: str) -> str:
    return re.sub(r"//.*", "", source)


class Keyboard:
    """Goes through a page as somebody does who has no mouse."""

    def __init__(self, page) -> None:
        self.page = page

    def reach(self, name: str) -> None:
        """Press Tab until the control of that name has the focus, which shows."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.focused() == name:
                return
        raise AssertionError(f"{name!r} is not reached by the Tab key")

    def focused(self) -> str:
        return self.page.evaluate(
            """() => {
                const one = document.activeElement;
                const label = one.labels && one.labels[0];
                return (label || one).innerText.trim();
            }"""
        )

    def press(self, name: str) -> None:
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_a_keyboard_alone_is_enough_to_log_in_and_search(visitor):
    one = visitor(WIDE)
    keyboard = Keyboard(one.page)
    one.goto("/")
    keyboard.reach("Skip to main content")
    one.page.keyboard.press("Enter")
    keyboard.press("Login")
    keyboard.reach("What is your email address?")
    one.page.keyboard.type(EDITOR)
    keyboard.reach("Password")
    one.page.keyboard.type(one.site.password)
    keyboard.reach("Remember your login details?")
    one.page.keyboard.press("Space")
    keyboard.press("Login")
    keyboard.press("Find a bed")
    keyboard.reach("Postcode")
    one.page.keyboard.press("Control+a")
    one.page.keyboard.type("SL6 0PQ")
    keyboard.press("Search")
    expect(one.page.locator("h1")).to_be_visible()
    assert "SL6" in one.page.locator("main").inner_text()
