"""The hazard log is whole: every hazard is rated by its matrix, every control has its test."""

import itertools
import re

from tests.docs.markdown import CODE, ROOT, rows, sections

LOG = ROOT / "docs/security/hazard-log.md"
FIELDS = [
    "Hazard",
    "Possible clinical effect",
    "Causes",
    "Initial risk",
    "Residual risk",
    "What remains",
    "Owner",
    "Status",
]
SEVERITIES = ("Minor", "Significant", "Considerable", "Major", "Catastrophic")
LIKELIHOODS = ("Very high", "High", "Medium", "Low", "Very low")
RATING = re.compile(r"(\w+) × ([\w ]+) = (\d)")
# What the service was built against; they stay the first.
FIRST = [
    "Stale availability",
    "Wrong ward",
    "Lost update",
    "Wrong service group",
    "Wrong approval",
    "Outage",
]


def hazards():
    """{'H1 Stale availability': its text}"""
    found = sections(LOG.read_text())
    return {title: text for title, text in found.items() if re.match(r"H\d+ ", title)}


def matrix():
    """{(severity, likelihood): rating}, as the log states it."""
    table = rows(LOG.read_text(), "likelihood", *SEVERITIES)
    return {
        (severity, likelihood): int(rating)
        for likelihood, *ratings in table
        for severity, rating in zip(SEVERITIES, ratings, strict=True)
    }


def test_hazards_are_numbered_without_gaps():
    titles = list(hazards())
    assert [title.split()[0] for title in titles] == [f"H{n + 1}" for n in range(len(titles))]
    assert [title.partition(" ")[2] for title in titles[: len(FIRST)]] == FIRST


def test_the_matrix_is_whole_and_grows_with_severity_and_likelihood():
    ratings = matrix()
    assert [ratings[severity, "Medium"] for severity in SEVERITIES] == [2, 2, 3, 3, 4]
    for worse, better in itertools.pairwise(LIKELIHOODS):
        assert all(ratings[one, worse] >= ratings[one, better] for one in SEVERITIES)
    for milder, graver in itertools.pairwise(SEVERITIES):
        assert all(ratings[graver, one] >= ratings[milder, one] for one in LIKELIHOODS)


def test_every_hazard_is_rated_by_the_matrix_before_and_after_its_controls():
    for title, text in hazards().items():
        fields = dict(rows(text, "", ""))
        assert list(fields) == FIELDS, title
        assert all(fields.values()), title
        before, after = (RATING.search(fields[f"{name} risk"]) for name in ("Initial", "Residual"))
        for rated in (before, after):
            assert matrix()[rated[1], rated[2]] == int(rated[3]), title
        assert int(after[3]) <= int(before[3]), title
        # Controls make harm rarer; how grave it would be they leave as it was.
        assert after[1] == before[1], title


def test_every_control_has_a_place_and_a_test():
    for title, text in hazards().items():
        controls = rows(text, "control", "where", "test")
        assert len(controls) >= 2, title
        for control, where, test in controls:
            assert CODE.findall(where), control
            assert any("::" in name for name in CODE.findall(test)), control
