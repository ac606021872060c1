"""The way from a bare Python and make to an installed project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cpms.local import PROJECT, bootstrap

BROKEN = "#!/bin/sh\nexit 127\n"
WORKING = '#!/bin/sh\n[ "$1" = -c ] || echo "$(basename "$0") $*"\n'
TOO_OLD = "#!/bin/sh\nexit 1\n"


def make_run(folder: Path, pythons: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`make run` where only these Pythons are in the PATH."""
    shutil.copy(PROJECT / "Makefile", folder)
    programs = folder / "programs"
    programs.mkdir()
    (programs / "basename").symlink_to(shutil.which("basename"))
    for name, script in pythons.items():
        (programs / name).write_text(script)
        (programs / name).chmod(0o755)
    return subprocess.run(
        [shutil.which("make"), "run"],
        cwd=folder,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_python_that_starts_and_is_new_enough_is_taken(tmp_path):
    pythons = {"python3": BROKEN, "python3.13": TOO_OLD, "python3.12": WORKING}
    done = make_run(tmp_path, pythons)
    assert done.stdout.startswith("python3.12 cpms/local/bootstrap.py")
    assert done.returncode == 0


@pytest.mark.parametrize("pythons", [{}, {"python3": TOO_OLD, "python3.11": BROKEN}])
def test_without_such_a_python_there_is_a_sentence(tmp_path, pythons):
    done = make_run(tmp_path, pythons)
    assert done.returncode
    assert "CPMS needs Python 3.11 or later" in done.stderr


def start(
    folder: Path, preparation: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """bootstrap.py of a project in that folder, whose lock names one package."""
    (folder / "cpms/local").mkdir(parents=True)
    script = shutil.copy(PROJECT / "cpms/local/bootstrap.py", folder / "cpms/local")
    (folder / "lock.txt").write_text(f"psutil==1.0 --hash=sha256:{'0' * 64}\n")
    code = f"""
import runpy, sys
{preparation}
sys.argv = ["bootstrap.py", "lock.txt", "module"]
runpy.run_path({str(script)!r}, run_name="__main__")
"""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_without_venv_gets_the_name_of_the_package(tmp_path):
    done = start(
        tmp_path,
        "import importlib.util as u; find = u.find_spec;"
        "u.find_spec = lambda name: None if name == 'ensurepip' else find(name)",
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt-get install python{version}-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_without_network_there_is_a_sentence(tmp_path):
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:1/",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
    }
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    done = start(tmp_path, PIP_CONFIG_FILE=os.devnull, **nowhere)
    assert "Is this machine connected to the internet?" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_packages_are_installed_once_until_the_lock_changes(tmp_path, monkeypatch):
    installed = []
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(
        bootstrap, "run_quietly", lambda command, problem: installed.append(command)
    )
    lock = tmp_path / "lock.txt"
    lock.write_text("one")
    bootstrap.install(lock)
    bootstrap.install(lock)
    assert len(installed) == 1
    assert "--require-hashes" in installed[0]
    lock.write_text("two")
    bootstrap.install(lock)
    assert len(installed) == 2


def test_a_failed_installation_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", Path("/bin/false"))
    lock = tmp_path / "lock.txt"
    lock.write_text("one")
    for _ in range(2):
        with pytest.raises(bootstrap.Failure):
            bootstrap.install(lock)


def test_an_environment_whose_python_is_gone_does_not_count(tmp_path):
    (tmp_path / "python").symlink_to(tmp_path / "removed")
    assert not bootstrap.is_recent(tmp_path / "python")
    assert bootstrap.is_recent(Path(sys.executable))
