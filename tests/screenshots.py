"""The pictures of the README and of the help, from a fresh demonstration: `make screenshots`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.site import SHOWN_CODE, Site, running_site

PROJECT = Path(__file__).parent.parent
FOLDER, HELP = PROJECT / "docs" / "screenshots", PROJECT / "static" / "help"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def in_text(height: int) -> dict[str, int]:
    """As wide as the text of a guide; as high as what matters, and 60 kB at most."""
    return {"width": 660, "height": height}


def main() -> None:
    for folder in (FOLDER, HELP):
        folder.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as state,
        running_site("screenshots", Path(state)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH"), args=["--no-sandbox"]
        )
        take(site, browser)
        browser.close()


def take(site: Site, browser: Browser) -> None:
    """Every picture."""
    for folder, name, person, path, viewport in (
        (FOLDER, "landing", None, "/", WIDE),
        (FOLDER, "register", None, "/register/", NARROW),
        (FOLDER, "request-phone", "searcher", "/request-access/", NARROW),
        (FOLDER, "search", "searcher", "/search/", WIDE),
        (FOLDER, "search-phone", "searcher", "/search/", NARROW),
        (FOLDER, "board", "ward", "/wards/", WIDE),
        (FOLDER, "board-phone", "ward", "/wards/", NARROW),
        (FOLDER, "approvals", "commissioner", "/approvals/", WIDE),
        (FOLDER, "plans", "national", "/plans/overview/", WIDE),
        (HELP, "create-an-account", None, "/register/", in_text(560)),
        (HELP, "log-in", None, "/login/", in_text(560)),
        (HELP, "two-step-login", "searcher", "/your-account/two-step-login/set-up/", in_text(400)),
        (HELP, "your-account", "searcher", "/your-account/", in_text(480)),
        (HELP, "ask-for-access", "searcher", "/request-access/", in_text(480)),
        (HELP, "find-a-bed", "searcher", "/search/#results", in_text(430)),
        (HELP, "update-beds", "ward", "/wards/", in_text(640)),
        (HELP, "approve-requests", "commissioner", "/approvals/", in_text(460)),
        (HELP, "helpdesk", "helpdesk", "/admin/", in_text(480)),
    ):
        context = browser.new_context(viewport=viewport, locale="en-GB")  # type: ignore[arg-type]
        page = context.new_page()
        if person:
            login(page, site, f"{person}@demo.example")
        page.goto(site.url + path)
        if folder == HELP and "#" not in path:
            # Header and banner are the same on every page, and are not what it is about.
            page.locator("h1").first.evaluate("title => title.scrollIntoView()")
        page.screenshot(path=folder / f"{name}.png")
        context.close()


def login(page: Page, site: Site, address: str) -> None:
    page.goto(f"{site.url}/login/")
    page.get_by_label("What is your email address?").fill(address)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.get_by_role("button", name="Login", exact=True).click()
    if page.locator("h1").inner_text() == "Enter your code":
        shown = SHOWN_CODE.search(page.locator(".nhsuk-inset-text").inner_text())
        page.get_by_label("6-digit code").fill(shown[0] if shown else "")
        page.get_by_role("button", name="Continue", exact=True).click()


if __name__ == "__main__":
    main()
