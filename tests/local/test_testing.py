"""Servers of a test run's own, with real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cpms.local import browser
from tests.local.conftest import gone


def start_run(project: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cpms.local.testing", "--", *command],
        cwd=project,
        stdout=subprocess.PIPE,
        text=True,
    )


def left(project: Path) -> list[Path]:
    return list(project.glob(".local/test-*"))


@pytest.mark.usefixtures("run")
def test_the_commands_exit_code_is_given_back_and_no_file_is_left(project):
    ran = start_run(project, "sh", "-c", "echo $DATABASE_URL; exit 7")
    printed, _ = ran.communicate(timeout=60)
    assert ran.returncode == 7
    assert printed.startswith("postgresql://cpms_app@/cpms?host=")
    assert printed.strip() != os.environ["DATABASE_URL"]
    assert not left(project)
    assert not Path(printed.strip().partition("host=")[2]).exists()


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_command_and_servers(project, number):
    ran = start_run(project, "sh", "-c", "echo up; exec sleep 60")
    assert ran.stdout.readline() == "up\n"
    family = psutil.Process(ran.pid).children(recursive=True)
    ran.send_signal(number)
    assert ran.wait(20) == 128 + number
    assert gone(family, seconds=0)
    assert not left(project)
    ran.stdout.close()


@pytest.mark.usefixtures("run")
def test_killed_it_leaves_nothing_running_and_the_next_run_removes_its_files(project):
    killed = start_run(project, "sh", "-c", "echo up; exec sleep 60")
    assert killed.stdout.readline() == "up\n"
    family = psutil.Process(killed.pid).children(recursive=True)
    killed.kill()
    killed.wait()
    killed.stdout.close()
    assert gone(family)
    assert left(project)

    start_run(project, "true").communicate(timeout=60)
    assert not left(project)


def test_without_any_browser_the_run_fails_with_a_sentence(monkeypatch):
    asked = []
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(browser, "succeeds", lambda *command: bool(asked.append(command)))
    with pytest.raises(browser.Failure, match="sudo apt-get install chromium"):
        browser.find_browser()
    assert asked[-1][1:] == ("-m", "playwright", "install", "chromium")


def test_the_machines_browser_comes_first(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert browser.find_browser() == {"CHROMIUM_PATH": "/usr/bin/chromium-headless-shell"}


def test_playwrights_browser_needs_no_path(monkeypatch):
    monkeypatch.setattr(browser, "on_machine", lambda: None)
    monkeypatch.setattr(browser, "succeeds", lambda *command: True)
    assert browser.find_browser() == {}
