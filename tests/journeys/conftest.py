"""The service as people meet it: its web server and worker as processes, and Chromium."""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

PROJECT = Path(__file__).parent.parent.parent
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Site:
    """A running service with the demonstration estate."""

    url: str
    password: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command against this site's database."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole service on a database and a broker of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"journeys_{worker}"
    state = tmp_path_factory.mktemp("site")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    broker = 8 + sum(map(ord, worker)) % 8
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cpms.settings.local",
        "DATABASE_URL": database(os.environ["DATABASE_URL"], name),
        "DATABASE_OWNER_URL": database(os.environ["DATABASE_OWNER_URL"], name),
        "REDIS_URL": re.sub(r"virtual_host=\d+", f"virtual_host={broker}", os.environ["REDIS_URL"]),
        "SECRET_KEY": secrets.token_hex(32),
        "STATE_DIR": str(state),
        "PORT": str(port),
    }
    server = database(os.environ["DATABASE_OWNER_URL"], "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    site = Site(f"http://127.0.0.1:{port}", "", environment)
    for command in ("migrate", "load_directory", "collectstatic --noinput"):
        site.manage(*command.split())
    printed = re.search(r"Password: (\S+)", site.manage("load_demo"))
    assert printed
    site.password = printed[1]
    commands = (
        ["gunicorn", "cpms.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"],
        ["celery", "-A", "cpms", "worker", "--pool", "solo", "--loglevel", "warning"],
    )
    with ExitStack() as processes:
        log = processes.enter_context((state / "log.txt").open("wb"))
        for command in commands:
            process = processes.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", *command],
                    cwd=PROJECT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                )
            )
            processes.callback(process.terminate)
        wait_for(f"{site.url}/healthz")
        yield site
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


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
    """Someone at a browser. What the browser complains of is kept, and fails the journey."""

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
        results = Axe().run(self.page, options={"runOnly": AXE["runOnly"]})
        assert not results.response["violations"], results.generate_report()
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

    def make(viewport: dict[str, int], scripted: bool = True) -> Visitor:
        context = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            java_script_enabled=scripted,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitors.append(Visitor(site, context.new_page(), scripted))
        visitors[-1].watch()
        return visitors[-1]

    yield make
    for context in contexts:
        context.close()
    for one in visitors:
        assert not one.complaints, one.complaints
