"""The provider as a process of its own, and a browser that logs in there."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.oidc_provider.__main__ import CLIENT_ID, CLIENT_SECRET, PASSWORD

PROJECT = Path(__file__).parent.parent.parent


@dataclass
class Provider:
    """A running provider; `entry` is what the service is configured with."""

    url: str

    @property
    def entry(self) -> dict[str, str]:
        return {
            "id": "nhs-test",
            "name": "Test NHS",
            "server_url": self.url,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }

    def log_in(self, authorize_url: str, address: str, *, consent: bool = True) -> str:
        """Log in there as a person would; the address that the browser is sent back to."""
        browser = requests.Session()
        page = browser.get(authorize_url, timeout=10)
        page = self.submit(browser, page, {"login": address, "password": PASSWORD})
        assert 'name="request"' in page.text, page.text[:2000]
        action = "grant" if consent else "cancel"
        back = self.submit(browser, page, {"action": action}, follow=False)
        if "Location" in back.headers:
            return back.headers["Location"]
        return unescape(re.search(r"url=['\"]?([^'\">]+)", back.text)[1])

    def submit(
        self, browser: requests.Session, page: requests.Response, data: dict, *, follow: bool = True
    ) -> requests.Response:
        """Send the page's form: its hidden fields, ticked boxes, and the data."""
        form = re.search(r"<form.*?</form>", page.text, re.S)[0]
        fields: list[tuple[str, str]] = []
        for tag in re.findall(r"<input[^>]*>", form):
            found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if found.get("type") == "hidden" or "checked" in tag:
                fields.append((found["name"], unescape(found.get("value", ""))))
        action = re.search(r'<form[^>]*action="([^"]*)"', form)
        address = urljoin(page.url, unescape(action[1])) if action and action[1] else page.url
        fields = [field for field in fields if field[0] not in data]
        return browser.post(
            address, data=fields + list(data.items()), allow_redirects=follow, timeout=10
        )


@contextmanager
def running_provider(state: Path, *services: str) -> Iterator[Provider]:
    """Run it for services at these addresses, with a signing key of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PROVIDER_STATE": str(state),
        "PROVIDER_KEY": key.decode(),
    }
    back = [f"{service}/login/with/nhs-test/callback/" for service in services]
    log = state / "provider.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "tests.oidc_provider", str(port), *back],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            wait_for(process, port, log)
            yield Provider(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def wait_for(process: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(f"http://127.0.0.1:{port}/.well-known/jwks.json", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def service_of(url: str) -> str:
    """The path and query of an address, for the client of the tests."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
