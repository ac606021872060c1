"""Child processes that do not outlive the process that started them."""

import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from cpms.local import PROJECT, Failure

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Stopped(BaseException):
    """Somebody asked for the end: Ctrl-C, a closed terminal or SIGTERM."""


def stop_on_signals() -> None:
    """Turn the first request to stop into Stopped, and be deaf to the ones that follow."""
    asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, _frame: object) -> None:
        for each in asking:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for each in asking:
        signal.signal(each, stop)


def stop_together(children: Sequence["Child"], *, seconds: float) -> None:
    """Ask all of them at once to stop, then wait for each; what does not stop in time is killed."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    for child in children:
        child.wait_until_stopped(max(0.1, deadline - time.monotonic()))


def end_with_parent(number: signal.Signals, parent: int) -> None:
    """Have the kernel send this process the signal when its parent dies (Linux only)."""
    if sys.platform != "linux":
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        os._exit(1)


@dataclass
class Child:
    """A process that runs beside this one, its output in a file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    created: float

    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_running():
            self.process.send_signal(self.stop_signal)

    def wait_until_stopped(self, seconds: float) -> None:
        """Wait that long, then kill it; in either case nothing of its process group is left."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        kill_group(self.process.pid)

    def end_of_log(self, count: int = 15) -> str:
        """The last lines that it wrote, for a person to read."""
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join([f"The end of {self.log}:", *(f"    {line}" for line in lines)])


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    stop_signal: signal.Signals = signal.SIGTERM,
    account: pwd.struct_passwd | None = None,
    folder: Path = PROJECT,
) -> Child:
    """Start a command in a session of its own, so that Ctrl-C reaches only who started it."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
            # The change of user clears the mark that end_with_parent sets; Python calls it after.
            preexec_fn=preparation(stop_signal),
            **as_account(account),
        )
    return Child(name, process, log, stop_signal, psutil.Process(process.pid).create_time())


def preparation(stop_signal: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """What a child does between fork and exec."""
    parent = os.getpid()
    return lambda: end_with_parent(stop_signal, parent)


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Popen's arguments that run a command as another system user."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def wait_for(ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
    """Wait until it is ready; Failure with the end of its log if it dies or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.is_running():
            raise Failure(f"{child.name} stopped while starting. {child.end_of_log()}")
        if time.monotonic() > deadline:
            raise Failure(f"{child.name} is not ready after {seconds:.0f} s. {child.end_of_log()}")
        time.sleep(0.05)


def record(children: Sequence[Child], file: Path) -> None:
    """Note which processes run, for end_left_overs of a later start."""
    file.write_text(json.dumps([[child.process.pid, child.created] for child in children]))


def end_left_overs(file: Path) -> None:
    """End what an earlier start noted and could not stop, known by number and moment of birth."""
    if not file.exists():
        return
    left = [
        process for pid, created in json.loads(file.read_text()) for process in born(pid, created)
    ]
    for process in left:
        process.send_signal(signal.SIGINT)
    _, stubborn = psutil.wait_procs(left, timeout=10)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    file.unlink()


def born(pid: int, created: float) -> list[psutil.Process]:
    """The process of that number if it is the one that was born then."""
    try:
        process = psutil.Process(pid)
        return [process] if abs(process.create_time() - created) < 2 else []
    except psutil.NoSuchProcess:
        return []
