"""The service as people meet it: its web server and worker as processes, and Chromium."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.site import SHOWN_CODE, Site, running_site

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# How long, in ms, a page may take on a machine that runs other tests beside it
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What a page is made of, whatever it says: its elements with what gives them look, role and name,
# and whether they hold text; of brothers and sisters that are alike, one.
SHAPE = """() => {
    const kept = /^(aria-|class$|role$|for$|id$|name$|type$|lang$|hidden$|disabled$|tabindex$)/;
    const shape = (element) => {
        const attributes = [...element.attributes].map(
            ({name, value}) => name + (kept.test(name) ? "=" + value.replace(/[0-9]+/g, "#") : "")
        ).sort();
        const text = /\\S/.test([...element.childNodes].map((node) => node.nodeValue).join(""));
        const inner = [...new Set([...element.children].map(shape))];
        return `${element.tagName} ${attributes.join(" ")} ${text} (${inner.join()})`;
    };
    return shape(document.documentElement) + innerWidth;
}"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service, started once for all journeys of a test process."""
    name = f"journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running_site(name, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium where there is one, without its calls home."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    arguments = {**browser_type_launch_args, "args": ["--no-sandbox", "--disable-gpu", *quiet]}
    if path := os.environ.get("CHROMIUM_PATH"):
        arguments["executable_path"] = path
    return arguments


@dataclass
class Visitor:
    """Someone at a browser. What the browser complains of is kept, and fails the journey.

    Of pages that are made of the same, the first is checked.
    """

    checked: ClassVar[set[str]] = set()

    site: Site
    page: Page
    scripted: bool
    complaints: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)

    def goto(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def check(self) -> None:
        """The page has no accessibility violation and does not scroll sideways."""
        if not self.scripted:
            return
        self.page.wait_for_load_state()
        if (shape := self.page.evaluate(SHAPE)) not in self.checked:
            results = Axe().run(self.page, options=AXE)
            assert not results.response["violations"], results.generate_report()
            self.checked.add(shape)
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(sideways) <= 0, f"{self.page.url} scrolls sideways"

    def click(self, name: str, role: str = "button") -> None:
        """Press a button, or follow a link, by its exact name; then check the page it leads to."""
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()
        self.check()

    def login(self, address: str, password: str | None = None) -> None:
        self.goto("/login/")
        self.page.get_by_label("What is your email address?").fill(address)
        self.page.get_by_label("Password", exact=True).fill(password or self.site.password)
        self.click("Login")
        if self.heading() == "Enter your code":
            self.enter_shown_code()

    def enter_shown_code(self) -> None:
        """The demonstration shows the codes of its people."""
        if "used just now" in self.page.locator(".nhsuk-inset-text").inner_text():
            self.site.forget_used_codes()
            self.page.reload()
        shown = SHOWN_CODE.search(self.page.locator(".nhsuk-inset-text").inner_text())
        assert shown
        self.page.get_by_label("6-digit code").fill(shown[0])
        self.click("Continue")

    def watch(self) -> None:
        self.page.on("console", lambda message: self.note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.note("error", str(error)))
        self.page.on(
            "response",
            lambda response: self.note(
                "error" if response.status >= 400 else "ok", f"{response.status} {response.url}"
            ),
        )

    def note(self, kind: str, text: str) -> None:
        if kind == "error" and not any(one in text for one in self.expected):
            self.complaints.append(text)


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: visitor(WIDE), visitor(NARROW, scripted=False)."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(
        viewport: dict[str, int], scripted: bool = True, kind: type[Visitor] = Visitor
    ) -> Visitor:
        context = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            java_script_enabled=scripted,
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        visitors.append(kind(site, context.new_page(), scripted))
        visitors[-1].watch()
        return visitors[-1]

    yield make
    for context in contexts:
        context.close()
    for one in visitors:
        assert not one.complaints, one.complaints
