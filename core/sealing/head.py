"""The end of the chain, kept outside the database: a file to which each seal adds a line.

Who cuts the tail of the trail, or restores an old copy, leaves a table that ends before it.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.models import AuditSeal

LINE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64}) ([0-9a-f]{8}) (\S{1,40})")


@dataclass(frozen=True)
class Head:
    """A position of the chain, the hash that stands there, with which key and when."""

    position: int
    mac: str
    key_id: str
    sealed_at: str

    def __str__(self) -> str:
        return f"{self.position} {self.mac} {self.key_id} {self.sealed_at}"


def read_head(line: str) -> Head | None:
    """The head that a line names; None if it names none."""
    found = LINE.fullmatch(line.strip())
    return Head(int(found[1]), found[2], found[3], found[4]) if found else None


def current_head() -> Head | None:
    """The newest seal. One query."""
    seal = AuditSeal.objects.order_by("-position").first()
    if seal is None:
        return None
    mac = bytes(seal.mac).hex()
    return Head(seal.position, mac, seal.key_id, seal.sealed_at.isoformat())


def last_head(file: Path) -> Head | None:
    """The last line of the file; None if there is no file, or no head in its last line."""
    try:
        with file.open("rb") as source:
            source.seek(max(0, source.seek(0, os.SEEK_END) - 1000))
            lines = source.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    return read_head(lines[-1]) if lines else None


def append_head(file: Path, head: Head) -> None:
    """Add a line, on the disk when this returns. Raises OSError."""
    with file.open("a+b", buffering=0) as target:
        size = target.seek(0, os.SEEK_END)
        if size:
            target.seek(size - 1)
        # What a full disk cut short stays a line of its own.
        begin = "\n" if size and target.read(1) != b"\n" else ""
        line = f"{begin}{head}\n".encode()
        if target.write(line) != len(line):
            raise OSError(f"only a part of the line could be written to {file}")
        os.fsync(target.fileno())


def lines_of(file: Path, size: int) -> Iterator[tuple[int, Head | None]]:
    """The numbered lines among the first `size` bytes of the file, each with its head."""
    read = 0
    with file.open("rb") as source:
        for number, line in enumerate(source, start=1):
            read += len(line)
            if read > size:
                return
            yield number, read_head(line.decode(errors="replace"))
