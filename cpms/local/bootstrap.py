"""From a bare Python to an installed project: python3 bootstrap.py LOCK MODULE [ARGUMENT...].

Runs before anything is installed, so it uses the standard library alone. Makes .venv, installs the
lock's packages if they changed, fetches the assets, and becomes the module.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"


class Failure(Exception):
    """Ends the command; the text is for the person at the terminal."""


def main(lock_name: str, module: str, *arguments: str) -> None:
    os.chdir(PROJECT)
    make_environment()
    install(PROJECT / lock_name)
    assets = subprocess.run([PYTHON, "-m", "cpms.local.assets"], check=False)
    if assets.returncode:
        sys.exit(assets.returncode)  # it has said why
    # Many processes start from here: each would compile the whole project anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(PYTHON, [str(PYTHON), "-m", module, *arguments])


def make_environment() -> None:
    """Make .venv, unless there is one whose Python works."""
    if is_recent(PYTHON):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Failure(
            f"This Python ({sys.executable}) lacks its venv module. Install it, on Debian or Ubuntu"
            f" with: sudo apt-get install python{version}-venv"
        )
    say("Making a virtual environment in .venv…")
    run_quietly(
        [sys.executable, "-m", "venv", "--clear", VENV],
        "The virtual environment could not be made.",
    )


def is_recent(python: Path) -> bool:
    """Whether this Python starts and is new enough."""
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return (
            subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def install(lock: Path) -> None:
    """Install exactly what the lock names, unless that was done since it last changed."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"{lock.stem}.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("Installing Python packages… (some minutes the first time)")
    run_quietly(
        [
            *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--retries", "2", "--require-hashes", "--requirement", lock),
        ],
        "The Python packages could not be installed. Is this machine connected to the internet?",
    )
    stamp.write_text(digest)


def run_quietly(command: "list[str | Path]", problem: str) -> None:
    """Run a command; if it fails, Failure with the problem and the end of what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise Failure("\n".join([problem, *(f"    {line}" for line in said)]))


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
