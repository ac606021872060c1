"""Keeping the started processes running, and showing what they warn of."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cpms.local.processes import Child, kill_group

LONGEST_DELAY = 30.0
CALM_AFTER = 60.0
LEVELS = re.compile(r"\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b")
# A refused row is PostgreSQL's daily bread; the application says itself what it makes of it.
LEVELS_OF_POSTGRES = re.compile(r"\b(FATAL|PANIC)\b")


class Service:
    """A child that is started again when it dies, later each time that it dies soon."""

    def __init__(self, start: Callable[[], Child]) -> None:
        self.start = start
        self.child = start()
        self.started = time.monotonic()
        self.delay = 1.0

    def revive(self) -> bool:
        """Start the child again if it is dead and the delay is over; whether that was done."""
        lived = time.monotonic() - self.started
        if self.child.is_running():
            if lived > CALM_AFTER:
                self.delay = 1.0
            return False
        if lived < self.delay:
            return False
        kill_group(self.child.process.pid)
        self.delay = min(self.delay * 2, LONGEST_DELAY)
        self.started = time.monotonic()
        self.child = self.start()
        print(f"{self.child.name} stopped and was started again. See {self.child.log}", flush=True)
        return True


class Warnings:
    """The lines of the logs, from now on, that a person should see."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read = {log: log.stat().st_size for log in folder.glob("*.log")}

    def show(self) -> None:
        for log in self.folder.glob("*.log"):
            with log.open("rb") as lines:
                lines.seek(self.read.get(log, 0))
                new = lines.read()
            complete = new[: new.rfind(b"\n") + 1]
            self.read[log] = self.read.get(log, 0) + len(complete)
            levels = LEVELS_OF_POSTGRES if log.stem == "postgres" else LEVELS
            for line in complete.decode(errors="replace").splitlines():
                if levels.search(line):
                    print(f"{log.stem}: {line}", flush=True)


def keep_running(services: Sequence[Service], warnings: Warnings) -> Iterator[list[Child]]:
    """Watch for ever; yields the children whenever one of them was started again."""
    while True:
        time.sleep(0.5)
        warnings.show()
        revived = [service for service in services if service.revive()]
        if revived:
            yield [service.child for service in services]
