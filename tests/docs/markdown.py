"""Reading the documents: what they name, their links, and the rows of their tables."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]

FENCE = re.compile(r"^```.*?^```[^\S\n]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
FILE = re.compile(r"[\w.-]+(/[\w.*-]+)*/?")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def documents(*folders: str) -> list[Path]:
    """Every Markdown file of the folders, the project's README first if none are named."""
    if folders:
        return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.md"))
    return [ROOT / "README.md", *documents("docs")]


def wrong_names(text: str) -> list[str]:
    """What a text names in `code` that is not there: file, `path::test`, `make` or `manage.py` …"""
    return [name for name in CODE.findall(FENCE.sub("", text)) if not exists(name)]


def exists(name: str) -> bool:
    """Whether the file, test, target or command is there; true of what is none of these."""
    path, is_test, test = name.partition("::")
    if is_test:
        return test in tests_of(path)
    if name.startswith("make "):
        return name.split()[1] in TARGET.findall((ROOT / "Makefile").read_text())
    if name.startswith("manage.py "):
        return name.split()[1] in get_commands()
    first = name.partition("/")[0]
    if "/" in name and FILE.fullmatch(name) and (ROOT / first).is_dir():
        return any(ROOT.glob(name))
    return True


@cache
def tests_of(path: str) -> frozenset[str]:
    """The tests that a file holds: `test_name`, and `TestClass::test_name`."""
    file = ROOT / path
    if not file.is_file() or not file.name.startswith("test_"):
        return frozenset()
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found.update(
                f"{node.name}::{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test_")
            )
    return frozenset(found)


def dead_links(document: Path) -> list[str]:
    """The relative links of a document that lead to no file, or to no heading of it."""
    dead = []
    for link in LINK.findall(FENCE.sub("", document.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    return dead


def anchors(document: Path) -> set[str]:
    """What a link can lead to inside a document: its headings as GitHub names them."""
    if document.suffix != ".md":
        return set()
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(FENCE.sub("", document.read_text())):
        words = LINK.sub(lambda link: link[0][1 : link[0].index("]")], heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def rows(text: str, *header: str) -> list[list[str]]:
    """The rows of every table whose header is that."""
    found, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells == list(header):
            inside = True
        elif inside and set(line) - set("|- :"):
            found.append(cells)
    return found


def sections(text: str, level: int = 2) -> dict[str, str]:
    """The text below each heading of a level, by heading."""
    parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
