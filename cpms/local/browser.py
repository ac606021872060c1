"""A Chromium for the browser tests: the machine's own, Debian's package, or Playwright's."""

import os
import shutil
import subprocess
import sys

from cpms.local import Failure

# Debian's; the first has no window to draw, and needs half the time.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome")


def find_browser() -> dict[str, str]:
    """The variable that names the browser; none for Playwright's own. Failure if there is none."""
    if path := on_machine():
        return {"CHROMIUM_PATH": path}
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium…", flush=True)
        succeeds("apt-get", "-qq", "update")
        if any(succeeds("apt-get", "-qq", "install", "-y", package) for package in PACKAGES) and (
            path := on_machine()
        ):
            return {"CHROMIUM_PATH": path}
    print("Installing Playwright's Chromium…", flush=True)
    if succeeds(sys.executable, "-m", "playwright", "install", "chromium"):
        return {}
    raise Failure(
        "The browser tests need Chromium, and it could not be installed."
        " Install it, on Debian or Ubuntu with: sudo apt-get install chromium"
    )


def on_machine() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def succeeds(*command: str) -> bool:
    """Run it quietly; what it says is shown only if it fails."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stderr.strip(), file=sys.stderr)
    return done.returncode == 0
