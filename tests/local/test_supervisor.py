"""`make run`, with real processes."""

import json
import signal
import socket
import stat
import subprocess
import threading
import time
from pathlib import Path

import psutil
import pytest

from tests.local.conftest import READY, Run, gone


def test_started_again_it_keeps_the_data_and_is_up_within_seconds(run):
    first = run()
    first.until_printed(READY)
    assert first.page() == "1 False"
    family = first.family()
    assert first.stop(signal.SIGINT) == 0
    assert gone(family, seconds=0)

    began = time.monotonic()
    second = run()
    second.until_printed(READY)
    assert time.monotonic() - began < 8
    assert second.page() == "2 False"
    assert "Password: stand-in" in second.printed


def test_asked_to_stop_it_leaves_nothing_running(run):
    started = run()
    started.until_printed(READY)
    family = started.family()
    assert len(family) > 8
    sockets = sockets_of(started)
    assert started.stop(signal.SIGTERM) == 0
    assert gone(family, seconds=0)
    assert not sockets.exists()


def test_killed_it_leaves_nothing_running_and_starts_again(run):
    killed = run()
    killed.until_printed(READY)
    family = killed.family()
    killed.stop(signal.SIGKILL)
    assert gone(family)

    again = run()
    again.until_printed(READY)
    assert again.page() == "2 False"


def test_left_overs_of_a_killed_run_are_ended_at_the_next_start(run, project):
    left, stranger = (subprocess.Popen(["sleep", "60"]) for _ in range(2))
    threading.Thread(target=left.wait).start()
    state = project / ".local"
    state.mkdir()
    noted = [
        (left.pid, psutil.Process(left.pid).create_time()),
        (stranger.pid, psutil.Process(stranger.pid).create_time() - 100),
    ]
    (state / "processes.json").write_text(json.dumps(noted))
    run().until_printed("Starting PostgreSQL")
    assert left.wait(5) == -signal.SIGINT
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_second_run_in_the_folder_says_where_the_first_one_is(running):
    second = Run(running.project, running.port + 1)
    assert second.end() == 1
    assert f"http://127.0.0.1:{running.port}" in second.printed
    assert "PORT=8001 make run" in second.printed
    assert "Starting" not in second.printed


def test_a_port_of_another_program_is_refused_before_anything_starts(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run(PORT=str(port))
        assert refused.end() == 1
    assert f"Port {port} is in use" in refused.printed
    assert f"PORT={port + 1} make run" in refused.printed
    assert "Starting" not in refused.printed


@pytest.mark.parametrize("port", ["99999", "0x50", "http", "80"])
def test_a_port_that_is_no_port_is_refused(run, project, port):
    refused = Run(project, port)
    assert refused.end() == 1
    assert "PORT must be a number" in refused.printed


def test_a_database_of_ones_own_needs_its_owner_too(run):
    refused = run(DATABASE_URL="postgresql://cpms_app@/cpms")
    assert refused.end() == 1
    assert "Set DATABASE_OWNER_URL too" in refused.printed


def test_servers_of_ones_own_are_used(run):
    # Nobody listens there: the first command that asks the database says so.
    nowhere = "postgresql://nobody@127.0.0.1:1/cpms"
    refused = run(DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere, REDIS_URL="redis://127.0.0.1:1")
    assert refused.end() == 1
    assert "Starting PostgreSQL" not in refused.printed
    assert "manage.py migrate failed" in refused.printed
    assert "port 1 failed" in refused.printed


def test_a_web_server_that_fails_to_start_shows_why_and_stops(run, project):
    (project / "cpms/wsgi.py").write_text("raise ImportError('a broken view')")
    failed = run()
    assert failed.end() == 1
    assert "web stopped while starting" in failed.printed
    assert "a broken view" in failed.printed


@pytest.mark.parametrize("name", ["worker", "beat", "valkey-server", "postgres"])
def test_what_dies_is_started_again(running, name):
    died = named(name, running)
    pool = died.children()
    died.kill()
    running.until_printed("stopped and was started again")
    assert gone([died, *pool])
    assert named(name, running) != died
    running.until_answered()


def test_what_a_process_warns_of_reaches_the_terminal_and_the_rest_does_not(running):
    with running.log("web").open("a") as output:
        output.write("[INFO] all is well\n[ERROR] the roof is on fire\n")
    running.until_printed("web: [ERROR] the roof is on fire")
    assert "all is well" not in running.printed


def test_sockets_and_secrets_are_for_their_owner_alone(running):
    state = running.project / ".local"
    assert stat.S_IMODE((state / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((state / "environment").stat().st_mode) == 0o600
    sockets = sockets_of(running)
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert sorted(file.name for file in sockets.iterdir() if file.is_socket()) == [
        ".s.PGSQL.5432",
        "redis.sock",
    ]


def sockets_of(run: Run) -> Path:
    variables = (run.project / ".local/environment").read_text()
    return Path(variables.split("host=")[1].split("'")[0])


def named(part: str, running: Run) -> psutil.Process:
    """The child of the supervisor that is this program or has it as an argument."""
    children = psutil.Process(running.process.pid).children()
    words = {child: child.cmdline() for child in children}
    return next(child for child, w in words.items() if part in (Path(w[0].split()[0]).name, *w))
