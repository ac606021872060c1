"""`make run`: the whole service on this machine, under one process that ends it again."""

import contextlib
import fcntl
import functools
import os
import shutil
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from cpms.local import Failure
from cpms.local.places import STATE, Place, fernet_key, make_place, token
from cpms.local.processes import (
    Child,
    Stopped,
    end_left_overs,
    end_with_parent,
    record,
    start,
    stop_on_signals,
    stop_together,
    wait_for,
)
from cpms.local.servers import Postgres, Redis
from cpms.local.static_files import fingerprint
from cpms.local.watch import Service, Warnings, keep_running

SECONDS_TO_STOP = 8


def main() -> int:
    """Run until somebody asks to stop, which is success, or until something fails."""
    end_with_parent(signal.SIGTERM, os.getppid())
    stop_on_signals()
    try:
        port = chosen_port()
        place = make_place(STATE)
        with only_one(place, port):
            refuse_taken(port)
            run(place, port)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except Stopped:
        say("Stopped.")
    return 0


def run(place: Place, port: int) -> None:
    """Start everything in order, watch it, and stop it in the opposite order."""
    noted = place.state / "processes.json"
    end_left_overs(noted)
    shutil.rmtree(place.log)
    place.log.mkdir()
    servers: list[Service] = []
    processes: list[Service] = []
    try:
        addresses = start_servers(place, servers)
        record([service.child for service in servers], noted)
        owner = {"DATABASE_OWNER_URL": addresses.pop("DATABASE_OWNER_URL")}
        environment = {
            **os.environ,
            **addresses,
            "DJANGO_SETTINGS_MODULE": "cpms.settings.local",
            "SECRET_KEY": token(place.state / "secret-key"),
            "SECOND_FACTOR_KEYS": fernet_key(place.state / "second-factor-key"),
            "AUDIT_KEYS": token(place.state / "audit-key"),
            "STATE_DIR": str(place.state),
            "PORT": str(port),
        }
        environment.pop("DATABASE_OWNER_URL", None)
        keep_for_shell(place.state / "environment", environment | owner)
        prepare(place, environment, owner)
        warnings = Warnings(place.log)
        start_processes(place, port, environment, processes)
        record([service.child for service in (*servers, *processes)], noted)
        say(f"\nCPMS is at http://127.0.0.1:{port}\nPress Ctrl-C to stop.\n")
        for children in keep_running([*servers, *processes], warnings):
            record(children, noted)
    finally:
        stop_together([service.child for service in processes], seconds=SECONDS_TO_STOP)
        stop_together([service.child for service in servers], seconds=SECONDS_TO_STOP)
        noted.unlink(missing_ok=True)
        shutil.rmtree(place.sockets)


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise Failure(f"PORT must be a number from 1024 to 65535, not {text!r}.")
    return int(text)


@contextlib.contextmanager
def only_one(place: Place, port: int) -> Iterator[None]:
    """Hold this folder's lock, which the kernel lets go of however the process ends."""
    with (place.state / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(already_runs(lock)) from None
        lock.truncate(0)
        lock.write(str(port))
        lock.flush()
        yield


def already_runs(lock: IO[str]) -> str:
    lock.seek(0)
    port = lock.read() or "unknown"
    return (
        f"CPMS already runs from this folder, on port {port}: http://127.0.0.1:{port}\n"
        "Stop it first, with Ctrl-C where it was started."
        " A copy in another folder can run beside it: PORT=8001 make run"
    )


def refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Failure(
                f"Port {port} is in use by another program. Choose another one, for example:"
                f" PORT={port + 1} make run"
            ) from None


def start_servers(place: Place, started: list[Service]) -> dict[str, str]:
    """Start the servers that the environment does not name; the variables that lead to all."""
    given = {name: os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL")}
    addresses = {name: value for name, value in given.items() if value}
    if "DATABASE_URL" in addresses:
        owner = os.environ.get("DATABASE_OWNER_URL")
        if not owner:
            raise Failure(
                "DATABASE_URL is set. Set DATABASE_OWNER_URL too, the role that migrates."
            )
        addresses["DATABASE_OWNER_URL"] = owner
    wanted: list[Postgres | Redis] = []
    if "REDIS_URL" not in addresses:
        redis = Redis(place)
        addresses["REDIS_URL"] = redis.url
        wanted.append(redis)
    if "DATABASE_URL" not in addresses:
        say("Starting PostgreSQL…")
        postgres = Postgres(place, durable=True)
        addresses["DATABASE_URL"] = postgres.url("cpms_app")
        addresses["DATABASE_OWNER_URL"] = postgres.url("cpms_owner")
        wanted.append(postgres)
    for server in wanted:
        started.append(Service(server.start))
    for server in wanted:
        server.wait()
    return addresses


def prepare(place: Place, environment: Mapping[str, str], owner: Mapping[str, str]) -> None:
    """Bring database and static files up to date, and load the data if there are none."""

    def manage(name: str, *arguments: str, **more: str) -> Child:
        command = [sys.executable, "manage.py", name, *arguments]
        return start(
            f"manage.py {name}",
            command,
            log=place.log / f"{name}.log",
            environment={**environment, **more},
        )

    say("Preparing the database…")
    collected, current = place.state / "staticfiles.sha256", fingerprint()
    is_collected = collected.exists() and collected.read_text() == current
    static = None if is_collected else manage("collectstatic", "--no-input", "--verbosity=0")
    finish(manage("migrate", "--verbosity=0", **owner))
    say("\n" + finish(manage("load_demo", "--if-empty")))
    if static:
        finish(static)
        collected.write_text(current)


def finish(child: Child) -> str:
    """Wait until the command ends; what it printed. Failure with the end of that if it failed."""
    try:
        code = child.process.wait()
    except Stopped:
        stop_together([child], seconds=SECONDS_TO_STOP)
        raise
    if code:
        raise Failure(f"{child.name} failed. {child.end_of_log()}")
    return child.log.read_text()


def start_processes(
    place: Place, port: int, environment: Mapping[str, str], started: list[Service]
) -> None:
    """Start web, worker and beat; return when the web server answers."""
    gunicorn = ["gunicorn", "cpms.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4"]
    celery = ["celery", "--app=cpms"]
    commands = {
        "web": [*gunicorn, "--preload", "--graceful-timeout=5", "--no-control-socket"],
        "worker": [*celery, "worker", "--loglevel=INFO", "--concurrency=1", "--without-mingle"],
        "beat": [
            *celery,
            "beat",
            "--loglevel=INFO",
            f"--schedule={place.state / 'beat'}",
            "--pidfile=",
        ],
    }
    say("Starting the service…")

    for name, command in commands.items():
        starter = functools.partial(
            start,
            name,
            [sys.executable, "-m", *command],
            log=place.log / f"{name}.log",
            environment=environment,
        )
        started.append(Service(starter))
    wait_for(lambda: answers(port), started[0].child, seconds=60)


def answers(port: int) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/healthz"
        with urllib.request.urlopen(url, timeout=5):  # our own  # nosec B310
            return True
    except OSError:
        return False


def keep_for_shell(file: Path, environment: Mapping[str, str]) -> None:
    """Write the variables that a manage.py command needs, for a shell to read."""
    names = (
        "DJANGO_SETTINGS_MODULE",
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "SECOND_FACTOR_KEYS",
        "AUDIT_KEYS",
        "STATE_DIR",
        "PORT",
    )
    file.touch(0o600)
    file.write_text("".join(f"export {name}='{environment[name]}'\n" for name in names))


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
