"""Which tests prove which requirement: `make requirements`."""

import contextlib
import io
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

CHECKLIST = Path(__file__).parent.parent / "docs" / "requirements.md"
ROW = re.compile(r"^\| ([A-Z]+-\d\d) \| (.+?) \|$", re.MULTILINE)


def requirements() -> dict[str, str]:
    """Number → what it is about, in the checklist's order."""
    return dict(ROW.findall(CHECKLIST.read_text(encoding="utf-8")))


class Collection:
    """A pytest plugin that keeps what was collected."""

    items: list[pytest.Item]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


def main() -> int:
    collection = Collection()
    with contextlib.redirect_stdout(io.StringIO()) as complaints:
        code = pytest.main(["--collect-only", "-qq", "tests"], plugins=[collection])
    if code:
        print(complaints.getvalue())
        return int(code)
    tests = defaultdict(dict)
    for item in collection.items:
        for mark in item.iter_markers("requirement"):
            for number in mark.args:
                tests[number][item.nodeid.partition("[")[0]] = None
    unproved = []
    for number, about in requirements().items():
        if not tests[number]:
            unproved.append(number)
            continue
        print(f"{number}  {about}")
        for nodeid in tests[number]:
            print(f"    {nodeid}")
    print(f"\nNot proved by a test yet ({len(unproved)}): {', '.join(unproved)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
