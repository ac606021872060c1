"""The whole service as processes: web server and worker, on a database and broker of its own."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cpms.local import PROJECT
from tests import databases

# In the text of the page that asks for a code
SHOWN_CODE = re.compile(r"\d{3} \d{3}")


@dataclass
class Site:
    """A running service, its demonstration password, and the variables it runs with."""

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

    def forget_used_codes(self) -> None:
        """Let journeys log in as one person more often than a code every 30 seconds allows."""
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"], autocommit=True) as database:
            database.execute("UPDATE accounts_authenticatordevice SET last_t = -1")


@contextmanager
def running_site(name: str, state: Path) -> Iterator[Site]:
    """Run the service with the demonstration estate, on a copy of its database of that name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    broker = 8 + sum(map(ord, name)) % 8
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cpms.settings.local",
        "DATABASE_URL": databases.address(os.environ["DATABASE_URL"], name),
        "DATABASE_OWNER_URL": databases.address(os.environ["DATABASE_OWNER_URL"], name),
        "REDIS_URL": re.sub(r"virtual_host=\d+", f"virtual_host={broker}", os.environ["REDIS_URL"]),
        "STATE_DIR": str(state),
        "PORT": str(port),
    }
    databases.make(name, like=databases.demonstration())
    password = (databases.demo_state() / "demo-password").read_text().strip()
    site = Site(f"http://127.0.0.1:{port}", password, environment)
    (state / "staticfiles").symlink_to(databases.demo_state() / "staticfiles")
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
    databases.drop(name)


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
