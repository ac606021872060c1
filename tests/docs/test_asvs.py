"""Every item of OWASP ASVS 5.0.0, levels 1 and 2, has its row in the chapters that we follow."""

import re

import pytest

from tests.docs.markdown import CODE, ROOT, rows, sections

FOLDER = ROOT / "docs/security/asvs"

# How many items of level 1 and how many of level 2 each section has, from the release's own table
# (OWASP/ASVS, 5.0/docs_en/OWASP_Application_Security_Verification_Standard_5.0.0_en.csv). They are
# numbered from 1, level by level.
ASVS = {
    "v6-authentication.md": {
        "6.1": (1, 2),
        "6.2": (8, 4),
        "6.3": (2, 2),
        "6.4": (2, 2),
        "6.5": (0, 5),
        "6.6": (0, 3),
        "6.8": (0, 4),
    },
    "v7-session-management.md": {
        "7.1": (0, 3),
        "7.2": (4, 0),
        "7.3": (0, 2),
        "7.4": (2, 3),
        "7.5": (0, 2),
        "7.6": (0, 2),
    },
    "v8-authorization.md": {"8.1": (1, 1), "8.2": (2, 1), "8.3": (1, 0), "8.4": (0, 1)},
    "v14-data-protection.md": {"14.1": (0, 2), "14.2": (1, 3), "14.3": (1, 2)},
    "v16-security-logging-and-error-handling.md": {
        "16.1": (0, 1),
        "16.2": (0, 5),
        "16.3": (0, 4),
        "16.4": (0, 3),
        "16.5": (0, 3),
    },
}
NUMBER_OF_ITEMS = [35, 18, 7, 9, 16]
OTHER_CHAPTERS = [1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 15, 17]
HEADER = ("item", "level", "asks", "status", "where", "proof, or reason")
STATUSES = ("met", "partly", "not met", "deviation", "not applicable")
# A first section is about documents, which prove themselves.
DOCUMENTATION = re.compile(r"\d+\.1\.\d+")
LINK = re.compile(r"\]\(\.\./[^)]+\)")


def rows_of(file):
    """(number, level, asks, status, where, proof) of each item."""
    table = rows((FOLDER / file).read_text(), *HEADER)
    return [(row[0].removeprefix("v5.0.0-"), *row[1:]) for row in table]


@pytest.mark.parametrize("file", ASVS)
def test_every_item_of_levels_1_and_2_has_its_row(file):
    expected = [
        (f"{section}.{number + 1}", "1" if number < first else "2")
        for section, (first, second) in ASVS[file].items()
        for number in range(first + second)
    ]
    assert [row[:2] for row in rows_of(file)] == expected
    assert f"| v5.0.0-{expected[0][0]} |" in (FOLDER / file).read_text()


def test_the_numbers_are_those_of_the_standard():
    assert [sum(map(sum, chapter.values())) for chapter in ASVS.values()] == NUMBER_OF_ITEMS


@pytest.mark.parametrize("file", ASVS)
def test_every_item_has_a_status_and_a_proof_or_a_reason(file):
    for item, _, asks, status, where, proof in rows_of(file):
        assert len(asks.split()) > 3, item
        assert status in STATUSES, item
        if status == "met":
            is_tested = any("::" in name for name in CODE.findall(proof))
            assert is_tested or (DOCUMENTATION.fullmatch(item) and LINK.search(where)), item
        else:
            assert len(CODE.sub("", proof).split()) >= 8, f"{item} needs a reason"


def test_the_index_counts_what_the_chapters_say():
    index = rows((FOLDER / "README.md").read_text(), "chapter", "items", *STATUSES)
    for (title, *counts), file in zip(index, ASVS, strict=True):
        assert f"]({file})" in title
        given = [row[3] for row in rows_of(file)]
        stated = [int(count) for count in counts]
        assert stated == [len(given), *(given.count(status) for status in STATUSES)], file


def test_each_of_the_other_chapters_has_its_paragraph():
    paragraphs = sections((FOLDER / "README.md").read_text(), level=3)
    assert [int(title.split()[0].removeprefix("V")) for title in paragraphs] == OTHER_CHAPTERS
    assert all(len(text.split()) > 25 for text in paragraphs.values())
