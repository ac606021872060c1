"""A stand-in project around the real cpms/local, so that its tests start real processes quickly."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from cpms import local
from cpms.local.places import make_place

FILES = {
    "cpms/__init__.py": "",
    "cpms/settings/local.py": "",
    "cpms/celery.py": """
import os
from celery import Celery
app = Celery("stand-in", broker=os.environ["REDIS_URL"])
""",
    "cpms/wsgi.py": """
import os
import psycopg

def application(environ, start_response):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        visits, = connection.execute("SELECT count(*) FROM visits").fetchone()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{visits} {'DATABASE_OWNER_URL' in os.environ}".encode()]
""",
    # Each start of the service leaves a row.
    "manage.py": """
import os
import sys
import psycopg

if sys.argv[1] == "migrate":
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS visits (moment timestamptz DEFAULT now())")
        connection.execute("GRANT SELECT, INSERT ON visits TO cpms_app")
if sys.argv[1] == "load_demo":
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO visits DEFAULT VALUES")
    print("Password: stand-in")
""",
}
READY = "Press Ctrl-C to stop"
GIVEN_BY_THE_SUITE = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "STATE_DIR",
    "SECRET_KEY",
    "DJANGO_SETTINGS_MODULE",
    "PORT",
)


class Run:
    """One `make run` of the stand-in project."""

    def __init__(self, project: Path, port: int | str, **variables: str) -> None:
        self.port = port
        self.project = project
        inherited = {k: v for k, v in os.environ.items() if k not in GIVEN_BY_THE_SUITE}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cpms.local.supervisor"],
            cwd=project,
            env={**inherited, "PORT": str(port), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.printed = ""

    def log(self, name: str) -> Path:
        return self.project / f".local/log/{name}.log"

    def until_printed(self, text: str) -> None:
        assert self.process.stdout
        impatience = threading.Timer(30, self.process.kill)
        impatience.start()
        for line in self.process.stdout:
            self.printed += line
            if text in line:
                impatience.cancel()
                return
        pytest.fail(f"{text!r} was not printed, but:\n{self.printed}")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def page(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
            return answer.read().decode()

    def until_answered(self) -> None:
        """Wait until a page comes again, which needs web server and database."""
        deadline = time.monotonic() + 20
        while True:
            try:
                self.page()
                return
            except OSError:
                assert time.monotonic() < deadline, self.log("web").read_text()
                time.sleep(0.1)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        """Wait for the end; its exit code."""
        rest, _ = self.process.communicate(timeout=30)
        self.printed += rest
        return self.process.returncode


@contextmanager
def stand_in(folder: Path) -> Iterator[Callable[..., Run]]:
    """Starts the stand-in project in that folder; at the end nothing runs and no file is left."""
    shutil.copytree(
        Path(local.__file__).parent,
        folder / "cpms/local",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    runs: list[Run] = []

    def start(**variables: str) -> Run:
        port = int(variables.pop("PORT", 0)) or free_port()
        runs.append(Run(folder, port, **variables))
        return runs[-1]

    yield start
    for each in runs:
        if each.process.poll() is None:
            each.stop()
    if (folder / ".local").exists():
        make_place(folder / ".local").remove()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def run(project: Path) -> Iterator[Callable[..., Run]]:
    """Starts a stand-in project of the test's own."""
    with stand_in(project) as start:
        yield start


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A stand-in project that is up, for tests that leave it as they found it."""
    with stand_in(tmp_path_factory.mktemp("running")) as start:
        started = start()
        started.until_printed(READY)
        yield started


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def gone(family: list[psutil.Process], seconds: float = 10) -> bool:
    """Whether all these processes end within that time."""
    deadline = time.monotonic() + seconds
    while any(alive(process) for process in family):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
