"""Whether the collected static files are those of the project: to compress them takes long."""

import hashlib
from pathlib import Path

from cpms.local import PROJECT

# Where they come from: the project, its apps, the installed packages; and how they are stored.
SOURCES = ("static/**/*", "*/static/**/*", "requirements-local.txt", "cpms/settings/*.py")


def fingerprint(project: Path = PROJECT) -> str:
    """Changes with any file that is collected."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for file in sorted(project.glob(pattern)):
            if file.is_file():
                digest.update(f"{file.relative_to(project)}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
