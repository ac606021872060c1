"""Run a command with an empty PostgreSQL and Redis of its own.

python -m cpms.local.testing -- COMMAND
"""

import argparse
import contextlib
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from cpms.local import PROJECT, Failure
from cpms.local.browser import find_browser
from cpms.local.places import STATE, fernet_key, make_place
from cpms.local.processes import Child, Stopped, preparation, stop_on_signals, stop_together
from cpms.local.servers import Postgres, Redis


def main() -> int:
    parser = argparse.ArgumentParser(prog="testing", description=__doc__)
    parser.add_argument("--browser", action="store_true", help="find or install a browser first")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    arguments = parser.parse_args()
    stop_on_signals()
    try:
        browser = find_browser() if arguments.browser else {}
        with servers() as variables:
            return run(arguments.command, os.environ | variables | browser)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 128 + int(stopped.args[0])


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Empty servers, gone with all their files at the end; yields the variables that name them."""
    remove_left_overs()
    place = make_place(STATE / f"test-{os.getpid()}")
    postgres, redis = Postgres(place, durable=False), Redis(place)
    programs = str(Path(sys.executable).parent)
    children: list[Child] = []
    try:
        children.append(redis.start())
        children.append(postgres.start())
        postgres.wait()
        redis.wait()
        yield {
            "DATABASE_URL": postgres.url("cpms_app"),
            "DATABASE_OWNER_URL": postgres.url("cpms_owner"),
            "REDIS_URL": redis.url,
            "STATE_DIR": str(place.state),
            "SECRET_KEY": secrets.token_hex(32),
            "AUDIT_KEYS": secrets.token_hex(32),
            "SECOND_FACTOR_KEYS": fernet_key(place.state / "second-factor-key"),
            "DJANGO_SETTINGS_MODULE": "cpms.settings.test",
            "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        }
    finally:
        stop_together(children, seconds=10)
        place.remove()


def remove_left_overs() -> None:
    """Remove the files of test servers that were killed, and so could not do it themselves."""
    for folder in STATE.glob("test-*"):
        number = re.fullmatch(r"test-(\d+)", folder.name)
        if number and not psutil.pid_exists(int(number[1])):
            make_place(folder).remove()


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run it in the foreground, so that Ctrl-C and a debugger work; its exit code."""
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, preexec_fn=preparation())
    try:
        return process.wait()
    except Stopped:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        raise


if __name__ == "__main__":
    sys.exit(main())
