"""The pictures of the README, from a fresh demonstration: `make screenshots`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.site import SHOWN_CODE, Site, running_site

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as state,
        running_site("screenshots", Path(state)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH"), args=["--no-sandbox"]
        )
        for name, person, path, viewport in (
            ("landing", None, "/", WIDE),
            ("register", None, "/register/", NARROW),
            ("request-phone", "searcher", "/request-access/", NARROW),
            ("search", "searcher", "/search/", WIDE),
            ("search-phone", "searcher", "/search/", NARROW),
            ("board", "ward", "/wards/", WIDE),
            ("board-phone", "ward", "/wards/", NARROW),
            ("approvals", "commissioner", "/home/", WIDE),
        ):
            context = browser.new_context(viewport=viewport, locale="en-GB")  # type: ignore[arg-type]
            page = context.new_page()
            if person:
                login(page, site, f"{person}@demo.example")
            page.goto(site.url + path)
            page.screenshot(path=FOLDER / f"{name}.png")
            context.close()
        browser.close()


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
